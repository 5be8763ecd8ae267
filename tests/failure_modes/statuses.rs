//! Invariants of the result under every status, with bodies of each kind. What a particular response
//! means is in the failure table.

use digilocker::{RetryPolicy, Revoked, Token};
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
async fn no_error_body_is_a_success_under_any_status() {
    for status in 200..600 {
        // These have no body, whatever follows the head.
        if matches!(status, 204 | 205) {
            continue;
        }
        for body in ERRORS {
            let result = call(status, body).await;
            assert!(result.is_err(), "{status} {body}: {result:?}");
        }
    }
}

#[tokio::test]
async fn no_status_outside_2xx_is_a_success_with_any_body() {
    for status in 300..600 {
        for body in [NEUTRAL, SUCCESS].concat() {
            let result = call(status, body).await;
            assert!(result.is_err(), "{status} {body}: {result:?}");
        }
    }
}

#[tokio::test]
async fn status_of_every_response_is_reported() {
    for status in 200..600 {
        for body in [NEUTRAL[0], SUCCESS[0], ERRORS[0]] {
            let reported = match call(status, body).await {
                Ok(revoked) => Some(revoked.status()),
                Err(error) => error.status(),
            };
            assert_eq!(reported.unwrap(), status, "{body}");
        }
    }
}
