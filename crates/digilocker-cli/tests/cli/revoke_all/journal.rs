//! The journal: resuming, repairing, and refused journals.

use std::fs;
use std::io::Write;

use super::support::{HEADER, RECORD, TestDir, journal_lines, token};
use crate::counting_server::{CountingServer, Reply};

const ARGS: &str = "--input tokens.txt --journal j";

#[track_caller]
fn check_refused(dir: &TestDir, server: &CountingServer, args: &str, code: i32, message: &str) {
    let requests = server.requests();
    let done = dir.run(server, args);
    assert_eq!((done.code, &done.stdout[..]), (Some(code), ""), "{done:?}");
    assert!(
        done.stderr.starts_with(&format!("error: {message}")),
        "{done:?}"
    );
    assert_eq!(server.requests(), requests);
}

#[test]
fn journal_is_resumed_only_on_request() {
    let (dir, server) = (TestDir::with_tokens(3), CountingServer::start());
    // A missing journal is created.
    let done = dir.run(&server, &format!("{ARGS} --resume"));
    assert_eq!(done.code, Some(0), "{done:?}");
    check_refused(&dir, &server, ARGS, 2, "the journal `j` exists");
    let done = dir.run(&server, &format!("{ARGS} --resume --json"));
    let summary = done.json();
    assert_eq!(
        (done.code, &summary["revoked"], &summary["before"]),
        (Some(0), &3.into(), &3.into())
    );
    assert_eq!(server.requests(), 3);
    let done = dir.run(&server, "--input tokens.txt --resume");
    assert_eq!(done.code, Some(2), "{done:?}");
}

#[test]
fn journal_of_another_run_is_refused() {
    let (dir, server) = (TestDir::with_tokens(3), CountingServer::start());
    dir.run(&server, ARGS);
    let resume = format!("{ARGS} --resume");
    let message = "cannot resume the journal `j`: ";
    let check = |args: &str, reason: &str| {
        let args = format!("{resume} {args}");
        check_refused(&dir, &server, &args, 2, &format!("{message}{reason}"));
        check_refused(
            &dir,
            &server,
            &format!("{args} --dry-run"),
            2,
            &format!("{message}{reason}"),
        );
    };
    check(
        "--shard 0/2",
        "it belongs to shard 0/1, and this run is shard 0/2",
    );
    check(
        "--client-id a --auth public",
        "it belongs to another client id",
    );
    check(
        "--env http://127.0.0.1:1",
        "it belongs to the environment `http://127.0.0.1",
    );

    let key = fs::read(dir.path("j.key")).unwrap();
    dir.write("j.key", [7; 32]);
    check("", "its key file belongs to another journal");
    dir.write("j.key", [7; 31]);
    check_refused(&dir, &server, &resume, 1, "`j.key` is not a journal key");
    fs::remove_file(dir.path("j.key")).unwrap();
    check_refused(
        &dir,
        &server,
        &resume,
        1,
        "the journal key is missing: `j.key`",
    );
    assert!(!dir.path("j.key").exists());

    dir.write("j.key", key);
    let mut bytes = fs::read(dir.path("j")).unwrap();
    bytes[20] ^= 1;
    fs::write(dir.path("j"), &bytes).unwrap();
    check("", "it is not a journal, or its header is damaged");
    // Other files are not overwritten, however short.
    let tokens = dir.read("tokens.txt");
    dir.write("tokens.csv", &tokens);
    check_refused(
        &dir,
        &server,
        "--input tokens.txt --resume --journal tokens.csv",
        1,
        "the journal key is missing",
    );
    dir.write("tokens.csv.key", [7; 32]);
    let message = format!(
        "{} it is not a journal",
        message.replace("`j`", "`tokens.csv`").trim_end()
    );
    check_refused(
        &dir,
        &server,
        "--input tokens.txt --resume --journal tokens.csv",
        2,
        &message,
    );
    assert_eq!(dir.read("tokens.csv"), tokens);
    check_refused(
        &dir,
        &server,
        "--input tokens.txt --journal tokens.csv",
        2,
        "the journal `tokens.csv` exists",
    );
}

