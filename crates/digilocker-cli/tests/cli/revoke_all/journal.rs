//! The journal: its tables, resuming, and refused journals.

use std::fs;
use std::io::Write;

use rusqlite::Connection;
use serde_json::json;

use super::support::{TestDir, journal_lines, line, open_journal, token};
use crate::counting_server::Reply;
use crate::support::wait_until;

const ARGS: &str = "--input tokens.txt --journal j";

#[track_caller]
fn check_refused(dir: &TestDir, args: &str, code: i32, message: &str) {
    let requests = dir.server.requests();
    let done = dir.run(args);
    dir.assert_end(&done, code, requests);
    assert_eq!(done.stdout, "", "{done:?}");
    let message = format!("error: {message}");
    assert!(done.stderr.starts_with(&message), "{done:?}");
}

#[test]
fn journal_is_resumed_only_on_request() {
    let dir = TestDir::with_tokens(3);
    // A missing journal is created.
    let done = dir.run(format!("{ARGS} --resume"));
    assert_eq!(done.code, Some(0), "{done:?}");
    check_refused(&dir, ARGS, 2, "the journal `j` exists");
    let done = dir.run(format!("{ARGS} --resume --json"));
    dir.assert_end(&done, 0, 3);
    let summary = done.json();
    let revoked = [&summary["revoked"], &summary["before"]["revoked"]];
    assert_eq!(revoked, [0, 3]);
    let done = dir.run("--input tokens.txt --resume");
    assert_eq!(done.code, Some(2), "{done:?}");
}

#[test]
fn journal_of_another_run_is_refused() {
    let dir = TestDir::with_tokens(3);
    dir.run(ARGS);
    let resume = format!("{ARGS} --resume");
    let message = "cannot use the journal `j`: it belongs to another run: ";
    let check = |args: &str, reason: &str| {
        for dry_run in ["", "--dry-run"] {
            let args = format!("{resume} {args} {dry_run}");
            check_refused(&dir, &args, 2, &format!("{message}{reason}"));
        }
    };
    check("--shard 0/2", "`shards` is 1 in one, 2 in the other");
    check("--client-id a --auth public", "`client` is null in one, \"");
    let other = "--env http://127.0.0.1:1";
    check(other, "`environment` is \"http://127.0.0.1:");

    let key = fs::read(dir.path("j.key")).unwrap();
    dir.write("j.key", [7; 32]);
    check("", "`key` is \"");
    dir.write("j.key", [7; 31]);
    check_refused(&dir, &resume, 1, "`j.key` is not a journal key");
    fs::remove_file(dir.path("j.key")).unwrap();
    let missing = "the journal key is missing: `j.key`";
    check_refused(&dir, &resume, 1, missing);
    assert!(!dir.path("j.key").exists());

    dir.write("j.key", key);
    let bytes = fs::read(dir.path("j")).unwrap();
    let mut damaged = bytes.clone();
    damaged[5] ^= 1;
    let not_a_journal = "cannot use the journal `j`: it is not a journal";
    fs::write(dir.path("j"), &damaged).unwrap();
    check_refused(&dir, &resume, 2, not_a_journal);
    // A database of another program, and one of another version.
    let other_version = "cannot use the journal `j`: another version of this command wrote it";
    for (pragma, reason) in [
        ("application_id", not_a_journal),
        ("user_version", other_version),
    ] {
        fs::write(dir.path("j"), &bytes).unwrap();
        let database = Connection::open(dir.path("j")).unwrap();
        database.pragma_update(None, pragma, 7).unwrap();
        drop(database);
        check_refused(&dir, &resume, 2, reason);
    }
    // Other files are not overwritten, however short.
    let tokens = dir.read("tokens.txt");
    dir.write("tokens.csv", &tokens);
    let args = "--input tokens.txt --journal tokens.csv";
    let resume = format!("{args} --resume");
    check_refused(&dir, &resume, 1, "the journal key is missing");
    dir.write("tokens.csv.key", [7; 32]);
    let message = "cannot use the journal `tokens.csv`: it is not a journal";
    check_refused(&dir, &resume, 2, message);
    assert_eq!(dir.read("tokens.csv"), tokens);
    check_refused(&dir, args, 2, "the journal `tokens.csv` exists");
}

