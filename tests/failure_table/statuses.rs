//! Responses without a body: the status alone decides.

use digilocker::ErrorKind::{
    InvalidRequest, InvalidToken, Protocol, RateLimited, Redirect, Server, Unauthorized,
    Unavailable,
};
use digilocker::TokenState::{Live, NotRecognised, Unknown};

use super::bodies::{DOCUMENTED, documented_error, ok};
use super::{Outcome, Row, confirmed, failed, revoked};
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
    let invalid = |status| failed(Protocol, status, 1, false, Unknown);
    let redirect = |status| failed(Redirect, status, 1, false, Live);
    let unauthorized = |status| failed(Unauthorized, status, 1, false, Live);
    let rejected = |status| failed(InvalidRequest, status, 1, false, Live);
    let try_later = |status| failed(Unavailable, status, 3, true, Live);
    let gateway = |status| failed(Unavailable, status, 3, true, Unknown);
    let server_error = |status| failed(Server, status, 3, true, Unknown);
    let permanent = |status| failed(Server, status, 1, false, Unknown);
    vec![
        row("202 Accepted: not revoked yet", 202, invalid),
        row("206 Partial Content", 206, invalid),
        row("207 Multi-Status", 207, invalid),
        row("299, an unassigned status", 299, invalid),
        row("300 Multiple Choices", 300, redirect),
        row("301 Moved Permanently", 301, redirect),
        row("302 Found", 302, redirect),
        row(
            "303 See Other: often the response to a processed POST",
            303,
            |status| failed(Redirect, status, 1, false, Unknown),
        ),
        row("304 Not Modified", 304, redirect),
        row("307 Temporary Redirect", 307, redirect),
        row("308 Permanent Redirect", 308, redirect),
        row("399, an unassigned status", 399, redirect),
        row(
            "400 without a body: the vendor means an invalid token, but any gateway can send it",
            400,
            |status| failed(InvalidToken, status, 1, false, Unknown),
        ),
        row("401 Unauthorized", 401, unauthorized),
        row("403 Forbidden", 403, unauthorized),
        row("404 Not Found", 404, rejected),
        row("405 Method Not Allowed", 405, rejected),
        row("407 Proxy Authentication Required", 407, rejected),
        row("408 Request Timeout", 408, try_later),
        row(
            "409 Conflict: some servers send it for a token that is already revoked",
            409,
            |status| failed(InvalidRequest, status, 1, false, Unknown),
        ),
        row("410 Gone", 410, rejected),
        row("413 Content Too Large", 413, rejected),
        row("415 Unsupported Media Type", 415, rejected),
        row("422 Unprocessable Content", 422, rejected),
        row("425 Too Early", 425, try_later),
        row("429 Too Many Requests", 429, |status| {
            failed(RateLimited, status, 3, true, Live)
        }),
        row("499, an unassigned status", 499, rejected),
        row("500 Internal Server Error", 500, server_error),
        row("501 Not Implemented", 501, permanent),
        row("502 Bad Gateway", 502, gateway),
        row("503 Service Unavailable", 503, try_later),
        row("504 Gateway Timeout", 504, gateway),
        row("505 HTTP Version Not Supported", 505, permanent),
        row("507 Insufficient Storage", 507, server_error),
        row("599, an unassigned status", 599, server_error),
        row("600, outside the status classes", 600, invalid),
        row("999, outside the status classes", 999, invalid),
        row("201 Created", 201, success),
        row("203 Non-Authoritative Information", 203, success),
        row("204 No Content", 204, success),
        row("205 Reset Content", 205, success),
    ]
}

/// Different responses to the attempts of a call, whose states are combined.
fn sequences() -> Vec<Row> {
    let bare = |status| response(status, &[], "");
    let invalid_token = |status| response(status, &[], documented_error("invalid_token"));
    vec![
        Row::responses(
            "503, then 200",
            bare(503),
            ok(&*DOCUMENTED),
            confirmed(200, 2),
        ),
        Row::responses(
            "500, then 200",
            bare(500),
            ok(&*DOCUMENTED),
            confirmed(200, 2),
        ),
        Row::responses(
            "503, then 401: no attempt can have revoked the token",
            bare(503),
            bare(401),
            failed(Unauthorized, 401, 2, false, Live),
        ),
        Row::responses(
            "500, then 401: the first attempt may have revoked the token",
            bare(500),
            bare(401),
            failed(Unauthorized, 401, 2, false, Unknown),
        ),
        Row::responses(
            "500, then 503 twice: the first attempt may have revoked the token",
            bare(500),
            bare(503),
            failed(Unavailable, 503, 3, true, Unknown),
        ),
        Row::responses(
            "503, then 400 without a body",
            bare(503),
            bare(400),
            failed(InvalidToken, 400, 2, false, Unknown),
        ),
        Row::responses(
            "500, then 400 `invalid_token`: no valid token is left, whichever attempt revoked it",
            bare(500),
            invalid_token(400),
            failed(InvalidToken, 400, 2, false, NotRecognised).code("invalid_token"),
        ),
        Row::responses(
            "429 `invalid_token`, then 400 `invalid_token`",
            invalid_token(429),
            invalid_token(400),
            failed(InvalidToken, 400, 2, false, NotRecognised).code("invalid_token"),
        ),
    ]
}
