//! Rows in which the server sends valid HTTP.

use std::time::Duration;

use digilocker::ErrorKind::{
    InvalidRequest, InvalidToken, Protocol, RateLimited, Redirect, Server as Failed, TooLarge,
    Unauthorized, Unavailable, UnsupportedTokenType,
};
use digilocker::TokenState::{Live, NotRecognised, Unknown};
use integration_tests::raw_server::{RawServer, Step};
use integration_tests::response;

use crate::table::{Outcome, Row, Server, builder, failed, revoked};

pub(crate) fn row(fault: &'static str, response: Vec<u8>, expected: Outcome) -> Row {
    let server = Server::Raw(Box::new(|| {
        Box::pin(async {
            let server = RawServer::respond_with(response).await;
            let builder = builder(&server.url());
            (server, builder)
        })
    }));
    Row {
        fault,
        server,
        expected,
    }
}

/// A server that sends one response to the first request and another to each further one.
fn row_then(fault: &'static str, first: Vec<u8>, then: Vec<u8>, expected: Outcome) -> Row {
    let server = Server::Raw(Box::new(|| {
        Box::pin(async {
            let server = RawServer::start(move |connection| {
                let response = if connection == 0 { &first } else { &then };
                vec![Step::Read, Step::Send(response.clone())]
            })
            .await;
            let builder = builder(&server.url());
            (server, builder)
        })
    }));
    Row {
        fault,
        server,
        expected,
    }
}

const DOCUMENTED: &str =
    r#"{"success": true, "data": {"id": "abc123", "created_at": "2025-01-01T00:00:00Z"}}"#;
const JSON: &[&str] = &["content-type: application/json"];

fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    response(200, JSON, body)
}

