//! Full disks, missing directories, inputs that change, and closed outputs.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::sync::Once;

use rustix::process::Signal;

use super::support::{TestDir, journal_lines, read_until, signal, token};
use crate::counting_server::Reply;
use crate::support::{Run, run_in_shell};

const ARGS: &str = "--input tokens.txt --journal j";
const RESUME: &str = "--input tokens.txt --journal j --resume";

/// Runs with a limit on the file size, in blocks of 512 bytes. It stands in for a full disk.
fn run_with_limit(dir: &TestDir, blocks: u32, args: &str) -> Run {
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}");
    let script = format!("{limit}; exec \"$0\" revoke-all {args}");
    let done = run_in_shell(&dir.command(), dir.root(), &script);
    dir.assert_no_token(&done);
    done
}

#[test]
fn full_disk_ends_the_run_and_loses_nothing() {
    let dir = TestDir::with_tokens(300);
    // The start of a run needs 80 blocks.
    let done = run_with_limit(&dir, 100, ARGS);
    assert_eq!(done.code, Some(1), "{done:?}");
    let message = "end             failed: cannot write to the journal `j`: disk I/O error: is the disk full,";
    done.prints(message);
    done.warns("to resume: run the same command again");
    let sent = dir.server.requests();
    let recorded = journal_lines(&dir.path("j")).len();
    assert!(recorded > 0);
    // Calls in flight, and a batch.
    let lost = sent - recorded;
    assert!(lost <= 16 + 64, "{sent} sent, {recorded} recorded");
    dir.assert_resumes(RESUME, 300);
    assert_eq!(dir.server.requests(), 300 + lost);
}

#[test]
fn unwritable_journal_is_refused_before_anything_is_sent() {
    let dir = TestDir::with_tokens(3);
    let check = |done: Run, requests: usize, message: &str| {
        dir.assert_end(&done, 1, requests);
        done.warns(format!("error: {message}"));
    };
    let no_directory = dir.run("--input tokens.txt --journal nowhere/j");
    let message = "cannot create the journal key `nowhere/j.key`: No such file";
    check(no_directory, 0, message);
    let message = "cannot write to the journal `j`: disk I/O error";
    check(run_with_limit(&dir, 1, ARGS), 0, message);
    dir.assert_resumes(RESUME, 3);
    // Nor is a new token sent if the journal exists.
    dir.write("tokens.txt", token(4));
    check(run_with_limit(&dir, 1, RESUME), 3, message);
}

#[test]
fn growing_input_is_not_reported_as_complete() {
    let (dir, child) = TestDir::start_held(20, ARGS, 16);
    let mut input = fs::File::options();
    let mut input = input.append(true).open(dir.path("tokens.txt")).unwrap();
    // The reader may or may not have reached the end.
    for line in 21..=2_000 {
        writeln!(input, "{}", token(line)).unwrap();
    }
    dir.server.release();
    let done = dir.end(child);
    if done.code == Some(3) {
        done.prints("the size of the input changed while it was read");
    } else {
        dir.assert_end(&done, 0, 2_000);
    }
    dir.assert_resumes(RESUME, 2_000);
    assert_eq!(dir.server.requests(), 2_000);
}

#[test]
fn deleted_input_is_read_to_its_end() {
    let dir = TestDir::with_tokens(5000);
    let path = dir.path("tokens.txt");
    let dir = dir.scripted(move |sent, times| {
        if sent == token(1) && times <= 3 {
            let _ = fs::remove_file(&path);
            return Reply::Status(503);
        }
        Reply::Revoke
    });
    // The last line is read after the file is deleted, and then the first one again.
    let done = dir.run("--input tokens.txt --concurrency 1");
    dir.assert_end(&done, 0, 5003);
}

#[test]
fn shrinking_input_is_not_reported_as_complete() {
    let dir = TestDir::with_tokens(20_000);
    let path = dir.path("tokens.txt");
    let shrunk = Once::new();
    let dir = dir.scripted(move |_, _| {
        shrunk.call_once(|| fs::write(&path, "").unwrap());
        Reply::Revoke
    });
    let done = dir.run("--input tokens.txt --concurrency 1");
    assert_eq!(done.code, Some(3), "{done:?}");
    done.prints("the size of the input changed");
}

#[test]
fn closed_output_does_not_stop_the_run() {
    for closed in ["stdout", "stderr"] {
        let (dir, mut child) = TestDir::start_held(30, RESUME, 16);
        // Causes output on standard error too.
        dir.write("tokens.txt", dir.read("tokens.txt") + "\"\"\n");
        if closed == "stdout" {
            child.stdout.take();
        } else {
            child.stderr.take();
        }
        dir.server.release();
        let done = dir.end(child);
        dir.assert_end(&done, 1, 30);
        if closed == "stdout" {
            done.warns("error: cannot write to standard output: Broken pipe");
        }
        assert_eq!(journal_lines(&dir.path("j")).len(), 30);
    }
}

#[test]
fn journal_failure_takes_precedence_over_a_signal() {
    let (dir, mut child) = TestDir::start_held(300, ARGS, 16);
    let journal = rusqlite::Connection::open(dir.path("j")).unwrap();
    journal.execute_batch("DROP TABLE token").unwrap();
    signal(&child, Signal::INT);
    read_until(&mut child, "stopping after the calls in flight");
    dir.server.release();
    let done = dir.end(child);
    dir.assert_end(&done, 1, 16);
    let message = "end             failed: cannot write to the journal `j`: no such table";
    done.prints(message);
}
