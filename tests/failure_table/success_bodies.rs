//! Bodies under 200 without an error, and unreadable bodies.

use digilocker::ErrorKind::{Protocol, Server};
use digilocker::TokenState::{Live, Unknown};

use super::bodies::{DOCUMENTED, JSON, documented_error, ok};
use super::{Row, confirmed, failed, revoked};
use crate::response;

pub(super) fn rows() -> Vec<Row> {
    let text = &["content-type: text/plain"];
    let gzip = &["content-type: application/json", "content-encoding: gzip"];
    let success = |name, headers: &[&str], body: &[u8]| {
        Row::response(name, response(200, headers, body), revoked(200, 1))
    };
    let confirmed = |name, headers: &[&str], body: &str| {
        Row::response(name, response(200, headers, body), confirmed(200, 1))
    };
    let invalid = |name, headers: &[&str], body: &str| {
        let expected = failed(Protocol, 200, 1, false, Unknown);
        Row::response(name, response(200, headers, body), expected)
    };
    let deep = format!(r#"{{"x": {}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    vec![
        confirmed("200, the documented success", JSON, &DOCUMENTED),
        confirmed(
            "200, the documented success as `text/plain`",
            text,
            &DOCUMENTED,
        ),
        confirmed(
            "200, the documented success without a content type",
            &[],
            &DOCUMENTED,
        ),
        confirmed(
            "200, the documented success after a byte order mark",
            JSON,
            &format!("\u{feff}{}", *DOCUMENTED),
        ),
        confirmed(
            "200, the documented success with `content-encoding: gzip`, not compressed",
            gzip,
            &DOCUMENTED,
        ),
        confirmed(
            "200, the documented success with unknown members and without `created_at`",
            JSON,
            r#"{"success": true, "data": {"id": "a", "x": 1}, "y": []}"#,
        ),
        confirmed(
            "200, the documented success with an invalid date",
            JSON,
            r#"{"success": true, "data": {"id": "a", "created_at": "x"}}"#,
        ),
        success("200, an empty body", &[], b""),
        success("200 `{}`", JSON, b"{}"),
        success("200 `null`", JSON, b"null"),
        success("200 `[]`", JSON, b"[]"),
        success("200 `true`", JSON, b"true"),
        success(
            "200, unknown members only",
            JSON,
            br#"{"status": "ok", "n": 1}"#,
        ),
        success(
            "200, an unknown member nested 10,000 deep",
            JSON,
            deep.as_bytes(),
        ),
        success(
            "200, `success` in another member",
            JSON,
            br#"{"data": {"success": false}}"#,
        ),
        success("200 HTML", &["content-type: text/html"], b"<html>ok</html>"),
        success("200 text", text, b"ok"),
        success("200, invalid UTF-8", JSON, b"\xff\xfe\x80"),
        success(
            "200, an empty body with `content-encoding: gzip`",
            gzip,
            b"",
        ),
        success(
            "200, truncated after `\"success\": true`",
            JSON,
            br#"{"success": true, "data": {"id""#,
        ),
        Row::response(
            "200, truncated after `\"success\": false`",
            ok(r#"{"success": false, "err"#),
            failed(Server, 200, 1, false, Live),
        ),
        invalid("200, truncated before `success`", JSON, r#"{"succ"#),
        invalid(
            "200, `data` nested 10,000 deep",
            JSON,
            &format!(r#"{{"data": {}"#, "[".repeat(10_000)),
        ),
        invalid(
            "200, PHP warnings before the documented error",
            JSON,
            &format!(
                "<br />\n<b>Warning</b>: x<br />\n{}",
                documented_error("VALIDATION_ERROR")
            ),
        ),
        invalid(
            "200 with `content-encoding: gzip`, which was not requested",
            gzip,
            "\x1f\x08\0",
        ),
    ]
}
