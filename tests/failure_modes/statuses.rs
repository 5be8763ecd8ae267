//! Every status with each kind of body.

use digilocker::{ErrorKind, Token, TokenState};
use integration_tests::failure_table::builder;
use integration_tests::raw_server::RawServer;
use integration_tests::{TOKEN, response};

const BODIES: &[&str] = &[
    "",
    "{}",
    "null",
    "[]",
    "<html>",
    r#"{"success": true, "data": {"id": "abc123", "created_at": "2025-01-01T00:00:00Z"}}"#,
    r#"{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "m"}}"#,
    r#"{"error": "invalid_request", "error_description": "d"}"#,
    r#"{"success": false, "error": {"code": "E_42", "message": "m"}, "error_description": "d"}"#,
    r#"{"success": "#,
];

/// Invariants that hold for every response.
#[tokio::test]
async fn responses_are_not_misreported() {
    for status in 200..600 {
        for body in BODIES {
            let server =
                RawServer::respond_with(response(status, &["location: /elsewhere"], body)).await;
            let client = builder(&server.url())
                .retry(digilocker::RetryPolicy::none())
                .build()
                .unwrap();
            let result = client.revoke(Token::new(TOKEN).unwrap()).await;
            let context = format!("{status} {body}");
            let may_be_done = matches!(status, 200 | 201 | 203 | 204 | 205);
            let says_no =
                body.contains("false") || body.contains("invalid") || *body == r#"{"success": "#;
            match result {
                Ok(revoked) => {
                    assert!(may_be_done, "{context}");
                    // These have no body, whatever was sent after the head.
                    assert!(!says_no || matches!(status, 204 | 205), "{context}");
                    assert_eq!(revoked.status(), status, "{context}");
                }
                Err(error) => {
                    assert!(!may_be_done || says_no, "{context}");
                    assert_eq!(error.status().unwrap(), status, "{context}");
                    assert_eq!(error.attempts(), 1, "{context}");
                    let state = error.token_state();
                    match status {
                        300..400 => assert_eq!(error.kind(), ErrorKind::Redirect, "{context}"),
                        503 => assert_eq!(state, TokenState::Live, "{context}"),
                        500..600 => assert_eq!(state, TokenState::Unknown, "{context}"),
                        400 if body.is_empty() => {
                            assert_eq!(state, TokenState::NotRecognised, "{context}");
                        }
                        400..500 => assert_eq!(state, TokenState::Live, "{context}"),
                        _ => {}
                    }
                }
            }
        }
    }
}
