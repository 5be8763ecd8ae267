//! Bodies around and beyond the limit of 64 KiB.

use digilocker::ErrorKind::{
    InvalidRequest, Protocol, RateLimited, Redirect, Server, TooLarge, Unauthorized, Unavailable,
};
use digilocker::TokenState::{Live, Unknown};

use super::bodies::{DOCUMENTED, JSON, oauth_error, ok};
use super::{Outcome, Row, confirmed, failed};
use crate::response;

const LIMIT: usize = 64 * 1024;

pub(super) fn rows() -> Vec<Row> {
    let large = |status, expected: fn(u16) -> Outcome| {
        let response = response(status, JSON, vec![b' '; 1 << 20]);
        Row::response(format!("{status}, 1 MiB"), response, expected(status))
    };
    // The part of the body that is sent exceeds the limit.
    let announced = |status, expected| {
        let mut response =
            format!("HTTP/1.1 {status} Status\r\ncontent-length: 1073741824\r\n\r\n").into_bytes();
        response.extend(vec![b' '; 100_000]);
        Row::response(
            format!("{status} with `content-length` of 1 GiB"),
            response,
            expected,
        )
    };
    vec![
        Row::response(
            "200, a body of exactly 64 KiB",
            ok(" ".repeat(LIMIT - DOCUMENTED.len()) + &DOCUMENTED),
            confirmed(200, 1),
        ),
        Row::response(
            "200, the documented success after 64 KiB of spaces",
            ok(" ".repeat(LIMIT) + &DOCUMENTED),
            failed(TooLarge, 200, 1, false, Unknown),
        ),
        announced(200, failed(TooLarge, 200, 1, false, Unknown)),
        announced(400, failed(InvalidRequest, 400, 1, false, Live)),
        large(201, |status| failed(TooLarge, status, 1, false, Unknown)),
        large(202, |status| failed(TooLarge, status, 1, false, Unknown)),
        large(302, |status| failed(Redirect, status, 1, false, Live)),
        large(303, |status| failed(Redirect, status, 1, false, Unknown)),
        large(400, |status| failed(InvalidRequest, status, 1, false, Live)),
        large(401, |status| failed(Unauthorized, status, 1, false, Live)),
        large(429, |status| failed(RateLimited, status, 3, true, Live)),
        large(500, |status| failed(Server, status, 3, true, Unknown)),
        large(503, |status| failed(Unavailable, status, 3, true, Live)),
        large(600, |status| failed(Protocol, status, 1, false, Unknown)),
        Row::response(
            "400 `invalid_token` before 64 KiB of spaces: an incomplete body is ignored",
            response(
                400,
                JSON,
                format!("{}{}", oauth_error("invalid_token"), " ".repeat(LIMIT)),
            ),
            failed(InvalidRequest, 400, 1, false, Live),
        ),
    ]
}
