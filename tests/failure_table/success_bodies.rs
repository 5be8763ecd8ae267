//! Bodies under 200.

use digilocker::ErrorKind::{InvalidRequest, InvalidToken, Protocol, Server, TooLarge};
use digilocker::TokenState::{Live, NotRecognised, Unknown};

use super::{Row, failed, revoked};
use crate::response;

/// The success body of the published reference.
pub(super) const DOCUMENTED: &str =
    r#"{"success": true, "data": {"id": "abc123", "created_at": "2025-01-01T00:00:00Z"}}"#;

pub(super) const JSON: &[&str] = &["content-type: application/json"];

/// The error body of the published reference, with this code.
pub(super) fn error_body(code: &str) -> String {
    format!(r#"{{"success": false, "error": {{"code": "{code}", "message": "m"}}}}"#)
}

fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    response(200, JSON, body)
}

pub(super) fn rows() -> Vec<Row> {
    let fine = |fault, body: &str| Row::response(fault, ok(body), revoked(200, 1));
    let unreadable = || failed(Protocol, 200, 1, false, Unknown);
    let deep = format!(r#"{{"x": {}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    vec![
        fine("200, the documented success", DOCUMENTED),
        fine("200, an empty body", ""),
        fine("200 `{}`", "{}"),
        fine("200 `null`", "null"),
        fine("200 `[]`", "[]"),
        fine("200, unknown members only", r#"{"status": "ok", "n": 1}"#),
        fine(
            "200, `data` without `created_at`, and unknown members",
            r#"{"success": true, "data": {"id": "a", "x": 1}, "y": []}"#,
        ),
        fine(
            "200, the documented success without `data`",
            r#"{"success": true}"#,
        ),
        fine(
            "200, the documented success with an invalid date",
            r#"{"success": true, "data": {"id": "a", "created_at": "x"}}"#,
        ),
        fine(
            "200, truncated after `\"success\": true`",
            &DOCUMENTED[..40],
        ),
        fine("200, an unknown member nested 10,000 deep", &deep),
        Row::response(
            "200 HTML",
            response(200, &["content-type: text/html"], "<html>ok</html>"),
            revoked(200, 1),
        ),
        Row::response(
            "200 text",
            response(200, &["content-type: text/plain"], "ok"),
            revoked(200, 1),
        ),
        Row::response(
            "200, the documented success as `text/plain`",
            response(200, &["content-type: text/plain"], DOCUMENTED),
            revoked(200, 1),
        ),
        Row::response(
            "200, the documented success without a content type",
            response(200, &[], DOCUMENTED),
            revoked(200, 1),
        ),
        Row::response("200, invalid UTF-8", ok(b"\xff\xfe\x80"), revoked(200, 1)),
        Row::response(
            "200 `\"success\": false`",
            ok(r#"{"success": false}"#),
            failed(Server, 200, 1, false, Live),
        ),
        Row::response(
            "200, the documented error",
            ok(error_body("VALIDATION_ERROR")),
            failed(InvalidRequest, 200, 1, false, Live).code("VALIDATION_ERROR"),
        ),
        Row::response(
            "200, the documented error with an unknown code",
            ok(error_body("E_42")),
            failed(Server, 200, 1, false, Live).code("E_42"),
        ),
        Row::response(
            "200, an RFC 6749 error",
            ok(r#"{"error": "invalid_token"}"#),
            failed(InvalidToken, 200, 1, false, NotRecognised).code("invalid_token"),
        ),
        Row::response(
            "200, an RFC 6749 error with an unknown code",
            ok(r#"{"error": "E_42"}"#),
            failed(Server, 200, 1, false, Unknown).code("E_42"),
        ),
        Row::response(
            "200, PHP warnings before the documented error",
            ok(format!(
                "<br />\n<b>Warning</b>: x<br />\n{}",
                error_body("VALIDATION_ERROR")
            )),
            unreadable(),
        ),
        Row::response(
            "200, an `error` object without a string `code`",
            ok(r#"{"error": {"code": 401, "message": "m"}}"#),
            failed(Server, 200, 1, false, Unknown),
        ),
        Row::response(
            "200 `\"error\": null`",
            ok(r#"{"error": null}"#),
            revoked(200, 1),
        ),
        Row::response(
            "200 `\"success\": \"false\"`",
            ok(r#"{"success": "false"}"#),
            unreadable(),
        ),
        Row::response(
            "200 `\"success\": \"true\"`",
            ok(r#"{"success": "true"}"#),
            unreadable(),
        ),
        Row::response(
            "200 `\"success\": null`",
            ok(r#"{"success": null}"#),
            unreadable(),
        ),
        Row::response(
            "200 `\"success\": 0`",
            ok(r#"{"success": 0}"#),
            unreadable(),
        ),
        Row::response(
            "200, `success` twice: true, then false",
            ok(r#"{"success": true, "success": false}"#),
            failed(Server, 200, 1, false, Live),
        ),
        Row::response(
            "200, `success` twice: false, then true",
            ok(r#"{"success": false, "success": true}"#),
            failed(Server, 200, 1, false, Live),
        ),
        Row::response(
            "200, truncated after `\"success\": false`",
            ok(r#"{"success": false, "err"#),
            failed(Server, 200, 1, false, Live),
        ),
        Row::response(
            "200, truncated before `success`",
            ok(r#"{"succ"#),
            unreadable(),
        ),
        Row::response(
            "200, `data` nested 10,000 deep",
            ok(format!(r#"{{"data": {}"#, "[".repeat(10_000))),
            unreadable(),
        ),
        Row::response(
            "200 with `content-encoding: gzip`, which was not requested",
            response(
                200,
                &["content-type: application/json", "content-encoding: gzip"],
                b"\x1f\x8b\x08\0bomb",
            ),
            unreadable(),
        ),
        Row::response(
            "200 with `content-length` of 1 GiB",
            {
                let mut head = b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n".to_vec();
                head.extend(vec![b' '; 100_000]);
                head
            },
            failed(TooLarge, 200, 1, false, Unknown),
        ),
        Row::response(
            "200, the documented success after 64 KiB of spaces",
            ok(format!("{}{DOCUMENTED}", " ".repeat(64 * 1024))),
            failed(TooLarge, 200, 1, false, Unknown),
        ),
        Row::response(
            "200, a body of exactly 64 KiB",
            ok(format!(
                "{}{DOCUMENTED}",
                " ".repeat(64 * 1024 - DOCUMENTED.len())
            )),
            revoked(200, 1),
        ),
    ]
}
