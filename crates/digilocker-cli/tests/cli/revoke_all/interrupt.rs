//! Ctrl-C and SIGTERM.

use std::io::Write;

use rustix::process::Signal;

use super::support::{TestDir, journal_lines, line, read_until, signal, token};
use crate::counting_server::{CountingServer, Reply};

const ARGS: &str = "--input tokens.txt --journal j --concurrency 4 --resume";

#[test]
fn first_signal_finishes_the_calls_in_flight() {
    for name in [Signal::INT, Signal::TERM] {
        let (dir, server, mut child) = TestDir::start_held(100, ARGS, 4);
        signal(&child, name);
        let stderr = read_until(&mut child, "interrupt again to stop at once");
        server.release();
        let mut done = dir.end(child);
        done.stderr.insert_str(0, &stderr);
        assert_eq!(
            (done.code, server.requests()),
            (Some(130), 4),
            "{name:?}: {done:?}"
        );
        assert_eq!(journal_lines(&dir.path("j")).len(), 4, "{done:?}");
        done.prints("end             interrupted\n");
        done.prints("revoked         4\n");
        done.prints("not tried       96\n");
        dir.assert_resumes(&server, ARGS, 100);
        assert_eq!(server.requests(), 100);
    }
}

#[test]
fn second_signal_stops_at_once_and_loses_nothing() {
    let (dir, server, mut child) = TestDir::start_held(100, ARGS, 4);
    signal(&child, Signal::INT);
    read_until(&mut child, "interrupt again to stop at once");
    signal(&child, Signal::INT);
    let done = dir.end(child);
    assert_eq!(done.code, Some(130), "{done:?}");
    done.prints("unknown         4: lines 1, 2, 3, 4\n  reason          4 unknown: interrupted\n");
    // The rest of the input is not counted, which may take long.
    done.prints("not tried       the rest of the input\n");
    server.release();
    dir.assert_resumes(&server, ARGS, 100);
    assert_eq!(server.requests(), 104);
}

#[test]
fn wait_between_rounds_can_be_interrupted() {
    let dir = TestDir::with_tokens(2);
    let server = CountingServer::scripted(|sent| match line(sent.token) {
        2 => Reply::Error(400, "invalid_request"),
        _ => Reply::Status(503),
    });
    let mut child = dir.start(&server, "--input tokens.txt --round-wait 600");
    read_until(&mut child, "tokens that can be retried: 1; round 1 of 3");
    signal(&child, Signal::INT);
    let done = dir.end(child);
    assert_eq!(done.code, Some(130), "{done:?}");
    done.prints("live            2: lines 1, 2");
}

/// The input thread is blocked while no input arrives.
#[test]
fn wait_for_standard_input_can_be_interrupted() {
    let dir = TestDir::with_tokens(0);
    let server = CountingServer::start();
    let mut child = dir.start(&server, "--input -");
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", token(1)).unwrap();
    server.wait_for(1, || false);
    signal(&child, Signal::INT);
    let done = dir.end(child);
    drop(stdin);
    assert_eq!(done.code, Some(130), "{done:?}");
    done.prints("not tried       the rest of the input\n");
}