/// A run may be killed after it creates the key and before it creates the journal.
#[test]
fn key_without_a_journal_is_reused() {
    for resume in ["", "--resume"] {
        let (dir, server) = (TestDir::with_tokens(3), CountingServer::start());
        dir.write("j.key", [7; 32]);
        let done = dir.run(&server, &format!("{ARGS} {resume}"));
        assert_eq!((done.code, server.requests()), (Some(0), 3), "{done:?}");
        let done = dir.run(&server, &format!("{ARGS} --resume"));
        assert_eq!((done.code, server.requests()), (Some(0), 3), "{done:?}");
    }
}

#[cfg(unix)]
#[test]
fn key_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, server) = (TestDir::with_tokens(3), CountingServer::start());
    dir.run(&server, ARGS);
    let meta = fs::metadata(dir.path("j.key")).unwrap();
    assert_eq!((meta.permissions().mode() & 0o777, meta.len()), (0o600, 32));
}

#[cfg(unix)]
#[test]
fn journal_is_locked_by_a_run() {
    let (dir, server) = (TestDir::with_tokens(30), CountingServer::start());
    server.hold();
    let child = dir.start(&server, ARGS);
    server.wait_for_held(16);
    check_refused(
        &dir,
        &server,
        &format!("{ARGS} --resume"),
        1,
        "the journal `j` is in use",
    );
    // A report can still read the journal.
    let report = dir.report("j");
    assert_eq!(report.code, Some(3), "{report:?}");
    assert!(
        report
            .stdout
            .contains("  shard 0/1       a run is in progress: j"),
        "{report:?}"
    );
    server.release();
    assert_eq!(dir.end(child).code, Some(0));
    assert_eq!(server.requests(), 30);
}

#[test]
fn incomplete_write_at_the_end_is_removed() {
    for torn in [&[1_u8][..], &[0; 31], &[0; 32], &[0xFF; 100], &[0; 4096]] {
        let (dir, server) = (TestDir::with_tokens(5), CountingServer::start());
        dir.run(&server, ARGS);
        let path = dir.path("j");
        let intact = fs::metadata(&path).unwrap().len();
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(torn).unwrap();
        let done = dir.run(&server, &format!("{ARGS} --resume"));
        assert_eq!((done.code, server.requests()), (Some(0), 5), "{done:?}");
        let message = format!("removed an incomplete write of {} bytes", torn.len());
        assert!(done.stderr.contains(&message), "{done:?}");
        // The second run adds one record for its start and two for its end.
        assert_eq!(
            fs::metadata(&path).unwrap().len(),
            intact + 3 * RECORD as u64
        );
    }
}

#[test]
fn tokens_lost_by_truncation_are_sent_again() {
    let (dir, server) = (TestDir::with_tokens(20), CountingServer::start());
    dir.run(&server, ARGS);
    let bytes = fs::read(dir.path("j")).unwrap();
    for length in [
        0,
        1,
        HEADER - 1,
        HEADER,
        HEADER + RECORD + 1,
        HEADER + 7 * RECORD + 31,
    ] {
        fs::write(dir.path("j"), &bytes[..length]).unwrap();
        let left = 20 - journal_lines(&dir.path("j")).len();
        let before = server.requests();
        let done = dir.run(&server, &format!("{ARGS} --resume"));
        assert_eq!(done.code, Some(0), "{length}: {done:?}");
        assert_eq!(server.requests() - before, left, "{length}");
    }
}

#[test]
fn token_of_a_damaged_record_is_sent_again() {
    let (dir, server) = (TestDir::with_tokens(10), CountingServer::start());
    dir.run(&server, ARGS);
    let mut bytes = fs::read(dir.path("j")).unwrap();
    bytes[HEADER + 3 * RECORD + 5] ^= 0x10;
    fs::write(dir.path("j"), &bytes).unwrap();
    let done = dir.run(&server, &format!("{ARGS} --resume"));
    assert_eq!((done.code, server.requests()), (Some(0), 11), "{done:?}");
    assert!(done.stderr.contains("has damaged records: 1;"), "{done:?}");
}

