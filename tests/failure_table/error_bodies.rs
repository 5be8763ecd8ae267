//! Bodies without a known error code, under statuses other than 2xx.

use digilocker::ErrorKind::{InvalidRequest, Redirect};
use digilocker::TokenState::Live;

use super::bodies::{DOCUMENTED, JSON};
use super::{Row, failed};
use crate::response;

pub(super) fn rows() -> Vec<Row> {
    let html = &["content-type: text/html"];
    let rejected = |name, headers: &[&str], body: &[u8]| {
        Row::response(
            name,
            response(400, headers, body),
            failed(InvalidRequest, 400, 1, false, Live),
        )
    };
    let both = r#"{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "m"}, "error_description": "d"}"#;
    vec![
        Row::response(
            "400, the documented error and an RFC 6749 error in one body",
            response(400, JSON, both),
            failed(InvalidRequest, 400, 1, false, Live).code("VALIDATION_ERROR"),
        ),
        rejected(
            "400, the documented success: the status takes precedence",
            JSON,
            DOCUMENTED.as_bytes(),
        ),
        rejected("400 `\"revoked\": true`", JSON, br#"{"revoked": true}"#),
        rejected("400 `\"success\": false`", JSON, br#"{"success": false}"#),
        rejected("400 `{}`", JSON, b"{}"),
        rejected("400 `null`", JSON, b"null"),
        rejected("400 HTML", html, b"<html>bad request</html>"),
        rejected("400, invalid UTF-8", JSON, b"\xff\xfe"),
        rejected("400, truncated JSON", JSON, br#"{"error": {"code": "x"#),
        rejected(
            "400, nested 10,000 deep",
            JSON,
            "[".repeat(10_000).as_bytes(),
        ),
        Row::response(
            "404 HTML",
            response(404, html, "<html>"),
            failed(InvalidRequest, 404, 1, false, Live),
        ),
        Row::response(
            "302, the documented success",
            response(302, &["location: /"], &*DOCUMENTED),
            failed(Redirect, 302, 1, false, Live),
        ),
    ]
}
