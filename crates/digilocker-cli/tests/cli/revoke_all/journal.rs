//! The journal: what it refuses, what it repairs, and what it holds.

use std::fs;
use std::io::Write;

use super::support::{HEADER, Place, RECORD, journal_lines, token};
use crate::counting_server::{CountingServer, Reply};

const ARGS: &str = "--input tokens.txt --journal j";

#[track_caller]
fn refused(place: &Place, server: &CountingServer, args: &str, code: i32, message: &str) {
    let requests = server.requests();
    let done = place.run(server, args);
    assert_eq!((done.code, &done.stdout[..]), (Some(code), ""), "{done:?}");
    assert!(
        done.stderr.starts_with(&format!("error: {message}")),
        "{done:?}"
    );
    assert_eq!(server.requests(), requests);
}

#[test]
fn a_journal_is_resumed_only_on_request() {
    let (place, server) = (Place::with_tokens(3), CountingServer::start());
    // None yet: begins one.
    let done = place.run(&server, &format!("{ARGS} --resume"));
    assert_eq!(done.code, Some(0), "{done:?}");
    refused(&place, &server, ARGS, 2, "the journal `j` exists");
    let done = place.run(&server, &format!("{ARGS} --resume --json"));
    let statement = done.json();
    assert_eq!(
        (done.code, &statement["revoked"], &statement["before"]),
        (Some(0), &3.into(), &3.into())
    );
    assert_eq!(server.requests(), 3);
    let done = place.run(&server, "--input tokens.txt --resume");
    assert_eq!(done.code, Some(2), "{done:?}");
}

#[test]
fn a_journal_of_another_run_is_refused() {
    let (place, server) = (Place::with_tokens(3), CountingServer::start());
    place.run(&server, ARGS);
    let resume = format!("{ARGS} --resume");
    let message = "cannot go on with the journal `j`: ";
    let check = |args: &str, reason: &str| {
        let args = format!("{resume} {args}");
        refused(&place, &server, &args, 2, &format!("{message}{reason}"));
        refused(
            &place,
            &server,
            &format!("{args} --dry-run"),
            2,
            &format!("{message}{reason}"),
        );
    };
    check("--shard 0/2", "it is of shard 0/1, and this run is 0/2");
    check("--client-id a --auth public", "it is of another client id");
    check(
        "--env http://127.0.0.1:1",
        "it is of the environment `http://127.0.0.1",
    );

    let key = fs::read(place.path("j.key")).unwrap();
    place.write("j.key", [7; 32]);
    check("", "the key beside it is that of another journal");
    place.write("j.key", [7; 31]);
    refused(
        &place,
        &server,
        &resume,
        1,
        "`j.key` is not a journal's key",
    );
    fs::remove_file(place.path("j.key")).unwrap();
    refused(
        &place,
        &server,
        &resume,
        1,
        "the journal's key is missing: `j.key`",
    );
    assert!(!place.path("j.key").exists());

    place.write("j.key", key);
    let mut bytes = fs::read(place.path("j")).unwrap();
    bytes[20] ^= 1;
    fs::write(place.path("j"), &bytes).unwrap();
    check("", "it is not a journal, or its header is damaged");
    // Nor is a file of another kind overwritten, however short.
    let tokens = place.read("tokens.txt");
    place.write("tokens.csv", &tokens);
    refused(
        &place,
        &server,
        "--input tokens.txt --resume --journal tokens.csv",
        1,
        "the journal's key is missing",
    );
    place.write("tokens.csv.key", [7; 32]);
    let message = format!(
        "{} it is not a journal",
        message.replace("`j`", "`tokens.csv`").trim_end()
    );
    refused(
        &place,
        &server,
        "--input tokens.txt --resume --journal tokens.csv",
        2,
        &message,
    );
    assert_eq!(place.read("tokens.csv"), tokens);
    refused(
        &place,
        &server,
        "--input tokens.txt --journal tokens.csv",
        2,
        "the journal `tokens.csv` exists",
    );
}

