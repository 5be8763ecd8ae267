//! Calls of the blocking client. The integration tests cover the rest.

use std::time::Duration;

use http::header::HOST;
use http::{HeaderName, HeaderValue};

use super::*;
use crate::test_server::{response, serve};
use crate::{RetryPolicy, TokenTypeHint};

fn client(url: &str) -> Client {
    Client::builder(url.parse().unwrap()).build().unwrap()
}

fn token(text: &str) -> Token {
    Token::new(text).unwrap()
}

#[test]
fn the_settings_of_a_call_are_sent() {
    let (url, requests) = serve(vec![response(200, ""), response(503, "")]);
    let client = client(&url);
    assert!(format!("{client:?}").starts_with("Client(Settings { "));
    let traceparent = HeaderName::from_static("traceparent");
    let revoked = client
        .revoke(token("marker"))
        .hint(TokenTypeHint::RefreshToken)
        .timeout(Duration::from_secs(60))
        .header(traceparent, HeaderValue::from_static("00-1"))
        .send();
    assert_eq!(revoked.unwrap().attempts(), 1);
    let once = client.revoke(token("marker")).retry(RetryPolicy::none());
    assert_eq!(once.send().unwrap_err().attempts(), 1);
    let requests = requests.join().unwrap();
    assert!(requests[0].contains("traceparent: 00-1"), "{}", requests[0]);
    let body = r#"{"token":"marker","token_type_hint":"refresh_token"}"#;
    assert!(requests[0].ends_with(body), "{}", requests[0]);
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
    let (url, requests) = serve(vec![response(200, ""); 3]);
    let taken = std::cell::Cell::new(0);
    let tokens = (0..3).map(|key| {
        taken.set(taken.get() + 1);
        (key, token("marker"))
    });
    let mut results = client(&url)
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
    for request in requests.join().unwrap() {
        let body = r#"{"token":"marker","token_type_hint":"access_token"}"#;
        assert!(request.ends_with(body), "{request}");
    }
}

#[test]
fn the_calls_of_a_batch_run_concurrently() {
    let mut results = client("http://127.0.0.1:1")
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
