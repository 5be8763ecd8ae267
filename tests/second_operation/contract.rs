//! The requests and responses of the second operation.

use std::sync::{Arc, Mutex};

use httpmock::{HttpMockRequest, MockServer};
use progenitor_client::Error;

use crate::mock::MockServerExt;
use crate::{Attempt, Client, Token, types};

fn client(server: &MockServer) -> Client {
    Client::new_with_client(&server.base_url(), reqwest::Client::new(), Attempt)
}

fn token(text: &str) -> Token {
    Token::new(text).unwrap()
}

fn request() -> types::TokenRequest {
    types::TokenRequest {
        client_id: "id:1".to_owned(),
        client_secret: Some(token("s+cret%")),
        code: token("SplxlOBe/ZQQ"),
        code_verifier: Some(token("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
        grant_type: types::TokenRequestGrantType::AuthorizationCode,
        redirect_uri: "https://client.example.com/cb?a=b c".to_owned(),
    }
}

/// Each field under its own name, encoded like an HTML form.
const FORM: &str = "client_id=id%3A1\
    &client_secret=s%2Bcret%25\
    &code=SplxlOBe%2FZQQ\
    &code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\
    &grant_type=authorization_code\
    &redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb%3Fa%3Db+c";

#[tokio::test]
async fn request_is_form_encoded() {
    let server = MockServer::start_async().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&seen);
    let mock = server.issue_token(|when, then| {
        when.into_inner().is_true(move |request: &HttpMockRequest| {
            let mut headers = request.headers_vec().clone();
            headers.retain(|(name, _)| name == "content-type" || name == "content-length");
            headers.sort();
            keep.lock().unwrap().push((headers, request.body_vec()));
            true
        });
        then.ok(&types::TokenGrant {
            access_token: token("2YotnFZFEjr1zCsicMWpAA"),
            expires_in: Some(3600),
            refresh_token: Some(token("tGzv3JOkF0XG5Qx2TlKWIA")),
            scope: None,
            token_type: "Bearer".to_owned(),
        });
    });
    let grant = client(&server).issue_token(&request()).await.unwrap();
    mock.assert_async().await;
    let seen = seen.lock().unwrap();
    let [(headers, body)] = seen.as_slice() else {
        panic!("{seen:?}");
    };
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        *headers,
        [
            header("content-length", &FORM.len().to_string()),
            header("content-type", "application/x-www-form-urlencoded"),
        ]
    );
    assert_eq!(String::from_utf8_lossy(body), FORM);
    assert_eq!(grant.access_token.expose_secret(), "2YotnFZFEjr1zCsicMWpAA");
    let refresh_token = grant.refresh_token.as_ref().map(Token::expose_secret);
    assert_eq!(refresh_token, Some("tGzv3JOkF0XG5Qx2TlKWIA"));
    assert_eq!(grant.token_type, "Bearer");
    assert_eq!(grant.expires_in, Some(3600));
}

#[tokio::test]
async fn rfc_6749_error_is_parsed() {
    let server = MockServer::start_async().await;
    let mock = server.issue_token(|_, then| {
        then.bad_request(&types::TokenError {
            error: "invalid_grant".to_owned(),
            error_description: Some("The code has been used".to_owned()),
            error_uri: None,
        });
    });
    let error = client(&server).issue_token(&request()).await.unwrap_err();
    mock.assert_async().await;
    let Error::ErrorResponse(refusal) = error else {
        panic!("{error}");
    };
    assert_eq!(refusal.status(), 400);
    assert_eq!(refusal.error, "invalid_grant");
    assert_eq!(
        refusal.error_description.as_deref(),
        Some("The code has been used")
    );
}

/// The generated matcher compares a form body with JSON, so `body` cannot be used for forms.
#[tokio::test]
async fn typed_matcher_never_matches_a_form() {
    let server = MockServer::start_async().await;
    let mock = server.issue_token(|when, then| {
        when.body(&request());
        then.into_inner().status(200);
    });
    let error = client(&server).issue_token(&request()).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
    mock.assert_calls_async(0).await;
}

#[test]
fn debug_output_redacts_secrets() {
    let shown = format!("{:?}", request());
    for secret in ["s+cret%", "SplxlOBe/ZQQ", "dBjftJeZ4CVP"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let grant: types::TokenGrant = serde_json::from_str(
        r#"{"access_token": "marker-a", "refresh_token": "marker-b", "token_type": "Bearer"}"#,
    )
    .unwrap();
    insta::assert_snapshot!(
        format!("{grant:?}"),
        @"TokenGrant { access_token: Token(…), expires_in: None, refresh_token: Some(Token(…)), scope: None, token_type: \"Bearer\" }"
    );
}
