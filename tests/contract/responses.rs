//! The documented responses, from the generated mock to the wrapper's types.

use digilocker::{Client, ErrorKind, Token, TokenState, TokenTypeHint};
use digilocker_client::types;
use digilocker_mock::MockServerExt;
use httpmock::MockServer;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn client(server: &MockServer) -> Client {
    Client::builder(server.base_url().parse().unwrap())
        .build()
        .unwrap()
}

fn token() -> Token {
    Token::new("2YotnFZFEjr1zCsicMWpAA").unwrap()
}

/// From JSON rather than a struct literal: a new optional member then needs no change here.
fn body<T: DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}

fn error(code: &str, message: &str) -> types::RevocationError {
    body(json!({ "success": false, "error": { "code": code, "message": message } }))
}

#[tokio::test]
async fn documented_success() {
    let server = MockServer::start_async().await;
    let mock = server.revoke_token(|when, then| {
        when.body(&body(json!({
            "token": "2YotnFZFEjr1zCsicMWpAA",
            "token_type_hint": "access_token",
        })));
        then.ok(&body(json!({
            "success": true,
            "data": { "id": "abc123", "created_at": "2025-01-01T00:00:00Z" },
        })));
    });
    let revoked = client(&server)
        .revoke(token())
        .hint(TokenTypeHint::AccessToken)
        .await
        .unwrap();
    mock.assert_async().await;
    assert_eq!(revoked.id(), Some("abc123"));
    assert_eq!(revoked.created_at(), "2025-01-01T00:00:00Z".parse().ok());
    assert_eq!(revoked.attempts(), 1);
    assert_eq!(revoked.status(), 200);
}

#[tokio::test]
async fn documented_error() {
    let server = MockServer::start_async().await;
    let mock = server.revoke_token(|_, then| {
        then.bad_request(&error("VALIDATION_ERROR", "Invalid request parameters"));
    });
    let error = client(&server).revoke(token()).await.unwrap_err();
    mock.assert_calls_async(1).await;
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.status().unwrap(), 400);
    assert_eq!(error.code(), Some("VALIDATION_ERROR"));
    assert_eq!(error.message(), Some("Invalid request parameters"));
    assert_eq!(error.retry_after(), None);
    assert_eq!(error.attempts(), 1);
    assert!(!error.is_retryable());
    assert_eq!(error.token_state(), TokenState::Live);
    assert_eq!(
        error.to_string(),
        "the server refused the request: status 400 Bad Request, code `VALIDATION_ERROR`, \
         message \"Invalid request parameters\"; after 1 attempt, the token was not revoked"
    );
}

#[tokio::test]
async fn rejected_credentials() {
    let server = MockServer::start_async().await;
    server.revoke_token(|_, then| {
        then.unauthorized(&error("invalid_client", "Client authentication failed"));
    });
    let error = client(&server).revoke(token()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.status().unwrap(), 401);
    assert_eq!(error.token_state(), TokenState::Live);
}

#[tokio::test]
async fn unavailable_server_is_retried() {
    let server = MockServer::start_async().await;
    let mock = server.revoke_token(|_, then| {
        then.service_unavailable(&error("temporarily_unavailable", "Try again later"));
    });
    let error = client(&server).revoke(token()).await.unwrap_err();
    mock.assert_calls_async(3).await;
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.attempts(), 3);
    assert!(error.is_retryable());
    assert_eq!(error.token_state(), TokenState::Live);
}

/// The vendor's OpenAPI document describes no body for either status.
#[tokio::test]
async fn responses_without_a_body() {
    let server = MockServer::start_async().await;
    let mut mock = server.revoke_token(|_, then| {
        then.into_inner().status(200);
    });
    let revoked = client(&server).revoke(token()).await.unwrap();
    assert_eq!((revoked.id(), revoked.created_at()), (None, None));
    mock.delete();

    server.revoke_token(|_, then| {
        then.into_inner().status(400);
    });
    let error = client(&server).revoke(token()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidToken);
    assert_eq!(error.token_state(), TokenState::NotRecognised);
}

#[test]
fn blocking_client_returns_the_same_error() {
    let server = MockServer::start();
    server.revoke_token(|_, then| {
        then.bad_request(&error("invalid_token", "The token is invalid"));
    });
    let client = digilocker::blocking::Client::builder(server.base_url().parse().unwrap())
        .build()
        .unwrap();
    let error = client
        .revoke(token())
        .hint(TokenTypeHint::AccessToken)
        .send()
        .unwrap_err();
    assert!(format!("{client:?}").contains(&server.base_url()));
    assert_eq!(error.kind(), ErrorKind::InvalidToken);
    assert_eq!(error.token_state(), TokenState::NotRecognised);
}

#[tokio::test]
async fn blocking_client_works_inside_a_runtime() {
    let server = MockServer::start_async().await;
    server.revoke_token(|_, then| {
        then.into_inner().status(200);
    });
    let client = digilocker::blocking::Client::builder(server.base_url().parse().unwrap())
        .build()
        .unwrap();
    let (here, there) = (client.clone(), client);
    let revoked = tokio::task::spawn_blocking(move || there.revoke(token()).send());
    assert_eq!(revoked.await.unwrap().unwrap().attempts(), 1);
    // Discouraged in a task, but neither the call nor dropping the client may panic.
    assert_eq!(here.revoke(token()).send().unwrap().attempts(), 1);
}

/// Threads of a runtime that may block.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn blocking_client_works_on_threads_that_may_block() {
    let server = MockServer::start_async().await;
    server.revoke_token(|_, then| {
        then.into_inner().status(200);
    });
    let client = digilocker::blocking::Client::builder(server.base_url().parse().unwrap())
        .build()
        .unwrap();

    let cloned = client.clone();
    let call = tokio::task::spawn_blocking(move || cloned.revoke(token()).send());
    assert!(call.await.unwrap().is_ok());

    let (cloned, runtime) = (client.clone(), tokio::runtime::Handle::current());
    let thread = std::thread::spawn(move || {
        let _inside = runtime.enter();
        cloned.revoke(token()).send()
    });
    assert!(thread.join().unwrap().is_ok());

    let moved = tokio::spawn(async move {
        tokio::task::block_in_place(|| client.revoke(token()).send()).unwrap();
        // Drops the client inside a task.
        drop(client);
    });
    moved.await.unwrap();
}

/// A compile-time check: an `Rc` in one of these types would break every caller that spawns tasks.
#[test]
fn public_types_are_send_and_sync() {
    fn check<T: Send + Sync + 'static>() {}
    fn check_moved<T: Send + 'static>(_: &T) {}
    check::<Client>();
    check::<digilocker::ClientBuilder>();
    check::<digilocker::blocking::Client>();
    check::<digilocker::Credentials>();
    check::<digilocker::Environment>();
    check::<digilocker::RetryPolicy>();
    check::<digilocker::Revoke>();
    check::<digilocker::Revoked>();
    check::<digilocker::Error>();
    check::<digilocker::InvalidEnvironment>();
    check::<digilocker::InvalidToken>();
    check::<Token>();

    let client = Client::builder(digilocker::Environment::Beta)
        .build()
        .unwrap();
    check_moved(&client.revoke(token()).into_future());
    check_moved(&client.revoke_all(futures_util::stream::empty()));
}
