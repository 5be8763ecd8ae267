//! Ctrl-C and SIGTERM.

use std::io::Write;

use rustix::process::Signal;

use super::support::{TestDir, journal_lines, line, read_until, signal, token};
use crate::counting_server::Reply;
use crate::support::wait_until;

const ARGS: &str = "--input tokens.txt --journal j --concurrency 4 --resume";

#[test]
fn first_signal_finishes_the_calls_in_flight() {
    for name in [Signal::INT, Signal::TERM] {
        let (dir, mut child) = TestDir::start_held(100, ARGS, 4);
        signal(&child, name);
        let stderr = read_until(&mut child, "interrupt again to stop at once");
        dir.server.release();
        let mut done = dir.end(child);
        done.stderr.insert_str(0, &stderr);
        dir.assert_end(&done, 130, 4);
        assert_eq!(journal_lines(&dir.path("j")).len(), 4, "{done:?}");
        done.prints("end             interrupted\n");
        done.prints("revoked         4\n");
        done.prints("not tried       96\n");
        dir.assert_resumes(ARGS, 100);
        assert_eq!(dir.server.requests(), 100);
    }
}

#[test]
fn second_signal_stops_at_once_and_loses_nothing() {
    let (dir, mut child) = TestDir::start_held(100, ARGS, 4);
    signal(&child, Signal::INT);
    read_until(&mut child, "interrupt again to stop at once");
    signal(&child, Signal::INT);
    let done = dir.end(child);
    assert_eq!(done.code, Some(130), "{done:?}");
    done.prints("unknown         4: lines 1, 2, 3, 4\n  reason          4 unknown: interrupted\n");
    // The rest of the input is not counted, which may take long.
    done.prints("not tried       the rest of the input\n");
    dir.server.release();
    dir.assert_resumes(ARGS, 100);
    assert_eq!(dir.server.requests(), 104);
}

#[test]
fn wait_between_rounds_can_be_interrupted() {
    let dir = TestDir::with_tokens(2).scripted(|token, _| match line(token) {
        2 => Reply::Error(400, "invalid_request"),
        _ => Reply::Status(503),
    });
    let mut child = dir.start("--input tokens.txt --round-wait 600");
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
    let mut child = dir.start("--input -");
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", token(1)).unwrap();
    wait_until(|| dir.server.requests() == 1);
    signal(&child, Signal::INT);
    let done = dir.end(child);
    drop(stdin);
    assert_eq!(done.code, Some(130), "{done:?}");
    done.prints("not tried       the rest of the input\n");
}
