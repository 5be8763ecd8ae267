//! Truncated bodies, and bodies that do not end before the attempt timeout.

use digilocker::ErrorKind::{
    InvalidRequest, Protocol, RateLimited, Redirect, Server, Timeout, Unauthorized, Unavailable,
};
use digilocker::TokenState::{Live, Unknown};

use super::bodies::{DOCUMENTED, oauth_error};
use super::transport::one_short_attempt;
use super::{Outcome, Row, failed};
use crate::raw_server::Step::{Read, Reset, Send, Stall};
use crate::truncated;

pub(super) fn rows() -> Vec<Row> {
    let closed = |status, expected: fn(u16) -> Outcome| {
        let steps = vec![Read, Send(truncated(status, "{"))];
        let name = format!("{status}, connection closed in the body");
        Row::steps(name, steps, expected(status))
    };
    let stalled = |status, expected: fn(u16) -> Outcome| {
        let steps = vec![Read, Send(truncated(status, "{")), Stall];
        let name = format!("{status}, stalled in the body, attempt timeout");
        Row::steps(name, steps, expected(status)).configure(one_short_attempt)
    };
    let broken = |status| failed(Protocol, status, 3, true, Unknown);
    let timed_out = |status| failed(Timeout, status, 1, true, Unknown);
    vec![
        Row::steps(
            "200, connection reset in the body",
            vec![Read, Send(truncated(200, "{")), Reset],
            broken(200),
        ),
        closed(200, broken),
        closed(201, broken),
        closed(202, broken),
        closed(302, |status| failed(Redirect, status, 1, false, Live)),
        closed(303, |status| failed(Redirect, status, 1, false, Unknown)),
        closed(400, |status| failed(InvalidRequest, status, 1, false, Live)),
        closed(401, |status| failed(Unauthorized, status, 1, false, Live)),
        closed(429, |status| failed(RateLimited, status, 3, true, Live)),
        closed(500, |status| failed(Server, status, 3, true, Unknown)),
        closed(501, |status| failed(Server, status, 1, false, Unknown)),
        closed(503, |status| failed(Unavailable, status, 3, true, Live)),
        closed(600, |status| failed(Protocol, status, 1, false, Unknown)),
        Row::steps(
            "200, connection closed after the documented success, before `content-length`",
            vec![Read, Send(truncated(200, &DOCUMENTED))],
            broken(200),
        ),
        Row::steps(
            "400, connection closed after `invalid_token`, before `content-length`",
            vec![Read, Send(truncated(400, &oauth_error("invalid_token")))],
            failed(InvalidRequest, 400, 1, false, Live),
        ),
        stalled(200, timed_out),
        stalled(201, timed_out),
        stalled(302, |status| failed(Redirect, status, 1, false, Live)),
        stalled(400, |status| failed(InvalidRequest, status, 1, false, Live)),
        stalled(500, |status| failed(Server, status, 1, true, Unknown)),
        stalled(503, |status| failed(Unavailable, status, 1, true, Live)),
        stalled(600, |status| failed(Protocol, status, 1, false, Unknown)),
    ]
}
