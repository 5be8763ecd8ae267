//! Full disks, inputs that change, outputs that are closed.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use super::support::{HEADER, Place, RECORD, journal_lines, token};
use crate::counting_server::{CountingServer, Reply};
use crate::support::Run;

const ARGS: &str = "--input tokens.txt --journal j";

/// The command, in a shell that runs this before.
fn in_shell(place: &Place, server: &CountingServer, before: &str, args: &str) -> Command {
    let command = place.command(server);
    let mut shell = Command::new("sh");
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
        .current_dir(place.dir())
        .args(["-c", &format!("{before}; exec \"$0\" \"$@\"")])
        .arg(command.get_program())
        .args(command.get_args())
        .args(args.split(' '))
        .stdin(Stdio::null());
    shell
}

#[track_caller]
fn resumes(place: &Place, server: &CountingServer, tokens: usize) {
    let done = place.run(server, &format!("{ARGS} --resume"));
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stdout.contains(&format!("revoked         {tokens}\n")),
        "{done:?}"
    );
    assert!((1..=tokens).all(|line| server.times(&token(line)) >= 1));
}

/// A limit on the size of files fails like a disk that is full: in the middle of a record.
#[test]
fn a_full_disk_ends_the_run_and_loses_nothing() {
    let (place, server) = (Place::with_tokens(300), CountingServer::start());
    // The journal's header, and 79 records and a half of it.
    let blocks = (HEADER + 80 * RECORD) / 512;
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}");
    let done: Run = in_shell(&place, &server, &limit, ARGS)
        .output()
        .unwrap()
        .into();
    place.holds_no_token(&done);
    assert_eq!(done.code, Some(1), "{done:?}");
    let message = "end             failed: cannot write to the journal `j`: File too large";
    assert!(done.stdout.contains(message), "{done:?}");
    assert!(
        done.stderr.contains("to go on: digilocker revoke-all"),
        "{done:?}"
    );
    let sent = server.requests();
    let recorded = journal_lines(&place.path("j")).len();
    assert!((sent - recorded) <= 17, "{sent} sent, {recorded} recorded");
    resumes(&place, &server, 300);
    assert_eq!(server.requests(), sent + 300 - recorded);
}

/// The same without a handler: the signal kills the run.
#[test]
fn a_run_that_is_killed_by_its_limits_is_resumed() {
    let (place, server) = (Place::with_tokens(300), CountingServer::start());
    let mut command = in_shell(&place, &server, "ulimit -f 10", ARGS);
    let done: Run = command.output().unwrap().into();
    assert_eq!(done.code, None, "{done:?}");
    resumes(&place, &server, 300);
}

#[test]
fn a_disk_that_is_full_from_the_start_sends_nothing() {
    let (place, server) = (Place::with_tokens(3), CountingServer::start());
    let mut command = in_shell(&place, &server, "trap '' XFSZ; ulimit -f 1", ARGS);
    let done: Run = command.output().unwrap().into();
    assert_eq!((done.code, server.requests()), (Some(1), 0), "{done:?}");
    assert!(
        done.stderr
            .contains("error: cannot create the journal `j`: File too large"),
        "{done:?}"
    );
    resumes(&place, &server, 3);
}