/// A run may be killed after it creates the key and before it creates the journal.
#[test]
fn key_without_a_journal_is_reused_and_an_empty_journal_is_new() {
    for resume in ["", "--resume"] {
        let dir = TestDir::with_tokens(3);
        dir.write("j.key", [7; 32]);
        let done = dir.run(format!("{ARGS} {resume}"));
        dir.assert_end(&done, 0, 3);
        let done = dir.run(format!("{ARGS} --resume"));
        dir.assert_end(&done, 0, 3);
    }
    let dir = TestDir::with_tokens(3);
    dir.write("j", "");
    let done = dir.run(format!("{ARGS} --resume"));
    dir.assert_end(&done, 0, 3);
}

#[cfg(unix)]
#[test]
fn key_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let dir = TestDir::with_tokens(3);
    dir.run(ARGS);
    let meta = fs::metadata(dir.path("j.key")).unwrap();
    assert_eq!((meta.permissions().mode() & 0o777, meta.len()), (0o600, 32));
}

#[cfg(unix)]
#[test]
fn journal_is_locked_by_a_run() {
    let (dir, child) = TestDir::start_held(30, ARGS, 16);
    let resume = format!("{ARGS} --resume");
    check_refused(&dir, &resume, 1, "the journal `j` is in use");
    // A report can still read the journal.
    let report = dir.report("j");
    assert_eq!(report.code, Some(3), "{report:?}");
    report.prints("  shard 0/1       a run is in progress: j");
    dir.server.release();
    let done = dir.end(child);
    dir.assert_end(&done, 0, 30);
}

/// A crash of the machine may lose the end of the write-ahead log.
#[test]
fn tokens_lost_by_truncation_are_sent_again() {
    let dir = TestDir::with_tokens(300);
    let server = &dir.server;
    // Fewer than 1000 pages: SQLite does not move them to the database.
    let mut child = dir.start(&format!("{ARGS} --concurrency 1"));
    wait_until(|| server.requests() >= 200 || child.try_wait().unwrap().is_some());
    child.kill().unwrap();
    dir.end(child);
    server.settle();
    let [database, log] = ["j", "j-wal"].map(|name| fs::read(dir.path(name)).unwrap());
    for length in [0, 31, 32, 5000, log.len() / 2, log.len() - 1] {
        dir.write("j", &database);
        dir.write("j-wal", &log[..length]);
        let left = 300 - journal_lines(&dir.path("j")).len();
        let before = server.requests();
        let done = dir.run(format!("{ARGS} --resume"));
        dir.assert_end(&done, 0, before + left);
    }
    // Something was lost, and not everything.
    assert!(server.requests() > 300 + 1 && (server.requests() - 200) < 6 * 300);
}

#[test]
fn only_live_and_unknown_tokens_are_sent_again() {
    let dir = TestDir::with_tokens(4).scripted(|token, times| match (line(token), times) {
        (1, _) => Reply::Error(400, "invalid_token"),
        (2, 1) => Reply::Error(400, "invalid_request"),
        (3, ..=12) => Reply::Close,
        _ => Reply::Revoke,
    });
    let done = dir.run(ARGS);
    assert_eq!(done.code, Some(3), "{done:?}");
    let outcomes = journal_lines(&dir.path("j"));
    assert_eq!(
        [1, 2, 3, 4].map(|line| &outcomes[&line][..]),
        ["not_recognised", "live", "unknown", "revoked"]
    );

    let done = dir.run(format!("{ARGS} --json --resume"));
    assert_eq!(done.code, Some(5), "{done:?}");
    let times = [1, 2, 4].map(|line| dir.server.times(&token(line)));
    assert_eq!(times, [1, 2, 1]);
    let json = done.json();
    assert_eq!(json["before"], json!({"revoked": 1, "not_recognised": 1}));
    assert_eq!(json["revoked"], 2);
    // Each token has one row.
    let outcomes = journal_lines(&dir.path("j"));
    assert_eq!([2, 3].map(|line| &outcomes[&line][..]), ["revoked"; 2]);
    let done = dir.run(format!("{ARGS} --resume"));
    done.prints("earlier runs    3 revoked, 1 not recognised: not sent again\n");
}

