//! Invariants of the result for every status, with several kinds of bodies. The failure table has the result
//! of particular responses.

use digilocker::{RetryPolicy, Revoked, Token, TokenState};
use integration_tests::failure_table::builder;
use integration_tests::raw_server::RawServer;
use integration_tests::{TOKEN, response};

const NEUTRAL: &[&str] = &["", "{}", "null", "[]", "<html>"];
const SUCCESS: &[&str] =
    &[r#"{"success": true, "data": {"id": "abc123", "created_at": "2025-01-01T00:00:00Z"}}"#];
const ERRORS: &[&str] = &[
    r#"{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "m"}}"#,
    r#"{"error": "invalid_request", "error_description": "d"}"#,
    r#"{"success": false, "error": {"code": "E_42", "message": "m"}, "error_description": "d"}"#,
    r#"{"success": "#,
];

/// One attempt against a server that sends this response.
async fn call(status: u16, body: &str) -> Result<Revoked, digilocker::Error> {
    let server = RawServer::respond_with(response(status, &["location: /other"], body)).await;
    let client = builder(&server.url())
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    client.revoke(Token::new(TOKEN).unwrap()).await
}

#[tokio::test]
async fn invariants_hold_for_every_status_and_body() {
    for status in 200..600 {
        for body in [NEUTRAL, SUCCESS, ERRORS].concat() {
            let context = format!("{status} {body}");
            match call(status, body).await {
                Ok(revoked) => {
                    assert_eq!(revoked.status(), status, "{context}");
                    assert!((200..300).contains(&status), "{context}");
                    // 204 and 205 have no body, whatever follows the head.
                    let is_error = ERRORS.contains(&body) && !matches!(status, 204 | 205);
                    assert!(!is_error, "{context}");
                }
                Err(error) => {
                    assert_eq!(error.status().unwrap(), status, "{context}");
                    assert_eq!(error.attempts(), 1, "{context}");
                    // Callers drop tokens that are not recognised, so this state needs an error code.
                    let state = error.token_state();
                    assert_ne!(state, TokenState::NotRecognised, "{context}");
                }
            }
        }
    }
}
