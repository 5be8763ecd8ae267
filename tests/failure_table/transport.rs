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
    // A 200 with these headers and this body.
    let ok_with = |more: &str| bytes(&format!("HTTP/1.1 200 OK\r\n{more}"));
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
        Row::steps(
            "connection reset after the request",
            vec![Read, Reset],
            lost(),
        ),
        Row::steps(
            "connection reset in the response head",
            vec![Read, bytes("HTTP/1.1 200"), Reset],
            lost(),
        ),
        Row::steps("connection closed without a response", vec![Read], lost()),
        Row::steps(
            "connection closed in the response head",
            vec![Read, ok_with("content-")],
            lost(),
        ),
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
        Row::steps(
            "no response, attempt timeout",
            vec![Read, Stall],
            timed_out(),
        )
        .configure(one_short_attempt),
        Row::steps("no response, call timeout", vec![Read, Stall], timed_out())
            .configure(short_call),
        Row::steps(
            "stalled in the response head, attempt timeout",
            vec![Read, ok_with(""), Stall],
            timed_out(),
        )
        .configure(one_short_attempt),
        Row::steps(
            "head sent one byte at a time, attempt timeout",
            vec![
                Read,
                Drip([b"HTTP/1.1 200 OK\r\nx: ", &[b'x'; 20_000][..]].concat()),
            ],
            timed_out(),
        )
        .configure(one_short_attempt),
        Row::steps(
            "body sent one byte at a time, attempt timeout",
            vec![
                Read,
                ok_with("content-length: 20000\r\n\r\n"),
                Drip(vec![b' '; 20_000]),
            ],
            timed_out_within(),
        )
        .configure(one_short_attempt),
        Row::steps(
            "body sent one byte at a time, call timeout",
            vec![
                Read,
                ok_with("content-length: 20000\r\n\r\n"),
                Drip(vec![b' '; 20_000]),
            ],
            timed_out_within(),
        )
        .configure(short_call),
        Row::steps(
            "`100 Continue` repeated forever, attempt timeout",
            vec![Read, Flood(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec())],
            timed_out(),
        )
        .configure(one_short_attempt),
        Row::steps(
            "a thousand `103 Early Hints`, then 200",
            vec![
                Read,
                Send(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(1000)),
                ok(),
            ],
            revoked(200, 1),
        ),
        Row::steps(
            "`101 Switching Protocols`, which was not requested",
            vec![
                Read,
                bytes(
                    "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
                ),
            ],
            failed(Protocol, 101, 1, false, Unknown),
        ),
        Row::steps(
            "not HTTP",
            vec![Read, bytes("\x16\x03\x01 garbage\r\n\r\n")],
            lost(),
        ),
        Row::steps(
            "HTTP/2 frames",
            vec![
                Read,
                Send(b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64".to_vec()),
            ],
            lost(),
        ),
        Row::steps(
            "endless header lines",
            vec![
                Read,
                ok_with(""),
                Flood(b"x-filler: 0123456789\r\n".to_vec()),
            ],
            lost(),
        ),
        Row::steps(
            "an endless header line",
            vec![Read, ok_with("x: "), Flood(vec![b'x'; 1000])],
            lost(),
        ),
        Row::steps(
            "two different `content-length` values",
            vec![
                Read,
                ok_with("content-length: 2\r\ncontent-length: 9\r\n\r\n{}"),
            ],
            lost(),
        ),
        Row::steps(
            "a `content-length` that is not a number",
            vec![Read, ok_with("content-length: x\r\n\r\n{}")],
            lost(),
        ),
        Row::steps(
            "a `content-length` longer than the body",
            vec![Read, ok_with("content-length: 9\r\n\r\n{}")],
            broken_off(),
        ),
        Row::steps(
            "a `content-length` that cuts off `\"success\": false`",
            vec![
                Read,
                ok_with("content-length: 9\r\n\r\n{\"success\": false}"),
            ],
            failed(Protocol, 200, 1, false, Unknown),
        ),
        Row::steps(
            "an invalid chunk size",
            vec![
                Read,
                ok_with("transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
            ],
            broken_off(),
        ),
        Row::steps(
            "`transfer-encoding: gzip, chunked`, which was not requested",
            vec![
                Read,
                ok_with("transfer-encoding: gzip, chunked\r\n\r\n4\r\nbomb\r\n0\r\n\r\n"),
            ],
            failed(Protocol, 200, 1, false, Unknown),
        ),
        Row::steps(
            "chunks without the last chunk",
            vec![
                Read,
                ok_with("transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"),
            ],
            broken_off(),
        ),
        Row::steps(
            "chunks of more than 64 KiB",
            vec![
                Read,
                ok_with("transfer-encoding: chunked\r\n\r\n"),
                Flood(b"8\r\n        \r\n".to_vec()),
            ],
            failed(TooLarge, 200, 1, false, Unknown),
        ),
        Row::steps(
            "no `content-length`: the body ends with the connection",
            vec![Read, ok_with("\r\n{}")],
            revoked(200, 1),
        ),
        Row::steps(
            "a header that is folded over two lines (RFC 9112 §5.2)",
            vec![
                Read,
                ok_with("x-a: b\r\n  c\r\ncontent-length: 2\r\n\r\n{}"),
            ],
            revoked(200, 1),
        ),
        Row::steps(
            "an HTTP/1.0 response",
            vec![Read, bytes("HTTP/1.0 200 OK\r\n\r\n{}")],
            revoked(200, 1),
        ),
    ]
}
