//! Complete calls: requests and results. The integration tests cover the rest.

use std::time::Duration;

use futures_util::{Stream as _, StreamExt as _, stream};
use http::header::HOST;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::pipeline::attempt::PREPARED;
use crate::test_server::{response, serve};
use crate::{Client, Credentials, Error, ErrorKind, RetryPolicy, Token, TokenTypeHint};

const REVOKED: &str =
    r#"{"success": true, "data": {"id": "a-1", "created_at": "2025-01-01T00:00:00Z"}}"#;

fn client(url: &str) -> Client {
    let builder = Client::builder(url.parse().unwrap());
    let retry = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    builder.retry(retry).build().unwrap()
}

fn token(text: &str) -> Token {
    Token::new(text).unwrap()
}

#[tokio::test]
async fn the_settings_of_a_call_are_sent() {
    let (url, requests) = serve(vec![response(200, REVOKED)]);
    let traceparent = HeaderValue::from_static("00-1");
    let revoke = client(&url)
        .revoke(token("marker"))
        .hint(TokenTypeHint::RefreshToken)
        .timeout(Duration::from_secs(60))
        .header(HeaderName::from_static("traceparent"), traceparent);
    assert_eq!(
        format!("{revoke:?}"),
        "Revoke { token: Token(…), hint: Some(RefreshToken), .. }"
    );
    let revoked = revoke.await.unwrap();
    assert_eq!(revoked.id(), Some("a-1"));
    assert_eq!(revoked.created_at(), "2025-01-01T00:00:00Z".parse().ok());
    assert_eq!((revoked.is_confirmed(), revoked.attempts()), (true, 1));
    assert_eq!(revoked.request_id(), None);
    let requests = requests.join().unwrap();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(head.contains("traceparent: 00-1"), "{head}");
    assert!(head.contains("user-agent: digilocker-rust/"), "{head}");
    assert_eq!(
        body,
        r#"{"token":"marker","token_type_hint":"refresh_token"}"#
    );
}

#[tokio::test]
async fn missing_values_of_a_response_are_none() {
    let created = "HTTP/1.1 201 Created\r\nx-request-id: r-1\r\ncontent-length: 0\r\n\r\n";
    let (url, _requests) = serve(vec![response(503, ""), created.to_owned()]);
    let revoked = client(&url).revoke(token("marker")).await.unwrap();
    assert_eq!((revoked.id(), revoked.created_at()), (None, None));
    assert_eq!((revoked.is_confirmed(), revoked.attempts()), (false, 2));
    assert_eq!(revoked.status(), StatusCode::CREATED);
    assert_eq!(revoked.request_id(), Some("r-1"));
}

#[tokio::test]
async fn the_retry_policy_of_a_call_is_used() {
    let (url, requests) = serve(vec![response(503, "")]);
    let revoke = client(&url)
        .revoke(token("marker"))
        .retry(RetryPolicy::none());
    assert_eq!(revoke.await.unwrap_err().attempts(), 1);
    assert_eq!(requests.join().unwrap().len(), 1);
}

#[tokio::test]
async fn an_invalid_setting_fails_before_anything_is_sent() {
    let call = || client("http://127.0.0.1:1").revoke(token("marker"));
    let a = HeaderValue::from_static("a");
    let reserved = call().header(HOST, a).timeout(Duration::from_secs(1));
    for (call, expected) in [
        (call().timeout(Duration::ZERO), "`timeout` is zero"),
        (reserved, "`header`: `host` cannot be set for a call"),
    ] {
        let error = call.await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0));
        let error = error.to_string();
        assert!(error.ends_with(expected), "{error}");
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_server_without_tls_is_a_tls_error() {
    use std::io::Write as _;

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
        stream
    });
    let error = client(&url).revoke(token("marker")).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Tls, 1));
    assert_eq!(error.token_state(), crate::TokenState::Live);
    drop(server.join());
}

#[tokio::test]
async fn missing_credentials_are_mentioned() {
    let mentions_credentials =
        |error: Error| error.to_string().contains("no credentials were sent");
    let (url, _requests) = serve(vec![response(401, "")]);
    let error = client(&url).revoke(token("marker")).await.unwrap_err();
    assert!(mentions_credentials(error));
    let (url, _requests) = serve(vec![response(401, "")]);
    let client = Client::builder(url.parse().unwrap())
        .credentials(Credentials::public("id"))
        .build()
        .unwrap();
    let error = client.revoke(token("marker")).await.unwrap_err();
    assert!(!mentions_credentials(error));
}

#[tokio::test]
async fn each_result_of_a_batch_has_the_key_of_its_token() {
    let (url, requests) = serve(vec![response(200, REVOKED); 3]);
    let tokens = ["token-0", "token-1", "token-2"].map(token);
    let mut results = client(&url)
        .revoke_all(stream::iter(tokens).enumerate())
        .concurrency(0)
        .hint(TokenTypeHint::AccessToken)
        .timeout(Duration::from_secs(60));
    assert_eq!(
        format!("{results:?}"),
        "RevokeAll { concurrency: 1, hint: Some(AccessToken), .. }"
    );
    for key in 0..3 {
        assert_eq!(results.size_hint(), (3 - key, Some(3 - key)));
        let (found, result) = results.next().await.unwrap();
        assert_eq!(found, key);
        assert!(result.unwrap().is_confirmed());
    }
    assert!(results.next().await.is_none());
    assert_eq!(results.size_hint(), (0, Some(0)));
    for (key, request) in requests.join().unwrap().iter().enumerate() {
        let body = format!(r#"{{"token":"token-{key}","token_type_hint":"access_token"}}"#);
        assert!(request.ends_with(&body), "{request}");
    }
}

#[tokio::test]
async fn the_timeout_of_a_batch_applies_to_each_call() {
    let tokens = stream::iter([((), token("marker"))]);
    let results = client("http://127.0.0.1:1").revoke_all(tokens);
    let results: Vec<_> = results.timeout(Duration::ZERO).collect().await;
    let ((), result) = &results[0];
    assert_eq!(result.as_ref().unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test]
async fn the_generated_client_is_called_once_for_each_attempt() {
    let unavailable = || response(503, "");
    let (url, requests) = serve(vec![unavailable(), unavailable(), response(200, "")]);
    PREPARED.set(0);
    let client = client(&url);
    assert_eq!(PREPARED.get(), 0);
    let revoked = client.revoke(Token::new("token").unwrap()).await.unwrap();
    assert_eq!((revoked.attempts(), PREPARED.get()), (3, 3));
    assert_eq!(requests.join().unwrap().len(), 3);
}