/// As a user who is not allowed to write: root is allowed everything.
fn as_nobody(place: &Place, server: &CountingServer, args: &str) -> Run {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let open = |path: &str, mode| {
        fs::set_permissions(place.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    let mut command = place.command(server);
    if fs::metadata(place.dir()).unwrap().uid() == 0 {
        // Where the command may be out of that user's reach.
        let copy = place.path("digilocker");
        fs::copy(command.get_program(), &copy).unwrap();
        let mut copied = Command::new(&copy);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => copied.env(name, value),
                None => copied.env_remove(name),
            };
        }
        copied.current_dir(place.dir()).args(command.get_args());
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
fn a_journal_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let (place, server) = (Place::with_tokens(3), CountingServer::start());
    let done = as_nobody(&place, &server, ARGS);
    assert_eq!((done.code, server.requests()), (Some(1), 0), "{done:?}");
    assert!(
        done.stderr
            .contains("cannot create the journal's key `j.key`: Permission denied"),
        "{done:?}"
    );

    let mut permissions = {
        place.run(&server, ARGS);
        fs::metadata(place.path("j")).unwrap().permissions()
    };
    permissions.set_readonly(true);
    fs::set_permissions(place.path("j"), permissions).unwrap();
    let done = as_nobody(&place, &server, &format!("{ARGS} --resume"));
    assert_eq!((done.code, server.requests()), (Some(1), 3), "{done:?}");
    assert!(
        done.stderr
            .contains("cannot open the journal `j`: Permission denied"),
        "{done:?}"
    );
}

/// Starts a run of so many tokens, and waits until the first ones are in flight.
fn held(tokens: usize, args: &str) -> (Place, CountingServer, Child) {
    let (place, server) = (Place::with_tokens(tokens), CountingServer::start());
    server.hold();
    let child = place.start(&server, args);
    server.wait_for_held(16);
    (place, server, child)
}

#[test]
fn an_input_that_grows_is_not_called_complete() {
    let (place, server, child) = held(20, ARGS);
    let mut input = fs::OpenOptions::new()
        .append(true)
        .open(place.path("tokens.txt"))
        .unwrap();
    // The reader may have met the end, or not.
    for line in 21..=2_000 {
        writeln!(input, "{}", token(line)).unwrap();
    }
    server.release();
    let done = place.end(child);
    if done.code == Some(3) {
        assert!(
            done.stdout
                .contains("the input changed its size while it was read"),
            "{done:?}"
        );
    } else {
        assert_eq!((done.code, server.requests()), (Some(0), 2_000), "{done:?}");
    }
    resumes(&place, &server, 2_000);
    assert_eq!(server.requests(), 2_000);
}

#[test]
fn an_input_that_vanishes_is_read_to_its_end() {
    let place = Place::with_tokens(5000);
    let path = place.path("tokens.txt");
    let server = CountingServer::scripted(move |sent| {
        if sent.token == token(1) && sent.times <= 3 {
            let _ = fs::remove_file(&path);
            return Reply::Status(503);
        }
        Reply::Revoke
    });
    // The last line is read after the file is gone, and the first one once more after that.
    let done = place.run(&server, "--input tokens.txt --concurrency 1");
    assert_eq!((done.code, server.requests()), (Some(0), 5003), "{done:?}");
}

#[test]
fn an_input_that_is_overwritten_is_noticed() {
    let place = Place::with_tokens(3);
    let path = place.path("tokens.txt");
    let server = CountingServer::scripted(move |sent| {
        if sent.token == token(1) && sent.times <= 3 {
            fs::write(&path, format!("{}\n{}\n{}\n", token(9), token(2), token(3))).unwrap();
            return Reply::Status(503);
        }
        Reply::Revoke
    });
    let done = place.run(&server, "--input tokens.txt --concurrency 1 --json");
    assert_eq!(done.code, Some(3), "{done:?}");
    let statement = done.json();
    assert_eq!(
        (&statement["alive"]["lines"], &statement["changed_lines"]),
        (&"1".into(), &1.into())
    );
    assert_eq!(server.times(&token(9)), 0);
}

#[test]
fn an_input_that_shrinks_is_not_called_complete() {
    let place = Place::with_tokens(20_000);
    let path = place.path("tokens.txt");
    let shrunk = Arc::new(std::sync::Once::new());
    let server = CountingServer::scripted(move |_| {
        shrunk.call_once(|| fs::write(&path, "").unwrap());
        Reply::Revoke
    });
    let done = place.run(&server, "--input tokens.txt --concurrency 1");
    assert_eq!(done.code, Some(3), "{done:?}");
    assert!(
        done.stdout.contains("the input changed its size"),
        "{done:?}"
    );
}

/// Keeps revoking, and ends with an error.
#[test]
fn closed_outputs_do_not_stop_the_run() {
    for closed in ["stdout", "stderr"] {
        let (place, server, mut child) = held(30, &format!("{ARGS} --resume"));
        // So that something is said on both.
        place.write("tokens.txt", place.read("tokens.txt") + "\"\"\n");
        if closed == "stdout" {
            child.stdout.take();
        } else {
            child.stderr.take();
        }
        server.release();
        let done = place.end(child);
        assert_eq!(server.requests(), 30, "{done:?}");
        assert_eq!(done.code, Some(1), "{closed}: {done:?}");
        if closed == "stdout" {
            let message = "error: cannot write to standard output: Broken pipe";
            assert!(done.stderr.contains(message), "{done:?}");
        }
        assert_eq!(journal_lines(&place.path("j")).len(), 30);
    }
}

/// A full disk, after a signal.
#[test]
fn a_signal_does_not_hide_that_the_journal_failed() {
    let (place, server) = (Place::with_tokens(300), CountingServer::start());
    server.hold();
    // Room for its start and 15 results; 16 calls are in flight.
    let limit = format!("trap '' XFSZ; ulimit -f {}", HEADER / 512 + 1);
    let child = in_shell(&place, &server, &limit, ARGS)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    server.wait_for_held(16);
    super::support::signal(&child, "INT");
    std::thread::sleep(std::time::Duration::from_millis(300));
    server.release();
    let done = place.end(child);
    assert_eq!((done.code, server.requests()), (Some(1), 16), "{done:?}");
    assert!(done.stderr.contains("stopping: "), "{done:?}");
    let message = "end             failed: cannot write to the journal `j`";
    assert!(done.stdout.contains(message), "{done:?}");
}
