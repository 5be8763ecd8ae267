//! What each answer means, without a wire. The table of faults has the same over one.

use std::time::{Duration, SystemTime};

use http::header::{CONTENT_ENCODING, RETRY_AFTER, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::{Answer, Body, Receipt, classify};
use crate::ErrorKind::{self, *};
use crate::TokenState::{self, *};
use crate::error::Report;
use crate::redact::Secrets;

fn read(status: u16, body: Body) -> Result<Receipt, Report> {
    read_with(status, body, HeaderMap::new())
}

fn read_with(status: u16, body: Body, headers: HeaderMap) -> Result<Receipt, Report> {
    let status = StatusCode::from_u16(status).unwrap();
    let answer = Answer {
        status,
        headers,
        body,
    };
    classify(
        answer,
        SystemTime::UNIX_EPOCH,
        &Secrets::new(&[], "t0p-s3cr3t-t0k3n"),
    )
}

fn whole(body: &str) -> Body {
    Body::Whole(body.as_bytes().to_vec())
}

#[track_caller]
fn fails(
    result: Result<Receipt, Report>,
    kind: ErrorKind,
    state: TokenState,
    retryable: bool,
) -> Report {
    let report = result.unwrap_err();
    assert_eq!(
        (report.kind, report.state, report.retryable),
        (kind, state, retryable)
    );
    report
}

#[test]
fn a_status_alone() {
    for status in [200, 201, 203, 204, 205] {
        assert_eq!(
            read(status, whole("")).unwrap(),
            Receipt::default(),
            "{status}"
        );
    }
    for (statuses, kind, state, retryable) in [
        (
            &[202, 206, 207, 208, 226, 101, 600, 999][..],
            Protocol,
            Unknown,
            false,
        ),
        (
            &[300, 301, 302, 303, 304, 307, 308, 399],
            Redirect,
            Live,
            false,
        ),
        (&[400], InvalidToken, NotRecognised, false),
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
            let report = fails(read(status, whole("")), kind, state, retryable);
            assert_eq!(report.status.unwrap(), status);
            assert_eq!(
                report.detail.is_some(),
                (200..300).contains(&status),
                "{status}"
            );
        }
    }
}