/// The run that created it was killed before it created the journal.
#[test]
fn a_key_without_a_journal_is_used() {
    for resume in ["", "--resume"] {
        let (place, server) = (Place::with_tokens(3), CountingServer::start());
        place.write("j.key", [7; 32]);
        let done = place.run(&server, &format!("{ARGS} {resume}"));
        assert_eq!((done.code, server.requests()), (Some(0), 3), "{done:?}");
        let done = place.run(&server, &format!("{ARGS} --resume"));
        assert_eq!((done.code, server.requests()), (Some(0), 3), "{done:?}");
    }
}

#[cfg(unix)]
#[test]
fn the_key_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (place, server) = (Place::with_tokens(3), CountingServer::start());
    place.run(&server, ARGS);
    let meta = fs::metadata(place.path("j.key")).unwrap();
    assert_eq!((meta.permissions().mode() & 0o777, meta.len()), (0o600, 32));
}

#[cfg(unix)]
#[test]
fn two_runs_cannot_use_one_journal() {
    let (place, server) = (Place::with_tokens(30), CountingServer::start());
    server.hold();
    let child = place.start(&server, ARGS);
    server.wait_for_held(16);
    refused(
        &place,
        &server,
        &format!("{ARGS} --resume"),
        1,
        "the journal `j` is in use",
    );
    // A report reads it nevertheless, and says so.
    let report = place.report("j");
    assert_eq!(report.code, Some(3), "{report:?}");
    assert!(
        report
            .stdout
            .contains("  shard 0/1       a run is at work on it: j"),
        "{report:?}"
    );
    server.release();
    assert_eq!(place.end(child).code, Some(0));
    assert_eq!(server.requests(), 30);
}

/// Whatever a crash leaves at the end of the file.
#[test]
fn a_torn_end_is_removed() {
    for torn in [&[1_u8][..], &[0; 31], &[0; 32], &[0xFF; 100], &[0; 4096]] {
        let (place, server) = (Place::with_tokens(5), CountingServer::start());
        place.run(&server, ARGS);
        let path = place.path("j");
        let intact = fs::metadata(&path).unwrap().len();
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(torn).unwrap();
        let done = place.run(&server, &format!("{ARGS} --resume"));
        assert_eq!((done.code, server.requests()), (Some(0), 5), "{done:?}");
        let message = format!("ended in {} bytes of an incomplete write", torn.len());
        assert!(done.stderr.contains(&message), "{done:?}");
        // And the records of that run follow: one for its start, two for its end.
        assert_eq!(
            fs::metadata(&path).unwrap().len(),
            intact + 3 * RECORD as u64
        );
    }
}

/// Cut anywhere, it costs what was cut off, and no more.
#[test]
fn a_truncated_journal_sends_again_what_it_lost() {
    let (place, server) = (Place::with_tokens(20), CountingServer::start());
    place.run(&server, ARGS);
    let bytes = fs::read(place.path("j")).unwrap();
    for length in [
        0,
        1,
        HEADER - 1,
        HEADER,
        HEADER + RECORD + 1,
        HEADER + 7 * RECORD + 31,
    ] {
        fs::write(place.path("j"), &bytes[..length]).unwrap();
        let left = 20 - journal_lines(&place.path("j")).len();
        let before = server.requests();
        let done = place.run(&server, &format!("{ARGS} --resume"));
        assert_eq!(done.code, Some(0), "{length}: {done:?}");
        assert_eq!(server.requests() - before, left, "{length}");
    }
}

#[test]
fn a_damaged_record_is_sent_again() {
    let (place, server) = (Place::with_tokens(10), CountingServer::start());
    place.run(&server, ARGS);
    let mut bytes = fs::read(place.path("j")).unwrap();
    bytes[HEADER + 3 * RECORD + 5] ^= 0x10;
    fs::write(place.path("j"), &bytes).unwrap();
    let done = place.run(&server, &format!("{ARGS} --resume"));
    assert_eq!((done.code, server.requests()), (Some(0), 11), "{done:?}");
    assert!(done.stderr.contains("has damaged records: 1;"), "{done:?}");
}

