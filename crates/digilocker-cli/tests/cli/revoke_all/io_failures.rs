//! Full disks, missing permissions, inputs that change, and closed outputs.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustix::process::Signal;

use super::support::{TestDir, journal_lines, read_until, signal, token};
use crate::counting_server::{CountingServer, Reply};
use crate::support::{Run, with_env_of};

const ARGS: &str = "--input tokens.txt --journal j";
const RESUME: &str = "--input tokens.txt --journal j --resume";

/// The command, run by a shell after the command `before`.
fn in_shell(dir: &TestDir, server: &CountingServer, before: &str, args: &str) -> Command {
    let command = dir.command(server);
    let mut shell = with_env_of(&command, "sh");
    shell
        .current_dir(dir.root())
        .args(["-c", &format!("{before}; exec \"$0\" \"$@\"")])
        .arg(command.get_program())
        .args(command.get_args())
        .args(args.split(' '))
        .stdin(Stdio::null());
    shell
}

/// A limit on the file size stands in for a full disk.
#[test]
fn full_disk_ends_the_run_and_loses_nothing() {
    let (dir, server) = (TestDir::with_tokens(300), CountingServer::start());
    // The start of a run needs 80 blocks of 512 bytes.
    let done: Run = in_shell(&dir, &server, "trap '' XFSZ; ulimit -f 100", ARGS)
        .output()
        .unwrap()
        .into();
    dir.assert_no_token(&done);
    assert_eq!(done.code, Some(1), "{done:?}");
    let message = "end             failed: cannot write to the journal `j`: disk I/O error: is the disk full,";
    done.prints(message);
    done.warns("to resume: run the same command again");
    let sent = server.requests();
    let recorded = journal_lines(&dir.path("j")).len();
    assert!(recorded > 0);
    // Calls in flight, and a batch.
    assert!(
        (sent - recorded) <= 16 + 64,
        "{sent} sent, {recorded} recorded"
    );
    dir.assert_resumes(&server, RESUME, 300);
    assert_eq!(server.requests(), sent + 300 - recorded);
}

#[test]
fn disk_full_from_the_start_sends_nothing() {
    let (dir, server) = (TestDir::with_tokens(3), CountingServer::start());
    let mut command = in_shell(&dir, &server, "trap '' XFSZ; ulimit -f 1", ARGS);
    let done: Run = command.output().unwrap().into();
    assert_eq!((done.code, server.requests()), (Some(1), 0), "{done:?}");
    done.warns("error: cannot write to the journal `j`: disk I/O error");
    dir.assert_resumes(&server, RESUME, 3);
}

