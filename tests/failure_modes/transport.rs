//! Rows in which the server does not send valid HTTP, or closes the connection early.

use std::time::Duration;

use digilocker::ClientBuilder;
use digilocker::ErrorKind::{Connect, InvalidToken, Protocol, Timeout, Unavailable};
use digilocker::TokenState::{Live, NotRecognised, Unknown};
use integration_tests::raw_server::RawServer;
use integration_tests::raw_server::Step::{self, Drip, Flood, Read, Reset, Send, Stall};
use integration_tests::response;

use crate::table::{Outcome, Row, Server, builder, failed, revoked};

/// Long enough for a loopback connection on a busy machine, short enough for a test.
const SHORT: Duration = Duration::from_secs(1);

fn row(fault: &'static str, steps: Vec<Step>, expected: Outcome) -> Row {
    row_with(fault, steps, |builder| builder, expected)
}

/// A server that plays the same steps to each connection.
fn row_with(
    fault: &'static str,
    steps: Vec<Step>,
    set_up: fn(ClientBuilder) -> ClientBuilder,
    expected: Outcome,
) -> Row {
    row_by_connection(fault, move |_| steps.clone(), set_up, expected)
}

fn row_by_connection(
    fault: &'static str,
    script: impl Fn(usize) -> Vec<Step> + std::marker::Send + Sync + 'static,
    set_up: fn(ClientBuilder) -> ClientBuilder,
    expected: Outcome,
) -> Row {
    let server = Server::Raw(Box::new(move || {
        Box::pin(async move {
            let server = RawServer::start(script).await;
            let builder = set_up(builder(&server.url()));
            (server, builder)
        })
    }));
    Row {
        fault,
        server,
        expected,
    }
}

fn bytes(text: &str) -> Step {
    Send(text.as_bytes().to_vec())
}

/// One attempt, of a short time.
fn one_short_attempt(builder: ClientBuilder) -> ClientBuilder {
    builder
        .retry(digilocker::RetryPolicy::none())
        .attempt_timeout(SHORT)
}

/// A call of a short time, with time for more in each attempt.
fn short_call(builder: ClientBuilder) -> ClientBuilder {
    builder.timeout(SHORT)
}