#[test]
fn alive_and_unknown_tokens_are_sent_again_and_definite_ones_are_not() {
    let server =
        CountingServer::scripted(
            |sent| match (&sent.token[sent.token.len() - 2..], sent.times) {
                ("-1", _) => Reply::Error(400, "invalid_token"),
                ("-2", 1) => Reply::Error(400, "invalid_request"),
                ("-3", ..=12) => Reply::Close,
                _ => Reply::Revoke,
            },
        );
    let place = Place::with_tokens(4);
    let done = place.run(&server, &format!("{ARGS} --json"));
    assert_eq!(done.code, Some(3), "{done:?}");
    let kinds = journal_lines(&place.path("j"));
    assert_eq!([1, 2, 3, 4].map(|line| kinds[&line]), [2, 3, 4, 1]);
    assert!(place.path("j.alive").exists() && place.path("j.unknown").exists());

    let done = place.run(&server, &format!("{ARGS} --json --resume"));
    assert_eq!(done.code, Some(5), "{done:?}");
    assert_eq!([1, 2, 4].map(|line| server.times(&token(line))), [1, 2, 1]);
    assert_eq!(done.json()["before"], 2);
    // Lists of the earlier run are not left behind.
    assert!(!place.path("j.alive").exists() && !place.path("j.unknown").exists());
}

#[test]
fn duplicates_are_sent_once() {
    let server = CountingServer::start();
    let place = Place::with(
        "tokens.txt",
        &format!("{0}\n{1}\n{0}\n{0}\n", token(1), token(2)),
    );
    let done = place.run(&server, "--input tokens.txt --json --concurrency 1");
    assert_eq!(
        (server.requests(), &done.json()["duplicates"]),
        (2, &2.into())
    );
}

/// An input that no longer has a token which is left.
#[test]
fn tokens_left_in_the_journal_are_not_forgotten() {
    let server = CountingServer::scripted(|_| Reply::Error(400, "invalid_request"));
    let place = Place::with_tokens(3);
    place.run(&server, ARGS);
    fs::write(place.path("tokens.txt"), "").unwrap();
    let done = place.run(&server, &format!("{ARGS} --resume --json"));
    assert_eq!(done.code, Some(3), "{done:?}");
    assert_eq!(done.json()["left_in_journal"], 3);
    // The lines were those of another input.
    let report = place.report("j");
    assert_eq!(report.code, Some(3), "{report:?}");
    assert!(report.stdout.contains("still alive     3"), "{report:?}");
    assert!(!report.stdout.contains("lines 1-3"), "{report:?}");
}

#[test]
fn a_report_notices_lost_records_until_they_are_made_up_for() {
    let (place, server) = (Place::with_tokens(10), CountingServer::start());
    place.run(&server, ARGS);
    let good = fs::read(place.path("j")).unwrap();
    let at = HEADER + 3 * RECORD;
    let mut damaged = good.clone();
    damaged[at] ^= 1;
    let mut removed = good;
    removed.drain(at..at + RECORD);
    for bytes in [damaged, removed] {
        fs::write(place.path("j"), bytes).unwrap();
        let report = place.report("j");
        assert_eq!(report.code, Some(3), "{report:?}");
        let row = "incomplete, damaged or lost records: 1: j";
        assert!(report.stdout.contains(row), "{report:?}");
        let done = place.run(&server, &format!("{ARGS} --resume"));
        assert_eq!(done.code, Some(0), "{done:?}");
        let row = "by earlier runs 9 (revoked or not recognised)\n";
        assert!(done.stdout.contains(row), "{done:?}");
        assert_eq!(place.report("j").code, Some(0));
    }
}

#[test]
fn files_of_the_journal_are_no_input() {
    let server = CountingServer::start();
    for (name, journal) in [
        ("j", "j"),
        ("tokens.key", "tokens"),
        ("tokens.alive", "./tokens"),
        ("tokens.bad", "tokens"),
    ] {
        let place = Place::with(name, "a\n");
        let args = format!("--input {name} --journal {journal} --resume");
        refused(&place, &server, &args, 2, "the input is also `");
        assert_eq!(place.read(name), "a\n");
    }
}
