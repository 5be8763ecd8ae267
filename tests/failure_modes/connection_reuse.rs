//! Connection reuse, and connections that the server closes between calls.

use digilocker::Token;
use integration_tests::failure_table::builder;
use integration_tests::raw_server::{RawServer, Step};
use integration_tests::{TOKEN, response};

/// The server closes the connection after each response, without `connection: close`.
#[tokio::test]
async fn connection_closed_while_idle_costs_no_attempt() {
    let server = RawServer::start(|_| vec![Step::Read, Step::Send(response(200, &[], ""))]).await;
    let client = builder(&server.url()).build().unwrap();
    for _ in 0..50 {
        let revoked = client.revoke(Token::new(TOKEN).unwrap()).await.unwrap();
        assert_eq!(revoked.attempts(), 1);
    }
    assert_eq!(server.connections(), 50);
}

/// The server reads the second request of the first connection, then closes it. It may have processed
/// the request, so that counts as an attempt.
#[tokio::test]
async fn request_lost_on_a_reused_connection_costs_one_attempt() {
    let server = RawServer::start(|connection| {
        let mut steps = vec![Step::Read, Step::Send(response(200, &[], ""))];
        if connection == 0 {
            steps.push(Step::Read);
        }
        steps
    })
    .await;
    let client = builder(&server.url()).build().unwrap();
    for attempts in [1, 2] {
        let revoked = client.revoke(Token::new(TOKEN).unwrap()).await.unwrap();
        assert_eq!(revoked.attempts(), attempts);
    }
    assert_eq!(server.requests().len(), 3);
}
