//! Calls of the blocking client. The integration tests cover the rest.

use std::time::Duration;

use digilocker_mock::{Fault, Sandbox};
use http::header::HOST;
use http::{HeaderName, HeaderValue};

use super::*;
use crate::{RetryPolicy, TokenTypeHint};

/// Revokes whatever it is sent.
fn sandbox() -> Sandbox {
    let builder = Sandbox::builder().without_authentication();
    builder.unknown_tokens_succeed().start()
}

fn client(url: &str) -> Client {
    Client::builder(url.parse().unwrap()).build().unwrap()
}

fn token(text: &str) -> Token {
    Token::new(text).unwrap()
}

#[test]
fn the_settings_of_a_call_are_sent() {
    let sandbox = sandbox();
    let client = client(sandbox.base_url());
    assert!(format!("{client:?}").starts_with("Client(Settings { "));
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let name = HeaderName::from_static("traceparent");
    let revoked = client
        .revoke(token("marker"))
        .hint(TokenTypeHint::RefreshToken)
        .timeout(Duration::from_secs(60))
        .header(name, HeaderValue::from_static(traceparent))
        .send();
    assert_eq!(revoked.unwrap().attempts(), 1);
    let exchange = &sandbox.exchanges()[0];
    assert_eq!(exchange.hint(), Some("refresh_token"));
    let header = ("traceparent", Some(traceparent));
    assert!(exchange.headers().any(|found| found == header));
    sandbox.fail_next(Fault::status(503));
    let once = client.revoke(token("marker")).retry(RetryPolicy::none());
    assert_eq!(once.send().unwrap_err().attempts(), 1);
}

#[test]
fn an_invalid_setting_fails_before_anything_is_sent() {
    let client = client("http://127.0.0.1:1");
    let zero = client.revoke(token("marker")).timeout(Duration::ZERO);
    assert_eq!(zero.send().unwrap_err().kind(), ErrorKind::Config);
    let value = HeaderValue::from_static("a");
    let host = client.revoke(token("marker")).header(HOST, value);
    assert_eq!(host.send().unwrap_err().kind(), ErrorKind::Config);
    let zero = client.revoke_all([((), token("marker"))]);
    let results: Vec<_> = zero.timeout(Duration::ZERO).collect();
    let ((), result) = &results[0];
    assert_eq!(result.as_ref().unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn a_batch_takes_no_more_tokens_than_its_concurrency() {
    let sandbox = sandbox();
    let taken = std::cell::Cell::new(0);
    let tokens = (0..3).map(|key| {
        taken.set(taken.get() + 1);
        (key, token("marker"))
    });
    let mut results = client(sandbox.base_url())
        .revoke_all(tokens)
        .concurrency(0)
        .hint(TokenTypeHint::AccessToken);
    assert_eq!(
        format!("{results:?}"),
        "RevokeAll { concurrency: 1, hint: Some(AccessToken), in_flight: 0, .. }"
    );
    for expected in 0..3 {
        let (key, result) = results.next().unwrap();
        assert_eq!(key, expected);
        assert_eq!(result.unwrap().attempts(), 1);
        assert_eq!(taken.get(), key + 1);
    }
    assert!(results.next().is_none());
    assert!(results.next().is_none());
    let exchanges = sandbox.exchanges();
    assert!(exchanges.iter().all(|it| it.hint() == Some("access_token")));
}

#[test]
fn the_calls_of_a_batch_run_concurrently() {
    // Without retries: each refused call would take 30 seconds.
    let client = Client::builder("http://127.0.0.1:1".parse().unwrap())
        .retry(RetryPolicy::none())
        .build();
    let mut results = client
        .unwrap()
        .revoke_all((0..5).map(|key| (key, token("marker"))))
        .concurrency(3);
    assert!(results.next().is_some());
    assert!(format!("{results:?}").contains("in_flight: 2"));
    assert!(results.next().is_some());
    assert!(format!("{results:?}").contains("in_flight: 2"));
    assert_eq!(results.count(), 3);
}

/// A custom DNS resolver that panics.
struct PanickingResolver;

impl reqwest::dns::Resolve for PanickingResolver {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        panic!("the custom resolver panics")
    }
}

#[test]
fn a_call_that_panics_ends_with_an_error() {
    let (sender, results) = std::sync::mpsc::channel();
    // On another thread: a hanging call fails the test.
    std::thread::spawn(move || {
        let client = Client::builder("http://localhost:1".parse().unwrap())
            .http(
                reqwest::Client::builder()
                    .no_proxy()
                    .dns_resolver(PanickingResolver),
            )
            .build()
            .unwrap();
        let _ = sender.send(client.revoke(token("marker")).send());
        for ((), result) in client.revoke_all([((), token("marker"))]) {
            let _ = sender.send(result);
        }
    });
    for _ in 0..2 {
        let result = results.recv_timeout(Duration::from_secs(20)).unwrap();
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert_eq!(error.token_state(), TokenState::Unknown);
    }
}