pub(crate) fn rows() -> Vec<Row> {
    let lost = || failed(Protocol, None, 3, true, Unknown);
    let broken_off = || failed(Protocol, 200, 3, true, Unknown);
    let timed_out = || failed(Timeout, None, 1, true, Unknown);
    let timed_out_within = || failed(Timeout, 200, 1, true, Unknown);
    let ok = || Send(response(200, &[], ""));
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";
    vec![
        Row {
            fault: "refused",
            server: Server::ClosedPort,
            expected: failed(Connect, None, 3, true, Live),
        },
        row("reset before the request is read", vec![Reset], lost()),
        row("reset after the request", vec![Read, Reset], lost()),
        row(
            "reset within the answer's head",
            vec![Read, bytes("HTTP/1.1 200"), Reset],
            lost(),
        ),
        row(
            "reset within the answer's body",
            vec![Read, bytes(head), Reset],
            broken_off(),
        ),
        row("closed without an answer", vec![Read], lost()),
        row(
            "closed within the answer's head",
            vec![Read, bytes("HTTP/1.1 200 OK\r\ncontent-")],
            lost(),
        ),
        row(
            "closed within the answer's body",
            vec![Read, bytes(head), bytes("{\"success\": true")],
            broken_off(),
        ),
        row(
            "closed within the body of a 401: the status counts",
            vec![Read, bytes("HTTP/1.1 401 No\r\ncontent-length: 9\r\n\r\n{")],
            failed(digilocker::ErrorKind::Unauthorized, 401, 1, false, Live),
        ),
        row_by_connection(
            "closed without an answer, then 200",
            move |connection| {
                if connection == 0 {
                    vec![Read]
                } else {
                    vec![Read, Send(response(200, &[], ""))]
                }
            },
            |builder| builder,
            revoked(200, 2),
        ),
        row_by_connection(
            "closed without an answer, then 400 without a body: the first may have done it",
            move |connection| {
                if connection == 0 {
                    vec![Read]
                } else {
                    vec![Read, Send(response(400, &[], ""))]
                }
            },
            |builder| builder,
            failed(InvalidToken, 400, 2, false, NotRecognised),
        ),
        row_by_connection(
            "closed without an answer, then 503 twice: the first may have done it",
            move |connection| {
                if connection == 0 {
                    vec![Read]
                } else {
                    vec![Read, Send(response(503, &[], ""))]
                }
            },
            |builder| builder,
            failed(Unavailable, 503, 3, true, Unknown),
        ),
        row_with(
            "no answer, attempt timeout",
            vec![Read, Stall],
            one_short_attempt,
            timed_out(),
        ),
        row_with(
            "no answer, call timeout",
            vec![Read, Stall],
            short_call,
            timed_out(),
        ),
        row_with(
            "stalled within the answer's head",
            vec![Read, bytes("HTTP/1.1 200 OK\r\n"), Stall],
            one_short_attempt,
            timed_out(),
        ),
        row_with(
            "stalled within the answer's body",
            vec![Read, bytes(head), Stall],
            one_short_attempt,
            timed_out_within(),
        ),
        row_with(
            "stalled within the body of a 503: the status counts",
            vec![
                Read,
                bytes("HTTP/1.1 503 No\r\ncontent-length: 9\r\n\r\n"),
                Stall,
            ],
            one_short_attempt,
            failed(Unavailable, 503, 1, true, Live),
        ),
        row_with(
            "the head, one byte at a time, attempt timeout",
            vec![
                Read,
                Drip([b"HTTP/1.1 200 OK\r\nx: ", &[b'x'; 20_000][..]].concat()),
            ],
            one_short_attempt,
            timed_out(),
        ),
        row_with(
            "the body, one byte at a time, attempt timeout",
            vec![
                Read,
                bytes("HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n"),
                Drip(vec![b' '; 20_000]),
            ],
            one_short_attempt,
            timed_out_within(),
        ),
        row_with(
            "the body, one byte at a time, call timeout",
            vec![
                Read,
                bytes("HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n"),
                Drip(vec![b' '; 20_000]),
            ],
            short_call,
            timed_out_within(),
        ),
        row_with(
            "`100 Continue` without end",
            vec![Read, Flood(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec())],
            one_short_attempt,
            timed_out(),
        ),
        row(
            "a thousand `103 Early Hints`, then 200",
            vec![
                Read,
                Send(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(1000)),
                ok(),
            ],
            revoked(200, 1),
        ),
        row(
            "`101 Switching Protocols`, which was not asked for",
            vec![
                Read,
                bytes(
                    "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
                ),
            ],
            failed(Protocol, 101, 1, false, Unknown),
        ),
        row(
            "garbage instead of HTTP",
            vec![Read, bytes("\x16\x03\x01 garbage\r\n\r\n")],
            lost(),
        ),
        row(
            "HTTP/2 instead of HTTP/1.1",
            vec![
                Read,
                Send(b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64".to_vec()),
            ],
            lost(),
        ),
        row(
            "headers without end",
            vec![
                Read,
                bytes("HTTP/1.1 200 OK\r\n"),
                Flood(b"x-filler: 0123456789\r\n".to_vec()),
            ],
            lost(),
        ),
        row(
            "a header line without end",
            vec![
                Read,
                bytes("HTTP/1.1 200 OK\r\nx: "),
                Flood(vec![b'x'; 1000]),
            ],
            lost(),
        ),
        row(
            "two lengths that differ",
            vec![
                Read,
                bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 9\r\n\r\n{}"),
            ],
            lost(),
        ),
        row(
            "a length that is no number",
            vec![
                Read,
                bytes("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n{}"),
            ],
            lost(),
        ),
        row(
            "a length that is too long",
            vec![
                Read,
                bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}"),
            ],
            broken_off(),
        ),
        row(
            "a length that is too short for `\"success\": false`",
            vec![
                Read,
                bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"success\": false}"),
            ],
            failed(Protocol, 200, 1, false, Unknown),
        ),
        row(
            "chunks of nonsense",
            vec![
                Read,
                bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
            ],
            broken_off(),
        ),
        row(
            "chunks of `gzip`, which was not asked for",
            vec![
                Read,
                bytes(
                    "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n4\r\nbomb\r\n0\r\n\r\n",
                ),
            ],
            failed(Protocol, 200, 1, false, Unknown),
        ),
        row(
            "chunks without an end",
            vec![
                Read,
                bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"),
            ],
            broken_off(),
        ),
        row(
            "chunks beyond 64 KiB",
            vec![
                Read,
                bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
                Flood(b"8\r\n        \r\n".to_vec()),
            ],
            failed(digilocker::ErrorKind::TooLarge, 200, 1, false, Unknown),
        ),
        row(
            "no length at all: the body ends with the connection",
            vec![Read, bytes("HTTP/1.1 200 OK\r\n\r\n{}")],
            revoked(200, 1),
        ),
        row(
            "HTTP/1.0",
            vec![Read, bytes("HTTP/1.0 200 OK\r\n\r\n{}")],
            revoked(200, 1),
        ),
    ]
}
