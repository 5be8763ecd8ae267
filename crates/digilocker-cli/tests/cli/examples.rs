//! Each example of `--help` runs.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use digilocker_mock::Sandbox;

use crate::revoke_all::support::TestDir;
use crate::support::{digilocker, digilocker_for, run, run_in_shell};

/// The lines of a help text that start with this text, without it.
fn lines(subcommand: &str, start: &str) -> Vec<String> {
    let help = run(digilocker(), [subcommand, "--help"], b"");
    assert_eq!((help.code, &help.stderr[..]), (Some(0), ""));
    let lines = help.stdout.lines();
    let lines = lines.filter_map(|line| line.strip_prefix(start));
    lines.map(str::to_owned).collect()
}

/// Runs this many examples of a help text, in order in one directory, because some resume others.
#[track_caller]
fn check(subcommand: &str, count: usize, command: &Command, dir: &Path) {
    let examples = lines(subcommand, "  digilocker ");
    assert_eq!(examples.len(), count, "{examples:?}");
    for example in examples {
        let done = run_in_shell(command, dir, &format!("\"$0\" {example}"));
        assert_eq!(done.code, Some(0), "{example}: {done:?}");
    }
}

#[test]
fn revoke() {
    let sandbox = Sandbox::builder().unknown_tokens_succeed().start();
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("token.txt"), "abc").unwrap();
    fs::write(dir.path().join("secret.txt"), sandbox.client_secret()).unwrap();
    check("revoke", 3, &digilocker_for(&sandbox), dir.path());
    sandbox.verify();
    assert_eq!(sandbox.requests(), 3);
}

#[test]
fn revoke_all_and_report() {
    let dir = TestDir::with("tokens.txt", "a\nb\nc\nd\n");
    dir.write("leak.csv", "id,refresh_token,access_token\n1,e,i\n2,f,j\n");
    dir.write("leak.ndjson", "{\"token\":\"g\"}\n{\"token\":\"h\"}\n");
    check("revoke-all", 7, &dir.command(), dir.root());
    for token in 'a'..='j' {
        assert!(dir.server.times(&token.to_string()) >= 1, "{token}");
    }
    let summary: serde_json::Value = serde_json::from_str(&dir.read("summary.json")).unwrap();
    assert_eq!(summary["revoked"], 2);

    let queries = lines("revoke-all", "  sqlite3 run.journal ");
    assert_eq!(queries.len(), 3);
    let journal = rusqlite::Connection::open(dir.path("run.journal")).unwrap();
    for query in queries {
        journal.execute_batch(query.trim_matches('"')).unwrap();
    }
    drop(journal);

    for shard in 0..3 {
        let args = "--input tokens.txt --shard";
        dir.run(format!("{args} {shard}/3 --journal shard-{shard}.journal"));
    }
    check("report", 4, &digilocker(), dir.root());
}

#[test]
fn completions() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(".local/share/bash-completion/completions");
    fs::create_dir_all(&path).unwrap();
    let bash = lines("completions", "  digilocker completions bash ");
    let script = format!("\"$0\" completions bash {}", bash[0]);
    let done = run_in_shell(&digilocker(), home.path(), &script);
    assert_eq!(done.code, Some(0), "{done:?}");
    let script = fs::read_to_string(path.join("digilocker")).unwrap();
    assert!(script.contains("--client-secret-file"));
}
