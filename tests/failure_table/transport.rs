//! Invalid HTTP, and connections that are refused, closed or stalled.

use std::time::Duration;

use digilocker::ClientBuilder;
use digilocker::ErrorKind::{Connect, InvalidToken, Protocol, Timeout, TooLarge, Unavailable};
use digilocker::TokenState::{Live, Unknown};

use super::{Row, TestServer, failed, revoked};
use crate::raw_server::Step::{self, Drip, Flood, Read, Reset, Send, Stall};
use crate::response;

/// Long enough for a loopback connection on a busy machine, short enough for a test.
const SHORT: Duration = Duration::from_secs(1);

fn bytes(text: &str) -> Step {
    Send(text.as_bytes().to_vec())
}

/// One attempt with a short timeout.
pub(super) fn one_short_attempt(builder: ClientBuilder) -> ClientBuilder {
    builder
        .retry(digilocker::RetryPolicy::none())
        .attempt_timeout(SHORT)
}

/// A call with a short timeout, and longer ones for each attempt.
fn short_call(builder: ClientBuilder) -> ClientBuilder {
    builder.timeout(SHORT)
}

pub(super) fn rows() -> Vec<Row> {
    let lost = || failed(Protocol, None, 3, true, Unknown);
    let broken_off = || failed(Protocol, 200, 3, true, Unknown);
    let timed_out = || failed(Timeout, None, 1, true, Unknown);
    let timed_out_within = || failed(Timeout, 200, 1, true, Unknown);
    let ok = || Send(response(200, &[], ""));
    let closed_then = |then, status, expected| {
        let name = format!("connection closed without a response, then {then}");
        let script = move |connection| {
            let response = Send(response(status, &[], ""));
            [Read, response].into_iter().take(1 + connection).collect()
        };
        Row::script(name, script, expected)
    };
    let ok_with = |more: &str| bytes(&format!("HTTP/1.1 200 OK\r\n{more}"));
    let after_request = |name, steps: &[Step], expected| {
        let steps = [&[Read], steps].concat();
        Row::steps(name, steps, expected)
    };
    // The server sends these bytes, then closes the connection.
    let sent = |name, text, expected| after_request(name, &[bytes(text)], expected);
    // The server sends a 200 with these headers and this body, then closes the connection.
    let sent_ok = |name, more, expected| after_request(name, &[ok_with(more)], expected);
    let slow = |name, steps: &[Step], expected| {
        after_request(name, steps, expected).configure(one_short_attempt)
    };
    vec![
        Row::new(
            "connection refused",
            TestServer::ClosedPort,
            failed(Connect, None, 3, true, Live),
        ),
        Row::steps(
            "connection reset before the request is read",
            vec![Reset],
            lost(),
        ),
        after_request("connection reset after the request", &[Reset], lost()),
        after_request(
            "connection reset in the response head",
            &[bytes("HTTP/1.1 200"), Reset],
            lost(),
        ),
        Row::steps("connection closed without a response", vec![Read], lost()),
        sent_ok("connection closed in the response head", "content-", lost()),
        closed_then("200", 200, revoked(200, 2)),
        closed_then(
            "400 without a body",
            400,
            failed(InvalidToken, 400, 2, false, Unknown),
        ),
        closed_then(
            "503 twice: the first attempt may have revoked the token",
            503,
            failed(Unavailable, 503, 3, true, Unknown),
        ),
        slow("no response, attempt timeout", &[Stall], timed_out()),
        after_request("no response, call timeout", &[Stall], timed_out()).configure(short_call),
        slow(
            "stalled in the response head, attempt timeout",
            &[ok_with(""), Stall],
            timed_out(),
        ),
        slow(
            "head sent one byte at a time, attempt timeout",
            &[Drip(
                [&b"HTTP/1.1 200 OK\r\nx: "[..], &b"x".repeat(20_000)].concat(),
            )],
            timed_out(),
        ),
        slow(
            "body sent one byte at a time, attempt timeout",
            &[
                ok_with("content-length: 20000\r\n\r\n"),
                Drip(vec![b' '; 20_000]),
            ],
            timed_out_within(),
        ),
        after_request(
            "body sent one byte at a time, call timeout",
            &[
                ok_with("content-length: 20000\r\n\r\n"),
                Drip(vec![b' '; 20_000]),
            ],
            timed_out_within(),
        )
        .configure(short_call),
        slow(
            "`100 Continue` repeated forever, attempt timeout",
            &[Flood(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec())],
            timed_out(),
        ),
        after_request(
            "a thousand `103 Early Hints`, then 200",
            &[
                Send(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(1000)),
                ok(),
            ],
            revoked(200, 1),
        ),
        sent(
            "`101 Switching Protocols`, which was not requested",
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
            failed(Protocol, 101, 1, false, Unknown),
        ),
        sent("not HTTP", "\x16\x03\x01 garbage\r\n\r\n", lost()),
        after_request(
            "HTTP/2 frames",
            &[Send(b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64".to_vec())],
            lost(),
        ),
        after_request(
            "endless header lines",
            &[ok_with(""), Flood(b"x-filler: 0123456789\r\n".to_vec())],
            lost(),
        ),
        after_request(
            "an endless header line",
            &[ok_with("x: "), Flood(vec![b'x'; 1000])],
            lost(),
        ),
        sent_ok(
            "two different `content-length` values",
            "content-length: 2\r\ncontent-length: 9\r\n\r\n{}",
            lost(),
        ),
        sent_ok(
            "a `content-length` that is not a number",
            "content-length: x\r\n\r\n{}",
            lost(),
        ),
        sent_ok(
            "a `content-length` longer than the body",
            "content-length: 9\r\n\r\n{}",
            broken_off(),
        ),
        sent_ok(
            "a `content-length` that cuts off `\"success\": false`",
            "content-length: 9\r\n\r\n{\"success\": false}",
            failed(Protocol, 200, 1, false, Unknown),
        ),
        sent_ok(
            "an invalid chunk size",
            "transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n",
            broken_off(),
        ),
        sent_ok(
            "`transfer-encoding: gzip, chunked`, which was not requested",
            "transfer-encoding: gzip, chunked\r\n\r\n4\r\nbomb\r\n0\r\n\r\n",
            failed(Protocol, 200, 1, false, Unknown),
        ),
        sent_ok(
            "chunks without the last chunk",
            "transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
            broken_off(),
        ),
        after_request(
            "chunks of more than 64 KiB",
            &[
                ok_with("transfer-encoding: chunked\r\n\r\n"),
                Flood(b"8\r\n        \r\n".to_vec()),
            ],
            failed(TooLarge, 200, 1, false, Unknown),
        ),
        sent_ok(
            "no `content-length`: the body ends with the connection",
            "\r\n{}",
            revoked(200, 1),
        ),
        sent_ok(
            "a header that is folded over two lines (RFC 9112 §5.2)",
            "x-a: b\r\n  c\r\ncontent-length: 2\r\n\r\n{}",
            revoked(200, 1),
        ),
        sent(
            "an HTTP/1.0 response",
            "HTTP/1.0 200 OK\r\n\r\n{}",
            revoked(200, 1),
        ),
    ]
}
