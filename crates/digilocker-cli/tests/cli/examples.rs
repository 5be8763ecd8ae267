//! Each example of `--help` runs.

use std::fs;
use std::path::Path;
use std::process::Command;

use digilocker_mock::Sandbox;

use crate::counting_server::CountingServer;
use crate::support::{digilocker, digilocker_for, run, with_env_of};

/// The examples of a help text, without the name of the command.
fn examples(subcommand: &str) -> Vec<String> {
    let help = run(digilocker(), [subcommand, "--help"], b"");
    assert_eq!((help.code, &help.stderr[..]), (Some(0), ""));
    help.stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  digilocker "))
        .map(str::to_owned)
        .collect()
}

#[cfg(unix)]
#[test]
fn revoke() {
    let examples = examples("revoke");
    assert_eq!(examples.len(), 3);
    for example in examples {
        let sandbox = Sandbox::start();
        let dir = tempfile::tempdir().unwrap();
        fs::write(
            dir.path().join("token.txt"),
            sandbox.issue_grant().access_token(),
        )
        .unwrap();
        fs::write(dir.path().join("secret.txt"), sandbox.client_secret()).unwrap();
        assert_eq!(
            run_in_shell(&digilocker_for(&sandbox), dir.path(), &example),
            Some(0),
            "{example}"
        );
        sandbox.verify();
        assert_eq!(sandbox.requests(), 1);
    }
}

/// The examples run in order in one directory, because some resume others.
#[cfg(unix)]
#[test]
fn revoke_all_and_report() {
    let server = CountingServer::start();
    let mut command = digilocker();
    command.env("DIGILOCKER_ENV", server.url());
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    write("tokens.txt", "a\nb\nc\nd\n");
    write("leak.csv", "id,refresh_token,access_token\n1,e,i\n2,f,j\n");
    write("leak.ndjson", "{\"token\":\"g\"}\n{\"token\":\"h\"}\n");
    let examples_of_revoke_all = examples("revoke-all");
    assert_eq!(examples_of_revoke_all.len(), 7);
    for example in examples_of_revoke_all {
        assert_eq!(
            run_in_shell(&command, dir.path(), &example),
            Some(0),
            "{example}"
        );
    }
    for token in 'a'..='j' {
        assert!(server.times(&token.to_string()) >= 1, "{token}");
    }
    let summary = fs::read(dir.path().join("summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_slice(&summary).unwrap();
    assert_eq!(summary["revoked"], 2);

    let help = run(digilocker(), ["revoke-all", "--help"], b"").stdout;
    let queries: Vec<&str> = help
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("sqlite3 run.journal ")?
                .strip_prefix('"')
        })
        .filter_map(|line| line.strip_suffix('"'))
        .collect();
    assert_eq!(queries.len(), 3);
    let journal = rusqlite::Connection::open(dir.path().join("run.journal")).unwrap();
    for query in queries {
        journal
            .prepare(query)
            .unwrap()
            .query([])
            .unwrap()
            .next()
            .unwrap();
    }
    drop(journal);

    for shard in 0..3 {
        let line = format!(
            "revoke-all --input tokens.txt --shard {shard}/3 --journal shard-{shard}.journal"
        );
        assert_eq!(run_in_shell(&command, dir.path(), &line), Some(0));
    }
    let examples_of_report = examples("report");
    assert_eq!(examples_of_report.len(), 4);
    for example in examples_of_report {
        assert_eq!(
            run_in_shell(&digilocker(), dir.path(), &example),
            Some(0),
            "{example}"
        );
    }
}

#[cfg(unix)]
#[test]
fn completions() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(".local/share/bash-completion/completions");
    fs::create_dir_all(&path).unwrap();
    let examples = examples("completions");
    let bash = examples
        .iter()
        .find(|example| example.contains(" bash "))
        .unwrap();
    assert_eq!(run_in_shell(&digilocker(), home.path(), bash), Some(0));
    let script = fs::read_to_string(path.join("digilocker")).unwrap();
    assert!(script.contains("--client-secret-file"));
}

/// Runs an example in a shell, in this directory.
#[cfg(unix)]
fn run_in_shell(digilocker: &Command, dir: &Path, example: &str) -> Option<i32> {
    let mut shell = with_env_of(digilocker, "sh");
    shell
        .env("HOME", dir)
        .arg("-c")
        .arg(format!("\"$0\" {example}"))
        .arg(digilocker.get_program())
        .current_dir(dir)
        .output()
        .unwrap()
        .status
        .code()
}
