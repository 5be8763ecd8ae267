//! Connections that the server closes between calls.

use digilocker::{RetryPolicy, Token};
use integration_tests::wire::{Step, Wire};
use integration_tests::{TOKEN, answer};

use crate::table::builder;

/// The server answers each request as if the connection stayed open, and closes it.
#[tokio::test]
async fn a_connection_closed_between_calls_goes_unnoticed() {
    let wire = Wire::start(|_| vec![Step::Read, Step::Send(answer(200, &[], ""))]).await;
    let client = builder(&wire.url()).build().unwrap();
    for _ in 0..50 {
        client.revoke(Token::new(TOKEN).unwrap()).await.unwrap();
    }
    assert_eq!(wire.connections(), 50);
}

/// The server reads the second request of a connection, and closes. It may have done it: that is an
/// attempt, and is counted as one.
#[tokio::test]
async fn a_reused_connection_that_swallows_a_request_costs_one_attempt() {
    let wire = Wire::start(|connection| {
        let mut steps = vec![Step::Read, Step::Send(answer(200, &[], ""))];
        if connection == 0 {
            steps.push(Step::Read);
        }
        steps
    })
    .await;
    let client = builder(&wire.url()).build().unwrap();
    assert_eq!(
        client
            .revoke(Token::new(TOKEN).unwrap())
            .await
            .unwrap()
            .attempts(),
        1
    );
    assert_eq!(
        client
            .revoke(Token::new(TOKEN).unwrap())
            .await
            .unwrap()
            .attempts(),
        2
    );
    assert_eq!(wire.requests().len(), 3);
}

#[tokio::test]
async fn calls_share_a_connection() {
    let wire = Wire::answer(answer(200, &[], "")).await;
    let client = builder(&wire.url())
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    for _ in 0..4 {
        client
            .clone()
            .revoke(Token::new(TOKEN).unwrap())
            .await
            .unwrap();
    }
    assert_eq!((wire.connections(), wire.requests().len()), (1, 4));
}
