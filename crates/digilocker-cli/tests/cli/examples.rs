//! Each example of `--help` runs.

use std::fs;

use digilocker_mock::Sandbox;

use crate::support::{digilocker, digilocker_for, run};

/// The lines of a help text that call the command.
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
            run_in_shell(&sandbox, dir.path(), &example),
            Some(0),
            "{example}"
        );
        sandbox.verify();
        assert_eq!(sandbox.requests(), 1);
    }
}

#[cfg(unix)]
#[test]
fn completions() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(".local/share/bash-completion/completions");
    fs::create_dir_all(&path).unwrap();
    let sandbox = Sandbox::start();
    let examples = examples("completions");
    let bash = examples
        .iter()
        .find(|example| example.contains(" bash "))
        .unwrap();
    assert_eq!(run_in_shell(&sandbox, home.path(), bash), Some(0));
    let script = fs::read_to_string(path.join("digilocker")).unwrap();
    assert!(script.contains("--client-secret-file"));
}

/// Runs a line of a help text in a directory, as someone would paste it.
#[cfg(unix)]
fn run_in_shell(sandbox: &Sandbox, dir: &std::path::Path, example: &str) -> Option<i32> {
    let digilocker = digilocker_for(sandbox);
    let mut shell = std::process::Command::new("sh");
    for (name, value) in digilocker.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
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
