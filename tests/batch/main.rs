//! Batch revocation with `revoke_all`.

#![allow(clippy::unwrap_used, reason = "tests: a panic says where")]

use std::cell::Cell;

use digilocker::{Client, ClientBuilder, Credentials, RetryPolicy, Token, TokenState};
use digilocker_mock::{Grant, Sandbox};
use futures_util::{FutureExt as _, StreamExt as _, stream};

fn builder(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder(sandbox.base_url().parse().unwrap()).credentials(Credentials::basic(
        sandbox.client_id(),
        sandbox.client_secret(),
    ))
}

fn grants(sandbox: &Sandbox, number: usize) -> Vec<Grant> {
    (0..number).map(|_| sandbox.issue_grant()).collect()
}

fn token(grant: &Grant) -> Token {
    Token::new(grant.refresh_token()).unwrap()
}

#[tokio::test]
async fn failures_do_not_stop_the_batch() {
    let sandbox = Sandbox::start_async().await;
    let client = builder(&sandbox)
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let grants = grants(&sandbox, 100);
    // Already revoked before the batch.
    for dead in [0, 50, 99] {
        client.revoke(token(&grants[dead])).await.unwrap();
    }
    let tokens = stream::iter(grants.iter().map(token)).enumerate();
    let mut results: Vec<_> = client.revoke_all(tokens).concurrency(8).collect().await;
    results.sort_by_key(|(index, _)| *index);
    assert_eq!(results.len(), 100);
    for (place, (index, result)) in results.into_iter().enumerate() {
        assert_eq!(place, index);
        if [0, 50, 99].contains(&index) {
            assert_eq!(result.unwrap_err().token_state(), TokenState::NotRecognised);
        } else {
            result.unwrap();
        }
        assert!(!sandbox.is_live(grants[index].access_token()));
    }
    sandbox.verify();
}

#[tokio::test]
async fn source_is_polled_up_to_the_concurrency_limit_only() {
    let sandbox = Sandbox::start_async().await;
    let client = builder(&sandbox).build().unwrap();
    let grants = grants(&sandbox, 50);
    let taken = Cell::new(0);
    let tokens = stream::iter(&grants).map(|grant| {
        taken.set(taken.get() + 1);
        ((), token(grant))
    });
    let mut results = client.revoke_all(tokens).concurrency(7);
    assert_eq!(taken.get(), 0, "the source was polled before the stream");
    let mut ended = 0;
    while let Some(((), result)) = results.next().await {
        result.unwrap();
        assert!(
            taken.get() - ended <= 7,
            "{} taken, {ended} ended",
            taken.get()
        );
        ended += 1;
    }
    assert_eq!((taken.get(), ended), (50, 50));
}

#[tokio::test]
async fn results_are_yielded_while_the_source_is_pending() {
    let sandbox = Sandbox::start_async().await;
    let client = builder(&sandbox).build().unwrap();
    let grants = grants(&sandbox, 2);
    let (send, receive) = tokio::sync::mpsc::channel(1);
    let tokens = stream::unfold(receive, |mut receive| async move {
        receive.recv().await.map(|token| (token, receive))
    });
    let mut results = client.revoke_all(tokens);
    assert!(results.next().now_or_never().is_none());
    for (key, grant) in ["first", "second"].into_iter().zip(&grants) {
        send.send((key, token(grant))).await.unwrap();
        let (found, result) = results.next().await.unwrap();
        assert_eq!(found, key);
        result.unwrap();
    }
    drop(send);
    assert!(results.next().await.is_none());
    assert!(results.next().await.is_none());
}
