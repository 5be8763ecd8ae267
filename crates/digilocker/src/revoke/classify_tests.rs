//! The classification of each response. The failure table tests the same over a connection.

use std::time::{Duration, SystemTime};

use http::header::{CONTENT_ENCODING, RETRY_AFTER, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::*;
use crate::ErrorKind::{self, *};
use crate::TokenState::{self, *};
use crate::pipeline::redact::Variants;

const TOKEN: &str = "t0p-s3cr3t-t0k3n";

/// Classifies a response as the generated code would have read it.
fn read_with(status: u16, body: &str, headers: HeaderMap) -> Result<Confirmation, Box<Failure>> {
    let bytes = Bytes::from(body.to_owned());
    let response = match status {
        200 => serde_json::from_slice(&bytes).map_err(|_| Body::Unexpected(bytes)),
        400 | 401 | 503 => Err(match serde_json::from_slice(&bytes) {
            Ok(error) => Body::Error(error),
            Err(_) => Body::Unexpected(bytes),
        }),
        _ => Err(Body::Unexpected(bytes)),
    };
    read_response(status, response, headers)
}

fn read_response(
    status: u16,
    response: Result<RevocationSuccess, Body<RevocationError>>,
    headers: HeaderMap,
) -> Result<Confirmation, Box<Failure>> {
    let head = Head {
        status: StatusCode::from_u16(status).unwrap(),
        headers,
    };
    let none = Variants::default();
    let context = Context {
        secrets: Secrets::new(&none, TOKEN),
        sends_credentials: true,
    };
    classify(&head, response, || SystemTime::UNIX_EPOCH, &context)
}

fn read(status: u16, body: &str) -> Result<Confirmation, Box<Failure>> {
    read_with(status, body, HeaderMap::new())
}

#[track_caller]
fn fails(
    result: Result<Confirmation, Box<Failure>>,
    kind: ErrorKind,
    state: TokenState,
    retryable: bool,
) -> Failure {
    let failure = *result.unwrap_err();
    assert_eq!(
        (
            failure.kind,
            TokenState::from(failure.effect),
            failure.retryable
        ),
        (kind, state, retryable)
    );
    failure
}

#[test]
fn statuses_without_a_body_are_classified() {
    for status in [200, 201, 203, 204, 205] {
        let confirmation = read(status, "").unwrap();
        assert_eq!(confirmation.status, status);
        assert!(!confirmation.is_confirmed);
        assert_eq!((confirmation.id, confirmation.created_at), (None, None));
    }
    for (statuses, kind, state, retryable) in [
        (
            &[202, 206, 207, 208, 226, 101, 600, 999][..],
            Protocol,
            Unknown,
            false,
        ),
        (&[300, 301, 302, 304, 307, 308, 399], Redirect, Live, false),
        (&[303], Redirect, Unknown, false),
        (&[400], InvalidToken, Unknown, false),
        (&[401, 403], Unauthorized, Live, false),
        (
            &[402, 404, 405, 407, 410, 413, 415, 499],
            InvalidRequest,
            Live,
            false,
        ),
        (&[408, 425, 503], Unavailable, Live, true),
        (&[429], RateLimited, Live, true),
        (&[500, 506, 520, 599], Server, Unknown, true),
        (&[501, 505], Server, Unknown, false),
        (&[502, 504], Unavailable, Unknown, true),
    ] {
        for &status in statuses {
            let failure = fails(read(status, ""), kind, state, retryable);
            assert_eq!(failure.status.unwrap(), status);
            assert_eq!(
                failure.detail.is_some(),
                (200..300).contains(&status),
                "{status}"
            );
        }
    }
}

/// The documented error and that of RFC 6749, with this code.
fn errors(code: &str) -> [String; 2] {
    [
        format!(r#"{{"success": false, "error": {{"code": "{code}", "message": "m"}}}}"#),
        format!(r#"{{"error": "{code}", "error_description": "m"}}"#),
    ]
}

#[test]
fn the_code_decides_the_kind() {
    for (code, kind, state, retryable) in [
        ("VALIDATION_ERROR", InvalidRequest, Live, false),
        ("invalid_request", InvalidRequest, Live, false),
        ("invalid_client", Unauthorized, Live, false),
        ("invalid_client_id", Unauthorized, Live, false),
        ("unauthorized_client", Unauthorized, Live, false),
        ("access_denied", Unauthorized, Live, false),
        ("invalid_token", InvalidToken, NotRecognised, false),
        ("Invalid_Token", InvalidToken, NotRecognised, false),
        ("invalid_grant", InvalidToken, Unknown, false),
        ("unsupported_token_type", UnsupportedTokenType, Live, false),
        ("slow_down", RateLimited, Live, true),
        ("temporarily_unavailable", Unavailable, Live, true),
        ("partner_service_unresponsive", Unavailable, Unknown, true),
        ("server_error", Server, Unknown, true),
        ("unexpected_error", Server, Unknown, true),
    ] {
        for body in errors(code) {
            for status in [400, 200, 201, 202] {
                let failure = fails(read(status, &body), kind, state, retryable);
                assert_eq!(
                    (failure.code.as_deref(), failure.message.as_deref()),
                    (Some(code), Some("m"))
                );
            }
        }
    }
}

#[test]
fn the_documented_code_counts_under_400_and_2xx_only() {
    for code in ["VALIDATION_ERROR", "invalid_request"] {
        for body in errors(code) {
            for (status, kind, state, retryable) in [
                (401, Unauthorized, Live, false),
                (404, InvalidRequest, Live, false),
                (408, Unavailable, Live, true),
                (429, RateLimited, Live, true),
                (500, Server, Unknown, true),
                (502, Unavailable, Unknown, true),
                (503, Unavailable, Live, true),
                (600, Protocol, Unknown, false),
            ] {
                let failure = fails(read(status, &body), kind, state, retryable);
                assert_eq!(failure.code.as_deref(), Some(code), "{status}");
            }
        }
    }
}

#[test]
fn invalid_token_is_about_the_token_under_400_and_2xx_only() {
    let body = r#"{"error": "invalid_token"}"#;
    for status in [401, 403, 404, 410, 422] {
        fails(read(status, body), InvalidToken, Unknown, false);
    }
    for status in [408, 425, 429] {
        fails(read(status, body), InvalidToken, Unknown, true);
    }
}

#[test]
fn under_5xx_the_status_decides_the_effect() {
    let body = r#"{"error": "invalid_token"}"#;
    fails(read(503, body), InvalidToken, Live, true);
    fails(read(500, body), InvalidToken, Unknown, true);
    fails(read(501, body), InvalidToken, Unknown, false);
    fails(
        read(501, r#"{"error": "slow_down"}"#),
        RateLimited,
        Unknown,
        true,
    );
    // The body of a redirect is ignored.
    let failure = fails(read(302, body), Redirect, Live, false);
    assert_eq!(failure.code, None);
}

#[test]
fn a_success_status_with_a_contradicting_body_is_an_error() {
    fails(read(200, r#"{"success": false}"#), Server, Live, false);
    fails(read(200, r#"{"revoked": "false"}"#), Server, Live, false);
    fails(
        read(204, r#"{"success": false, "error": {"code": "E"}}"#),
        Server,
        Live,
        false,
    );
    fails(read(200, r#"{"error": "E"}"#), Server, Unknown, false);
    for unclear in [
        r#"{"success": 7}"#,
        r#"{"success": true, "revoked": false}"#,
        r#"{"success": false, "revoked": true}"#,
        r#"{"success": true, "error": "E"}"#,
        r#"{"revoked": true, "error": {"code": "E"}}"#,
    ] {
        let failure = fails(read(200, unclear), Protocol, Unknown, false);
        assert!(failure.detail.is_some());
    }
    // 202 means that the token is not revoked yet, whatever the body says.
    fails(read(202, r#"{"success": true}"#), Protocol, Unknown, false);
}

#[test]
fn success_and_revoked_confirm_a_success() {
    for confirmed in [
        r#"{"success": true}"#,
        r#"{"success": "true"}"#,
        r#"{"revoked": true}"#,
        r#"{"revoked": 1, "success": null, "error": null}"#,
        r#"{"success": true, "data": {"id": "a", "created_at": "2025-01-01T00:00:00Z"}, "error": "E"}"#,
    ] {
        assert!(read(200, confirmed).unwrap().is_confirmed, "{confirmed}");
    }
    for unconfirmed in [
        "",
        "{}",
        "<html>",
        "null",
        r#"{"success": null}"#,
        r#"{"success": true, "data": {"#,
    ] {
        assert!(
            !read(200, unconfirmed).unwrap().is_confirmed,
            "{unconfirmed}"
        );
    }
}

#[test]
fn an_encoded_body_is_not_read() {
    let header = |name, coding: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(coding));
        headers
    };
    let gzip = || header(CONTENT_ENCODING, "gzip");
    fails(read_with(200, "x", gzip()), Protocol, Unknown, false);
    // An empty body needs no decoder.
    assert!(read_with(200, "", gzip()).is_ok());
    assert!(read_with(204, "", gzip()).is_ok());
    for (coding, is_read) in [
        ("", true),
        ("chunked", true),
        ("Chunked", true),
        ("gzip, chunked", false),
        ("gzip", false),
    ] {
        let result = read_with(200, "x", header(TRANSFER_ENCODING, coding));
        assert_eq!(result.is_ok(), is_read, "{coding}");
    }
    for identity in ["identity", "Identity"] {
        assert!(read_with(200, "x", header(CONTENT_ENCODING, identity)).is_ok());
    }
}

#[test]
fn a_400_with_a_body_is_an_invalid_request() {
    for body in ["{}", "<html>", r#"{"error": {"code": "E"}}"#] {
        fails(read(400, body), InvalidRequest, Live, false);
    }
}

#[test]
fn an_error_of_unknown_shape_is_not_a_success() {
    for error in [
        r#"{"message": "boom"}"#,
        r#"{"code": 401, "message": "Invalid client"}"#,
        "7",
        "true",
        r#"["boom"]"#,
    ] {
        let body = format!(r#"{{"error": {error}}}"#);
        fails(read(200, &body), Server, Unknown, false);
    }
    let described = fails(
        read(200, r#"{"error_description": "not revoked"}"#),
        Server,
        Unknown,
        false,
    );
    assert_eq!(described.message.as_deref(), Some("not revoked"));
    // Values by which servers mean that there is no error.
    for none in ["null", "false", "0", "{}", "[]"] {
        let body = format!(r#"{{"error": {none}, "error_description": ""}}"#);
        assert!(read(200, &body).is_ok(), "{body}");
    }
}

#[test]
fn incomplete_bodies_are_classified_by_status() {
    let read = |status, body| read_response(status, Err(body), HeaderMap::new());
    fails(read(200, Body::TimedOut), Timeout, Unknown, true);
    fails(read(200, Body::TooLarge), TooLarge, Unknown, false);
    for (status, kind, state, retryable) in [
        (302, Redirect, Live, false),
        (303, Redirect, Unknown, false),
        (400, InvalidRequest, Live, false),
        (401, Unauthorized, Live, false),
        (503, Unavailable, Live, true),
        (500, Server, Unknown, true),
        (600, Protocol, Unknown, false),
    ] {
        for (body, lost) in [
            (Body::TimedOut, "in time"),
            (Body::TooLarge, "max_response_bytes"),
        ] {
            let failure = fails(read(status, body), kind, state, retryable);
            let detail = failure.detail.unwrap_or_default();
            assert_eq!(
                detail.contains(lost),
                !(300..400).contains(&status),
                "{detail}"
            );
        }
    }
}

#[test]
fn id_and_date_of_a_success_are_read() {
    let at = "2025-01-01T00:00:00Z".parse().ok();
    let success = |body: &str| {
        let confirmation = read(200, body).unwrap();
        (confirmation.id, confirmation.created_at)
    };
    assert_eq!(
        success(
            r#"{"success": true, "data": {"id": "abc123", "created_at": "2025-01-01T00:00:00Z"}}"#
        ),
        (Some("abc123".to_owned()), at)
    );
    assert_eq!(
        success(r#"{"data": {"created_at": "2025-01-01T00:00:00Z"}}"#),
        (None, at)
    );
    // Ids are redacted like any text of the server.
    for id in [format!("is {TOKEN} it"), TOKEN.to_owned()] {
        let (found, _) = success(&format!(r#"{{"success": true, "data": {{"id": "{id}"}}}}"#));
        assert_eq!(found.unwrap(), id.replace(TOKEN, "[redacted]"));
    }
    assert_eq!(success(r#"{"data": {"id": "a\nb"}}"#).0.unwrap(), "a b");
    let long = format!(r#"{{"data": {{"id": "{}"}}}}"#, "x".repeat(1000));
    assert_eq!(success(&long).0.unwrap().len(), 128);
}

#[test]
fn headers_are_read_and_texts_are_truncated() {
    let mut headers = HeaderMap::new();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("7"));
    headers.insert(
        "x-request-id",
        format!("{TOKEN}{}", "x".repeat(200)).parse().unwrap(),
    );
    let request_id = format!("[redacted]{}", "x".repeat(112));
    let body = format!(
        r#"{{"error": "{0}", "error_description": "{0}"}}"#,
        "x".repeat(5000)
    );
    let failure = fails(
        read_with(429, &body, headers.clone()),
        RateLimited,
        Live,
        true,
    );
    assert_eq!(failure.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(failure.request_id.as_deref(), Some(request_id.as_str()));
    assert_eq!(failure.code.unwrap().len(), 128);
    assert_eq!(failure.message.unwrap().len(), 1024);
    let success = read_with(200, "", headers).unwrap();
    assert_eq!(success.request_id.as_deref(), Some(request_id.as_str()));

    let failure = fails(
        read(400, r#"{"error_description": "only text"}"#),
        InvalidRequest,
        Live,
        false,
    );
    assert_eq!(
        (failure.code, failure.message.as_deref()),
        (None, Some("only text"))
    );
}

#[test]
fn missing_credentials_are_mentioned() {
    for (sends_credentials, status, expected) in [
        (false, 401, true),
        (false, 403, true),
        (true, 401, false),
        (false, 404, false),
    ] {
        let head = Head {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
        };
        let none = Variants::default();
        let context = Context {
            secrets: Secrets::new(&none, TOKEN),
            sends_credentials,
        };
        let body = Err(Body::Unexpected(Bytes::new()));
        let failure = classify(&head, body, || SystemTime::UNIX_EPOCH, &context).unwrap_err();
        let detail = failure.detail.unwrap_or_default();
        assert_eq!(
            detail.starts_with("no credentials were sent"),
            expected,
            "{status}"
        );
    }
}