#[test]
fn only_alive_and_unknown_tokens_are_sent_again() {
    let server =
        CountingServer::scripted(
            |sent| match (&sent.token[sent.token.len() - 2..], sent.times) {
                ("-1", _) => Reply::Error(400, "invalid_token"),
                ("-2", 1) => Reply::Error(400, "invalid_request"),
                ("-3", ..=12) => Reply::Close,
                _ => Reply::Revoke,
            },
        );
    let dir = TestDir::with_tokens(4);
    let done = dir.run(&server, &format!("{ARGS} --json"));
    assert_eq!(done.code, Some(3), "{done:?}");
    let kinds = journal_lines(&dir.path("j"));
    assert_eq!([1, 2, 3, 4].map(|line| kinds[&line]), [2, 3, 4, 1]);
    assert!(dir.path("j.alive").exists() && dir.path("j.unknown").exists());

    let done = dir.run(&server, &format!("{ARGS} --json --resume"));
    assert_eq!(done.code, Some(5), "{done:?}");
    assert_eq!([1, 2, 4].map(|line| server.times(&token(line))), [1, 2, 1]);
    assert_eq!(done.json()["before"], 2);
    // The lists of the earlier run are removed.
    assert!(!dir.path("j.alive").exists() && !dir.path("j.unknown").exists());
}

#[test]
fn duplicates_are_sent_once() {
    let server = CountingServer::start();
    let dir = TestDir::with(
        "tokens.txt",
        &format!("{0}\n{1}\n{0}\n{0}\n", token(1), token(2)),
    );
    let done = dir.run(&server, "--input tokens.txt --json --concurrency 1");
    assert_eq!(
        (server.requests(), &done.json()["duplicates"]),
        (2, &2.into())
    );
}

#[test]
fn tokens_missing_from_the_input_are_reported() {
    let server = CountingServer::scripted(|_| Reply::Error(400, "invalid_request"));
    let dir = TestDir::with_tokens(3);
    dir.run(&server, ARGS);
    fs::write(dir.path("tokens.txt"), "").unwrap();
    let done = dir.run(&server, &format!("{ARGS} --resume --json"));
    assert_eq!(done.code, Some(3), "{done:?}");
    assert_eq!(done.json()["left_in_journal"], 3);
    // The report omits the line numbers, which refer to another input.
    let report = dir.report("j");
    assert_eq!(report.code, Some(3), "{report:?}");
    assert!(report.stdout.contains("still alive     3"), "{report:?}");
    assert!(!report.stdout.contains("lines 1-3"), "{report:?}");
}

#[test]
fn report_detects_lost_records_until_they_are_replaced() {
    let (dir, server) = (TestDir::with_tokens(10), CountingServer::start());
    dir.run(&server, ARGS);
    let good = fs::read(dir.path("j")).unwrap();
    let at = HEADER + 3 * RECORD;
    let mut damaged = good.clone();
    damaged[at] ^= 1;
    let mut removed = good;
    removed.drain(at..at + RECORD);
    for bytes in [damaged, removed] {
        fs::write(dir.path("j"), bytes).unwrap();
        let report = dir.report("j");
        assert_eq!(report.code, Some(3), "{report:?}");
        let row = "incomplete, damaged or lost records: 1: j";
        assert!(report.stdout.contains(row), "{report:?}");
        let done = dir.run(&server, &format!("{ARGS} --resume"));
        assert_eq!(done.code, Some(0), "{done:?}");
        let row = "by earlier runs 9 (revoked or not recognised)\n";
        assert!(done.stdout.contains(row), "{done:?}");
        assert_eq!(dir.report("j").code, Some(0));
    }
}

#[test]
fn files_of_the_journal_are_refused_as_input() {
    let server = CountingServer::start();
    for (name, journal) in [
        ("j", "j"),
        ("tokens.key", "tokens"),
        ("tokens.alive", "./tokens"),
        ("tokens.bad", "tokens"),
    ] {
        let dir = TestDir::with(name, "a\n");
        let args = format!("--input {name} --journal {journal} --resume");
        check_refused(&dir, &server, &args, 2, "the input is `");
        assert_eq!(dir.read(name), "a\n");
    }
}