#[test]
fn a_code_before_the_status() {
    for (code, kind, state, retryable) in [
        ("VALIDATION_ERROR", InvalidRequest, Live, false),
        ("invalid_request", InvalidRequest, Live, false),
        ("invalid_client", Unauthorized, Live, false),
        ("unauthorized_client", Unauthorized, Live, false),
        ("access_denied", Unauthorized, Live, false),
        ("invalid_token", InvalidToken, NotRecognised, false),
        ("Invalid_Token", InvalidToken, NotRecognised, false),
        ("invalid_grant", InvalidToken, Unknown, false),
        ("unsupported_token_type", UnsupportedTokenType, Live, false),
        ("slow_down", RateLimited, Live, true),
        ("temporarily_unavailable", Unavailable, Live, true),
        ("server_error", Server, Unknown, true),
    ] {
        let envelope =
            format!(r#"{{"success": false, "error": {{"code": "{code}", "message": "m"}}}}"#);
        let oauth = format!(r#"{{"error": "{code}", "error_description": "m"}}"#);
        for body in [envelope, oauth] {
            // 409 has no meaning of its own here; a 200 is no success with an error in it.
            for status in [409, 200] {
                let report = fails(read(status, whole(&body)), kind, state, retryable);
                assert_eq!(
                    (report.code.as_deref(), report.message.as_deref()),
                    (Some(code), Some("m"))
                );
            }
        }
    }
}

#[test]
fn a_server_that_fails_does_not_know() {
    let body = r#"{"error": "invalid_token"}"#;
    fails(read(503, whole(body)), InvalidToken, Live, true);
    fails(read(500, whole(body)), InvalidToken, Unknown, true);
    fails(read(501, whole(body)), InvalidToken, Unknown, false);
    fails(
        read(501, whole(r#"{"error": "slow_down"}"#)),
        RateLimited,
        Unknown,
        true,
    );
    fails(read(202, whole(body)), InvalidToken, Unknown, false);
    // A redirect's body is not looked at.
    let report = fails(read(302, whole(body)), Redirect, Live, false);
    assert_eq!(report.code, None);
}

#[test]
fn a_status_that_is_not_about_the_token_says_nothing_of_it() {
    let body = r#"{"error": "invalid_token"}"#;
    for status in [401, 403] {
        fails(read(status, whole(body)), InvalidToken, Unknown, false);
    }
    for status in [408, 425, 429] {
        fails(read(status, whole(body)), InvalidToken, Unknown, true);
    }
    for status in [400, 404, 410, 422] {
        fails(
            read(status, whole(body)),
            InvalidToken,
            NotRecognised,
            false,
        );
    }
}

#[test]
fn a_body_that_takes_the_status_back() {
    fails(
        read(200, whole(r#"{"success": false}"#)),
        Server,
        Live,
        false,
    );
    fails(
        read(204, whole(r#"{"success": false, "error": {"code": "E"}}"#)),
        Server,
        Live,
        false,
    );
    fails(
        read(200, whole(r#"{"error": "E"}"#)),
        Server,
        Unknown,
        false,
    );
    let report = fails(
        read(200, whole(r#"{"success": 1}"#)),
        Protocol,
        Unknown,
        false,
    );
    assert!(report.detail.is_some());
    let mut encoded = HeaderMap::new();
    encoded.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    fails(
        read_with(200, whole("x"), encoded.clone()),
        Protocol,
        Unknown,
        false,
    );
    // There is nothing in an empty body that could not be read.
    assert!(read_with(200, whole(""), encoded.clone()).is_ok());
    assert!(read_with(204, whole(""), encoded).is_ok());
    for (coding, is_read) in [
        ("", true),
        ("chunked", true),
        ("Chunked", true),
        ("gzip, chunked", false),
        ("gzip", false),
    ] {
        let mut sent = HeaderMap::new();
        sent.insert(TRANSFER_ENCODING, HeaderValue::from_static(coding));
        assert_eq!(
            read_with(200, whole("x"), sent).is_ok(),
            is_read,
            "{coding}"
        );
    }
    for identity in ["identity", "Identity"] {
        let mut plain = HeaderMap::new();
        plain.insert(CONTENT_ENCODING, HeaderValue::from_static(identity));
        assert!(read_with(200, whole("x"), plain).is_ok());
    }
}

#[test]
fn a_400_with_any_body_is_about_the_request() {
    fails(read(400, whole("{}")), InvalidRequest, Live, false);
    fails(read(400, whole("<html>")), InvalidRequest, Live, false);
    fails(
        read(400, whole(r#"{"error": {"code": "E"}}"#)),
        InvalidRequest,
        Live,
        false,
    );
}

#[test]
fn an_error_in_no_known_shape_is_no_success() {
    for error in [
        r#"{"message": "boom"}"#,
        r#"{"code": 401, "message": "Invalid client"}"#,
        "7",
        "true",
        r#"["boom"]"#,
    ] {
        let body = format!(r#"{{"error": {error}}}"#);
        fails(read(200, whole(&body)), Server, Unknown, false);
    }
    let words = fails(
        read(200, whole(r#"{"error_description": "not revoked"}"#)),
        Server,
        Unknown,
        false,
    );
    assert_eq!(words.message.as_deref(), Some("not revoked"));
    // No error at all, in the ways in which servers write that.
    for none in ["null", "false", "0", "{}", "[]"] {
        let body = format!(r#"{{"error": {none}, "error_description": ""}}"#);
        assert!(read(200, whole(&body)).is_ok(), "{body}");
    }
}

#[test]
fn a_body_that_is_not_there() {
    fails(read(200, Body::TimedOut), Timeout, Unknown, true);
    fails(read(100, Body::TimedOut), Timeout, Unknown, true);
    for (status, kind, state, retryable) in [
        (302, Redirect, Live, false),
        (400, InvalidRequest, Live, false),
        (401, Unauthorized, Live, false),
        (503, Unavailable, Live, true),
        (500, Server, Unknown, true),
    ] {
        fails(read(status, Body::TimedOut), kind, state, retryable);
        // A page of any size says the same: an outage is worth a retry.
        fails(read(status, Body::TooLarge), TooLarge, state, retryable);
    }
    fails(read(200, Body::TooLarge), TooLarge, Unknown, false);
}

#[test]
fn what_a_success_tells() {
    let receipt = |body: &str| read(200, whole(body)).unwrap();
    let at = "2025-01-01T00:00:00Z".parse().ok();
    assert_eq!(
        receipt(
            r#"{"success": true, "data": {"id": "abc123", "created_at": "2025-01-01T00:00:00Z"}}"#
        ),
        Receipt {
            id: Some("abc123".to_owned()),
            created_at: at
        }
    );
    assert_eq!(
        receipt(r#"{"data": {"created_at": "2025-01-01T00:00:00Z"}}"#),
        Receipt {
            id: None,
            created_at: at
        }
    );
    // An id is the server's words too.
    for id in ["is t0p-s3cr3t-t0k3n it", "t0p-s3cr3t-t0k3n"] {
        let found = receipt(&format!(r#"{{"success": true, "data": {{"id": "{id}"}}}}"#));
        assert_eq!(
            found.id.unwrap(),
            id.replace("t0p-s3cr3t-t0k3n", "[redacted]")
        );
    }
    assert_eq!(receipt(r#"{"data": {"id": "a\nb"}}"#).id.unwrap(), "a b");
    let long = format!(r#"{{"data": {{"id": "{}"}}}}"#, "x".repeat(1000));
    assert_eq!(receipt(&long).id.unwrap().len(), 128);
}

#[test]
fn words_are_bounded_and_retry_after_is_read() {
    let mut headers = HeaderMap::new();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("7"));
    let body = format!(
        r#"{{"error": "{0}", "error_description": "{0}"}}"#,
        "x".repeat(5000)
    );
    let report = fails(
        read_with(429, whole(&body), headers),
        RateLimited,
        Live,
        true,
    );
    assert_eq!(report.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(report.code.unwrap().len(), 128);
    assert_eq!(report.message.unwrap().len(), 1024);
    let report = fails(
        read(400, whole(r#"{"error_description": "only words"}"#)),
        InvalidRequest,
        Live,
        false,
    );
    assert_eq!(
        (report.code, report.message.as_deref()),
        (None, Some("only words"))
    );
}