fn envelope(code: &str) -> String {
    format!(r#"{{"success": false, "error": {{"code": "{code}", "message": "m"}}}}"#)
}

/// Responses without a body.
pub(crate) fn statuses() -> Vec<Row> {
    let bare = |fault, status, expected| row(fault, response(status, &[], ""), expected);
    vec![
        bare("204 No Content", 204, revoked(204, 1)),
        bare("205 Reset Content", 205, revoked(205, 1)),
        bare("201 Created", 201, revoked(201, 1)),
        bare(
            "202 Accepted: not done yet",
            202,
            failed(Protocol, 202, 1, false, Unknown),
        ),
        bare(
            "206 Partial Content",
            206,
            failed(Protocol, 206, 1, false, Unknown),
        ),
        bare(
            "301 Moved Permanently",
            301,
            failed(Redirect, 301, 1, false, Live),
        ),
        bare(
            "304 Not Modified",
            304,
            failed(Redirect, 304, 1, false, Live),
        ),
        bare(
            "400, as the vendor's own document has it",
            400,
            failed(InvalidToken, 400, 1, false, NotRecognised),
        ),
        bare(
            "401 Unauthorized",
            401,
            failed(Unauthorized, 401, 1, false, Live),
        ),
        bare(
            "403 Forbidden",
            403,
            failed(Unauthorized, 403, 1, false, Live),
        ),
        bare(
            "404 Not Found",
            404,
            failed(InvalidRequest, 404, 1, false, Live),
        ),
        bare(
            "405 Method Not Allowed",
            405,
            failed(InvalidRequest, 405, 1, false, Live),
        ),
        bare(
            "408 Request Timeout",
            408,
            failed(Unavailable, 408, 3, true, Live),
        ),
        bare(
            "413 Content Too Large",
            413,
            failed(InvalidRequest, 413, 1, false, Live),
        ),
        bare(
            "415 Unsupported Media Type",
            415,
            failed(InvalidRequest, 415, 1, false, Live),
        ),
        bare(
            "425 Too Early",
            425,
            failed(Unavailable, 425, 3, true, Live),
        ),
        bare(
            "429 Too Many Requests",
            429,
            failed(RateLimited, 429, 3, true, Live),
        ),
        bare(
            "500 Internal Server Error",
            500,
            failed(Failed, 500, 3, true, Unknown),
        ),
        bare(
            "501 Not Implemented",
            501,
            failed(Failed, 501, 1, false, Unknown),
        ),
        bare(
            "502 Bad Gateway",
            502,
            failed(Unavailable, 502, 3, true, Unknown),
        ),
        bare(
            "503 Service Unavailable",
            503,
            failed(Unavailable, 503, 3, true, Live),
        ),
        bare(
            "504 Gateway Timeout",
            504,
            failed(Unavailable, 504, 3, true, Unknown),
        ),
        bare(
            "505 HTTP Version Not Supported",
            505,
            failed(Failed, 505, 1, false, Unknown),
        ),
        bare(
            "599, of no meaning",
            599,
            failed(Failed, 599, 3, true, Unknown),
        ),
        bare(
            "999, of no class",
            999,
            failed(Protocol, 999, 1, false, Unknown),
        ),
        row_then(
            "503, then 200",
            response(503, &[], ""),
            ok(DOCUMENTED),
            revoked(200, 2),
        ),
        row_then(
            "500, then 400 `invalid_token`: the first may have done it",
            response(500, &[], ""),
            response(400, JSON, envelope("invalid_token")),
            failed(InvalidToken, 400, 2, false, NotRecognised).code("invalid_token"),
        ),
        row_then(
            "500, then 401: the first may have done it",
            response(500, &[], ""),
            response(401, &[], ""),
            failed(Unauthorized, 401, 2, false, Unknown),
        ),
    ]
}

pub(crate) fn retry_after() -> Vec<Row> {
    let says = |fault, header: &'static str, expected| {
        let server = Server::Raw(Box::new(move || {
            Box::pin(async move {
                let server = RawServer::respond_with(response(
                    503,
                    &["date: Wed, 01 Jan 2025 00:00:00 GMT", header],
                    "",
                ))
                .await;
                // No time for any wait that the server asks for.
                let builder = builder(&server.url()).timeout(Duration::from_secs(30));
                (server, builder)
            })
        }));
        Row {
            fault,
            server,
            expected,
        }
    };
    let given_up = |seconds| failed(Unavailable, 503, 1, true, Live).retry_after(seconds);
    vec![
        says(
            "0 seconds",
            "retry-after: 0",
            failed(Unavailable, 503, 3, true, Live).retry_after(0),
        ),
        says(
            "3600 seconds, which is past the deadline: returns at once",
            "retry-after: 3600",
            given_up(3600),
        ),
        says(
            "a date in 120 s, by the server's own clock",
            "retry-after: Wed, 01 Jan 2025 00:02:00 GMT",
            given_up(120),
        ),
        says(
            "a date in the past",
            "retry-after: Tue, 31 Dec 2024 23:00:00 GMT",
            failed(Unavailable, 503, 3, true, Live).retry_after(0),
        ),
        says(
            "a number that is absurd",
            "retry-after: 99999999999999999999999",
            given_up(1 << 31),
        ),
        says(
            "a negative number",
            "retry-after: -5",
            failed(Unavailable, 503, 3, true, Live),
        ),
        says(
            "nonsense",
            "retry-after: soon",
            failed(Unavailable, 503, 3, true, Live),
        ),
    ]
}