#[test]
fn tokens_missing_from_the_input_are_reported() {
    let dir = TestDir::with_tokens(4).scripted(|token, times| match (line(token), times) {
        (4, _) | (1, 2) => Reply::Revoke,
        _ => Reply::Error(400, "invalid_request"),
    });
    dir.run(ARGS);
    fs::write(dir.path("tokens.txt"), token(1)).unwrap();
    let done = dir.run(format!("{ARGS} --resume --json"));
    assert_eq!(done.code, Some(3), "{done:?}");
    let json = done.json();
    assert_eq!(json["revoked"], 1);
    assert_eq!(json["left_in_journal"], 2);
    let note = "tokens that are live or unknown in the journal and missing from this input: 2";
    assert_eq!(json["notes"], json!([note]));
    let report = dir.report("j");
    assert_eq!(report.code, Some(3), "{report:?}");
    report.prints("live            2");
}

#[test]
fn damaged_journal_is_refused() {
    let dir = TestDir::with_tokens(500);
    dir.run(ARGS);
    let mut bytes = fs::read(dir.path("j")).unwrap();
    let end = bytes.len() - 4096;
    bytes[4096..end].fill(0xFF);
    fs::write(dir.path("j"), bytes).unwrap();
    let report = dir.report("j");
    assert_eq!(report.code, Some(1), "{report:?}");
    let message = "error: cannot read the journal `j`: database disk image is malformed";
    assert!(report.stderr.starts_with(message), "{report:?}");
    report.warns("restore a copy");
    check_refused(&dir, &format!("{ARGS} --resume"), 1, &message[7..]);
}

/// The names are documented: people ask the journal with `sqlite3`.
#[test]
fn journal_has_the_documented_tables() {
    let dir = TestDir::with_tokens(2).scripted(|token, _| match line(token) {
        2 => Reply::Error(400, "invalid_request"),
        _ => Reply::Revoke,
    });
    dir.run(ARGS);
    let journal = open_journal(&dir.path("j")).unwrap();
    let rows = |sql: &str| -> Vec<String> {
        let mut query = journal.prepare(sql).unwrap();
        let rows = query.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let tokens = "SELECT json_array(line, outcome, kind, status, code, cause, attempts, length(hash), \
                  unixepoch() - at < 600) FROM token ORDER BY line";
    let expected = [
        r#"[1,"revoked",null,200,null,null,1,16,1]"#,
        r#"[2,"live","invalid_request",400,"invalid_request",null,1,16,1]"#,
    ];
    assert_eq!(rows(tokens), expected);
    let runs = "SELECT json_array(settings ->> 'environment', end - begin < 60, complete) FROM run";
    assert_eq!(rows(runs), [format!(r#"["{}",1,1]"#, dir.server.url())]);
}

/// Neither a token nor a record waits for the next one.
#[test]
fn lines_of_standard_input_are_sent_and_recorded_as_they_arrive() {
    let dir = TestDir::with_tokens(0);
    let mut child = dir.start("--input - --journal j");
    let mut stdin = child.stdin.take().unwrap();
    for line in 1..=3 {
        writeln!(stdin, "{}", token(line)).unwrap();
        wait_until(|| dir.server.times(&token(line)) == 1);
        wait_until(|| journal_lines(&dir.path("j")).len() == line);
    }
    drop(stdin);
    assert_eq!(dir.end(child).code, Some(0));
}