/// Runs as a user without write permission. Root is not restricted by permissions.
fn as_nobody(dir: &TestDir, server: &CountingServer, args: &str) -> Run {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let open = |path: &str, mode| {
        fs::set_permissions(dir.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    let mut command = dir.command(server);
    if fs::metadata(dir.root()).unwrap().uid() == 0 {
        // The user may not have access to the original.
        let copy = dir.path("digilocker");
        // By another process: a child that another test starts meanwhile would keep the copy open for writing,
        // and it could not be run.
        let status = Command::new("cp")
            .arg(command.get_program())
            .arg(&copy)
            .status();
        assert!(status.unwrap().success());
        let mut copied = with_env_of(&command, &copy);
        copied.current_dir(dir.root()).args(command.get_args());
        command = copied;
        command.uid(65534).gid(65534);
    }
    open("tokens.txt", 0o644);
    open("", 0o555);
    let done = command.args(args.split(' ')).output().unwrap().into();
    open("", 0o755);
    done
}

#[test]
fn unwritable_journal_is_refused_before_anything_is_sent() {
    let (dir, server) = (TestDir::with_tokens(3), CountingServer::start());
    let done = as_nobody(&dir, &server, ARGS);
    assert_eq!((done.code, server.requests()), (Some(1), 0), "{done:?}");
    done.warns("cannot create the journal key `j.key`: Permission denied");

    let mut permissions = {
        dir.run(&server, ARGS);
        fs::metadata(dir.path("tokens.txt")).unwrap().permissions()
    };
    permissions.set_readonly(true);
    fs::set_permissions(dir.path("j.key"), permissions.clone()).unwrap();
    fs::set_permissions(dir.path("j"), permissions).unwrap();
    let done = as_nobody(&dir, &server, RESUME);
    assert_eq!((done.code, server.requests()), (Some(1), 3), "{done:?}");
    done.warns("cannot write to the journal `j`: attempt to write a readonly database");
}

#[test]
fn growing_input_is_not_reported_as_complete() {
    let (dir, server, child) = TestDir::start_held(20, ARGS, 16);
    let mut input = fs::OpenOptions::new()
        .append(true)
        .open(dir.path("tokens.txt"))
        .unwrap();
    // The reader may or may not have reached the end.
    for line in 21..=2_000 {
        writeln!(input, "{}", token(line)).unwrap();
    }
    server.release();
    let done = dir.end(child);
    if done.code == Some(3) {
        done.prints("the size of the input changed while it was read");
    } else {
        assert_eq!((done.code, server.requests()), (Some(0), 2_000), "{done:?}");
    }
    dir.assert_resumes(&server, RESUME, 2_000);
    assert_eq!(server.requests(), 2_000);
}

#[test]
fn deleted_input_is_read_to_its_end() {
    let dir = TestDir::with_tokens(5000);
    let path = dir.path("tokens.txt");
    let server = CountingServer::scripted(move |sent| {
        if sent.token == token(1) && sent.times <= 3 {
            let _ = fs::remove_file(&path);
            return Reply::Status(503);
        }
        Reply::Revoke
    });
    // The last line is read after the file is deleted, and then the first one again.
    let done = dir.run(&server, "--input tokens.txt --concurrency 1");
    assert_eq!((done.code, server.requests()), (Some(0), 5003), "{done:?}");
}

#[test]
fn shrinking_input_is_not_reported_as_complete() {
    let dir = TestDir::with_tokens(20_000);
    let path = dir.path("tokens.txt");
    let shrunk = Arc::new(std::sync::Once::new());
    let server = CountingServer::scripted(move |_| {
        shrunk.call_once(|| fs::write(&path, "").unwrap());
        Reply::Revoke
    });
    let done = dir.run(&server, "--input tokens.txt --concurrency 1");
    assert_eq!(done.code, Some(3), "{done:?}");
    done.prints("the size of the input changed");
}

#[test]
fn closed_output_does_not_stop_the_run() {
    for closed in ["stdout", "stderr"] {
        let (dir, server, mut child) = TestDir::start_held(30, RESUME, 16);
        // Causes output on standard error too.
        dir.write("tokens.txt", dir.read("tokens.txt") + "\"\"\n");
        if closed == "stdout" {
            child.stdout.take();
        } else {
            child.stderr.take();
        }
        server.release();
        let done = dir.end(child);
        assert_eq!(server.requests(), 30, "{done:?}");
        assert_eq!(done.code, Some(1), "{closed}: {done:?}");
        if closed == "stdout" {
            let message = "error: cannot write to standard output: Broken pipe";
            done.warns(message);
        }
        assert_eq!(journal_lines(&dir.path("j")).len(), 30);
    }
}

#[test]
fn journal_failure_takes_precedence_over_a_signal() {
    let (dir, server, mut child) = TestDir::start_held(300, ARGS, 16);
    let journal = rusqlite::Connection::open(dir.path("j")).unwrap();
    journal.execute_batch("DROP TABLE token").unwrap();
    signal(&child, Signal::INT);
    read_until(&mut child, "stopping after the calls in flight");
    server.release();
    let done = dir.end(child);
    assert_eq!((done.code, server.requests()), (Some(1), 16), "{done:?}");
    let message = "end             failed: cannot write to the journal `j`: no such table";
    done.prints(message);
}
