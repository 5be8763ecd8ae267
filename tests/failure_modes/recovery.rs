//! After the fault: retries on new connections, batches over an outage.

use std::time::Duration;

use digilocker::ErrorKind::{Connect, Tls, Unavailable};
use digilocker::{Client, Environment, RetryPolicy, Token, TokenState};
use futures_util::{StreamExt as _, future, stream};
use integration_tests::certificates::Authority;
use integration_tests::failure_table::builder;
use integration_tests::raw_server::{ClosedPort, RawServer, Step};
use integration_tests::{TOKEN, response};

fn token() -> Token {
    Token::new(TOKEN).unwrap()
}

/// The steps of a server that sends this number of responses.
fn responses(number: usize) -> Vec<Step> {
    let respond = || [Step::Read, Step::Send(response(200, &[], ""))];
    (0..number).flat_map(|_| respond()).collect()
}

/// Five calls open five connections, all of which are then silent, or closed.
#[tokio::test]
async fn a_retry_does_not_meet_the_next_broken_connection() {
    for failure in [Some(Step::Stall), None] {
        let server = RawServer::start(move |connection| {
            if connection < 5 {
                let failure = [Step::Read].into_iter().chain(failure.clone());
                responses(1).into_iter().chain(failure).collect()
            } else {
                responses(10)
            }
        })
        .await;
        let client = builder(&server.url())
            .attempt_timeout(Duration::from_secs(2))
            .build()
            .unwrap();
        let calls =
            future::join_all((0..5).map(|_| async { client.revoke(token()).await.unwrap() }));
        calls.await;
        assert_eq!(server.connections(), 5);
        let revoked = client.revoke(token()).await.unwrap();
        assert_eq!(revoked.attempts(), 2);
        assert_eq!(server.connections(), 6);
    }
}

#[tokio::test]
async fn refused_requests_are_retried_on_the_same_connection() {
    let server = RawServer::respond_with(response(503, &[], "")).await;
    let client = builder(&server.url()).build().unwrap();
    for _ in 0..2 {
        let error = client.revoke(token()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (Unavailable, 3));
    }
    assert_eq!(server.connections(), 1);
}

/// Revokes 2,000 tokens, 16 at a time. Returns the number of failures and of attempts.
async fn batch(client: &Client) -> (usize, u32) {
    let tokens = stream::iter((0..2000).map(|row| (row, token())));
    let results = client.revoke_all(tokens).concurrency(16);
    results
        .fold((0, 0), |(failed, attempts), (_, result)| async move {
            match result {
                Ok(revoked) => (failed, attempts + revoked.attempts()),
                Err(error) => (failed + 1, attempts + error.attempts()),
            }
        })
        .await
}

#[tokio::test]
async fn a_batch_waits_for_a_server_that_is_gone_for_a_second() {
    let port = ClosedPort::bind();
    let client = Client::builder(port.url().parse().unwrap())
        .build()
        .unwrap();
    let back = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        RawServer::start_on(port, |_| responses(3000))
    };
    let ((failed, attempts), server) = tokio::join!(batch(&client), back);
    assert!(failed <= 40, "{failed} of 2000 failed");
    assert!(attempts <= 2200, "{attempts} attempts for 2000 tokens");
    assert!(server.requests().len() >= 1960);
}

/// The proxy responds to `CONNECT`, before anything is sent to the server.
#[tokio::test]
async fn a_proxy_that_asks_for_credentials_is_named_and_not_retried() {
    let proxy = RawServer::respond_with(response(407, &[], "")).await;
    let environment: Environment = "https://host.invalid".parse().unwrap();
    let client = Client::builder(environment)
        .proxy(reqwest::Proxy::all(proxy.url()).unwrap())
        .build()
        .unwrap();
    let error = client.revoke(token()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Connect, 1));
    assert_eq!(error.token_state(), TokenState::Live);
    assert!(!error.is_retryable());
    assert!(
        error.to_string().contains("the proxy asks for credentials"),
        "{error}"
    );
    assert_eq!(proxy.requests().len(), 1);
}

/// Under TLS 1.3 the alert comes after the client's handshake, when the request may have been sent.
#[tokio::test]
async fn a_missing_client_certificate_is_a_tls_error() {
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let authority = Authority::new();
        let tls = authority.acceptor_for_client_certificates("127.0.0.1", version);
        let server = RawServer::start_tls(tls, |_| vec![Step::Read]).await;
        let client = builder(&server.tls_url("127.0.0.1"))
            .root_certificate(authority.root())
            .retry(RetryPolicy::default())
            .build()
            .unwrap();
        let error = client.revoke(token()).await.unwrap_err();
        assert_eq!(error.kind(), Tls, "{version:?}: {error:?}");
        assert_eq!((error.attempts(), error.is_retryable()), (1, false));
        assert_eq!(error.token_state(), TokenState::Live);
        assert_eq!(server.requests(), Vec::<String>::new());
    }
}