pub(crate) fn bodies_of_200() -> Vec<Row> {
    let fine = |fault, body: &str| row(fault, ok(body), revoked(200, 1));
    let unreadable = || failed(Protocol, 200, 1, false, Unknown);
    let deep = format!(r#"{{"x": {}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    vec![
        fine("the documented envelope", DOCUMENTED),
        fine("empty", ""),
        fine("`{}`", "{}"),
        fine("`null`", "null"),
        fine("`[]`", "[]"),
        fine("unknown members only", r#"{"status": "ok", "n": 1}"#),
        fine(
            "the envelope with unknown members",
            r#"{"success": true, "data": {"id": "a", "x": 1}, "y": []}"#,
        ),
        fine("the envelope without `data`", r#"{"success": true}"#),
        fine(
            "the envelope with a date that is none",
            r#"{"success": true, "data": {"id": "a", "created_at": "x"}}"#,
        ),
        fine(
            "the envelope, cut in half after `\"success\": true`",
            &DOCUMENTED[..40],
        ),
        fine("JSON nested 10,000 deep in an unknown member", &deep),
        row(
            "HTML",
            response(200, &["content-type: text/html"], "<html>ok</html>"),
            revoked(200, 1),
        ),
        row(
            "text",
            response(200, &["content-type: text/plain"], "ok"),
            revoked(200, 1),
        ),
        row(
            "the envelope, under another content type",
            response(200, &["content-type: text/plain"], DOCUMENTED),
            revoked(200, 1),
        ),
        row(
            "the envelope, without a content type",
            response(200, &[], DOCUMENTED),
            revoked(200, 1),
        ),
        row("no UTF-8", ok(b"\xff\xfe\x80"), revoked(200, 1)),
        row(
            "`\"success\": false`",
            ok(r#"{"success": false}"#),
            failed(Failed, 200, 1, false, Live),
        ),
        row(
            "the documented error",
            ok(envelope("VALIDATION_ERROR")),
            failed(InvalidRequest, 200, 1, false, Live).code("VALIDATION_ERROR"),
        ),
        row(
            "the documented error, of an unknown code",
            ok(envelope("E_42")),
            failed(Failed, 200, 1, false, Live).code("E_42"),
        ),
        row(
            "an error as of RFC 6749",
            ok(r#"{"error": "invalid_token"}"#),
            failed(InvalidToken, 200, 1, false, NotRecognised).code("invalid_token"),
        ),
        row(
            "an error as of RFC 6749, of an unknown code",
            ok(r#"{"error": "E_42"}"#),
            failed(Failed, 200, 1, false, Unknown).code("E_42"),
        ),
        row(
            "a page of warnings, then `\"success\": false`",
            ok(format!(
                "<br />\n<b>Warning</b>: x<br />\n{}",
                envelope("VALIDATION_ERROR")
            )),
            unreadable(),
        ),
        row(
            "an error in neither form",
            ok(r#"{"error": {"code": 401, "message": "m"}}"#),
            failed(Failed, 200, 1, false, Unknown),
        ),
        row(
            "`\"error\": null`",
            ok(r#"{"error": null}"#),
            revoked(200, 1),
        ),
        row(
            "`\"success\": \"false\"`",
            ok(r#"{"success": "false"}"#),
            unreadable(),
        ),
        row(
            "`\"success\": \"true\"`",
            ok(r#"{"success": "true"}"#),
            unreadable(),
        ),
        row(
            "`\"success\": null`",
            ok(r#"{"success": null}"#),
            unreadable(),
        ),
        row("`\"success\": 0`", ok(r#"{"success": 0}"#), unreadable()),
        row(
            "`success` twice: true, then false",
            ok(r#"{"success": true, "success": false}"#),
            failed(Failed, 200, 1, false, Live),
        ),
        row(
            "`success` twice: false, then true",
            ok(r#"{"success": false, "success": true}"#),
            failed(Failed, 200, 1, false, Live),
        ),
        row(
            "cut in half after `\"success\": false`",
            ok(r#"{"success": false, "err"#),
            failed(Failed, 200, 1, false, Live),
        ),
        row(
            "cut in half before `success`",
            ok(r#"{"succ"#),
            unreadable(),
        ),
        row(
            "JSON nested 10,000 deep in `data`",
            ok(format!(r#"{{"data": {}"#, "[".repeat(10_000))),
            unreadable(),
        ),
        row(
            "`gzip`, which was not asked for",
            response(
                200,
                &["content-type: application/json", "content-encoding: gzip"],
                b"\x1f\x8b\x08\0bomb",
            ),
            unreadable(),
        ),
        row(
            "1 GiB announced",
            {
                let mut head = b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n".to_vec();
                head.extend(vec![b' '; 100_000]);
                head
            },
            failed(TooLarge, 200, 1, false, Unknown),
        ),
        row(
            "64 KiB of spaces, then the envelope",
            ok(format!("{}{DOCUMENTED}", " ".repeat(64 * 1024))),
            failed(TooLarge, 200, 1, false, Unknown),
        ),
        row(
            "just within 64 KiB",
            ok(format!(
                "{}{DOCUMENTED}",
                " ".repeat(64 * 1024 - DOCUMENTED.len())
            )),
            revoked(200, 1),
        ),
    ]
}

pub(crate) fn bodies_of_errors() -> Vec<Row> {
    let code = |fault, status, code: &str, expected: Outcome| {
        row(
            fault,
            response(status, JSON, envelope(code)),
            expected.code(code),
        )
    };
    let oauth = |fault, status, code: &str, expected: Outcome| {
        let body = format!(r#"{{"error": "{code}", "error_description": "d"}}"#);
        row(fault, response(status, JSON, body), expected.code(code))
    };
    let refused = || failed(InvalidRequest, 400, 1, false, Live);
    vec![
        code(
            "400, the documented error",
            400,
            "VALIDATION_ERROR",
            refused(),
        ),
        code("400 `invalid_request`", 400, "invalid_request", refused()),
        code(
            "400 `invalid_token`",
            400,
            "invalid_token",
            failed(InvalidToken, 400, 1, false, NotRecognised),
        ),
        code(
            "400 `INVALID_TOKEN`",
            400,
            "INVALID_TOKEN",
            failed(InvalidToken, 400, 1, false, NotRecognised),
        ),
        oauth(
            "401 `invalid_token`: a gateway's word on the request itself (RFC 6750 §3.1)",
            401,
            "invalid_token",
            failed(InvalidToken, 401, 1, false, Unknown),
        ),
        code("400 of an unknown code", 400, "E_42", refused()),
        oauth(
            "400 `invalid_token`, as of RFC 6749",
            400,
            "invalid_token",
            failed(InvalidToken, 400, 1, false, NotRecognised),
        ),
        oauth(
            "400 `invalid_client`: bad credentials under the wrong status",
            400,
            "invalid_client",
            failed(Unauthorized, 400, 1, false, Live),
        ),
        oauth(
            "400 `unauthorized_client`",
            400,
            "unauthorized_client",
            failed(Unauthorized, 400, 1, false, Live),
        ),
        oauth(
            "400 `invalid_grant`: dead, or another client's",
            400,
            "invalid_grant",
            failed(InvalidToken, 400, 1, false, Unknown),
        ),
        oauth(
            "400 `unsupported_token_type`",
            400,
            "unsupported_token_type",
            failed(UnsupportedTokenType, 400, 1, false, Live),
        ),
        oauth(
            "401 `unsupported_token_type`: under the wrong status",
            401,
            "unsupported_token_type",
            failed(UnsupportedTokenType, 401, 1, false, Live),
        ),
        oauth(
            "400 `slow_down`",
            400,
            "slow_down",
            failed(RateLimited, 400, 3, true, Live),
        ),
        oauth(
            "400 `temporarily_unavailable`",
            400,
            "temporarily_unavailable",
            failed(Unavailable, 400, 3, true, Live),
        ),
        oauth(
            "400 `server_error`",
            400,
            "server_error",
            failed(Failed, 400, 3, true, Unknown),
        ),
        oauth(
            "500 `invalid_token`: a server that fails does not know",
            500,
            "invalid_token",
            failed(InvalidToken, 500, 3, true, Unknown),
        ),
        oauth(
            "503 `invalid_token`: a 503 says that it is alive",
            503,
            "invalid_token",
            failed(InvalidToken, 503, 3, true, Live),
        ),
        row(
            "400, both shapes at once",
            response(
                400,
                JSON,
                r#"{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "m"}, "error_description": "d"}"#,
            ),
            refused().code("VALIDATION_ERROR"),
        ),
        row(
            "400 `\"success\": true`: the status counts",
            response(400, JSON, DOCUMENTED),
            refused(),
        ),
        row("400 `{}`", response(400, JSON, "{}"), refused()),
        row("400 `null`", response(400, JSON, "null"), refused()),
        row(
            "400 HTML",
            response(
                400,
                &["content-type: text/html"],
                "<html>bad request</html>",
            ),
            refused(),
        ),
        row("400, no UTF-8", response(400, JSON, b"\xff\xfe"), refused()),
        row(
            "400, cut in half",
            response(400, JSON, r#"{"error": {"code": "x"#),
            refused(),
        ),
        row(
            "400, nested 10,000 deep",
            response(400, JSON, "[".repeat(10_000)),
            refused(),
        ),
        row(
            "400, 1 MiB",
            response(400, JSON, vec![b'x'; 1 << 20]),
            failed(TooLarge, 400, 1, false, Live),
        ),
        row(
            "503, 1 MiB: an outage all the same",
            response(503, &["content-type: text/html"], vec![b'x'; 1 << 20]),
            failed(TooLarge, 503, 3, true, Live),
        ),
        row(
            "302, with the documented success",
            response(302, &["location: /"], DOCUMENTED),
            failed(Redirect, 302, 1, false, Live),
        ),
        row(
            "302, with an error code: a redirect all the same",
            response(302, JSON, envelope("invalid_token")),
            failed(Redirect, 302, 1, false, Live),
        ),
        row(
            "404 HTML of a gateway",
            response(404, &["content-type: text/html"], "<html>"),
            failed(InvalidRequest, 404, 1, false, Live),
        ),
    ]
}
