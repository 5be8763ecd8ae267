//! Responses without a body.

use digilocker::ErrorKind::{
    InvalidRequest, InvalidToken, Protocol, RateLimited, Redirect, Server, Unauthorized,
    Unavailable,
};
use digilocker::TokenState::{Live, NotRecognised, Unknown};

use super::success_bodies::{DOCUMENTED, JSON, error_body};
use super::{Outcome, Row, failed, revoked};
use crate::response;

pub(super) fn rows() -> Vec<Row> {
    let mut rows = single();
    rows.extend(sequences());
    rows
}

/// The same response to each attempt.
fn single() -> Vec<Row> {
    let row = |name, status, expected: fn(u16) -> Outcome| {
        Row::response(name, response(status, &[], ""), expected(status))
    };
    let success = |status| revoked(status, 1);
    let not_final = |status| failed(Protocol, status, 1, false, Unknown);
    let redirect = |status| failed(Redirect, status, 1, false, Live);
    let unauthorized = |status| failed(Unauthorized, status, 1, false, Live);
    let rejected = |status| failed(InvalidRequest, status, 1, false, Live);
    let try_later = |status| failed(Unavailable, status, 3, true, Live);
    let gateway = |status| failed(Unavailable, status, 3, true, Unknown);
    let server_error = |status| failed(Server, status, 3, true, Unknown);
    let permanent = |status| failed(Server, status, 1, false, Unknown);
    vec![
        row("201 Created", 201, success),
        row("204 No Content", 204, success),
        row("205 Reset Content", 205, success),
        row("202 Accepted: not revoked yet", 202, not_final),
        row("206 Partial Content", 206, not_final),
        row("301 Moved Permanently", 301, redirect),
        row("304 Not Modified", 304, redirect),
        row("400, as in the vendor's OpenAPI document", 400, |status| {
            failed(InvalidToken, status, 1, false, NotRecognised)
        }),
        row("401 Unauthorized", 401, unauthorized),
        row("403 Forbidden", 403, unauthorized),
        row("404 Not Found", 404, rejected),
        row("405 Method Not Allowed", 405, rejected),
        row("408 Request Timeout", 408, try_later),
        row("413 Content Too Large", 413, rejected),
        row("415 Unsupported Media Type", 415, rejected),
        row("425 Too Early", 425, try_later),
        row("429 Too Many Requests", 429, |status| {
            failed(RateLimited, status, 3, true, Live)
        }),
        row("500 Internal Server Error", 500, server_error),
        row("501 Not Implemented", 501, permanent),
        row("502 Bad Gateway", 502, gateway),
        row("503 Service Unavailable", 503, try_later),
        row("504 Gateway Timeout", 504, gateway),
        row("505 HTTP Version Not Supported", 505, permanent),
        row("599, an unassigned status", 599, server_error),
        row("999, outside the status classes", 999, not_final),
    ]
}

/// Another response to the second attempt.
fn sequences() -> Vec<Row> {
    vec![
        Row::responses(
            "503, then 200",
            response(503, &[], ""),
            response(200, JSON, DOCUMENTED),
            revoked(200, 2),
        ),
        Row::responses(
            "500, then 400 `invalid_token`: the first attempt may have revoked the token",
            response(500, &[], ""),
            response(400, JSON, error_body("invalid_token")),
            failed(InvalidToken, 400, 2, false, NotRecognised).code("invalid_token"),
        ),
        Row::responses(
            "500, then 401: the first attempt may have revoked the token",
            response(500, &[], ""),
            response(401, &[], ""),
            failed(Unauthorized, 401, 2, false, Unknown),
        ),
    ]
}
