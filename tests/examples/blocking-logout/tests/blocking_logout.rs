//! The program as a child process, against the sandbox.

#![allow(clippy::unwrap_used, reason = "tests: a panic says where")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use digilocker_mock::{Fault, Grant, Sandbox};

fn run(sandbox: &Sandbox, secret: &str, grants: &[Grant]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_blocking-logout"))
        .env_clear()
        .env("DIGILOCKER_ENV", sandbox.base_url())
        .env("DIGILOCKER_CLIENT_ID", sandbox.client_id())
        .env("DIGILOCKER_CLIENT_SECRET", secret)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    for grant in grants {
        writeln!(input, "{}", grant.refresh_token()).unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    for text in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(text);
        assert!(!text.contains(secret));
        assert!(
            grants
                .iter()
                .all(|grant| !text.contains(grant.refresh_token()))
        );
    }
    output
}

fn message(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn all_tokens_are_revoked_despite_an_outage() {
    let sandbox = Sandbox::start();
    let grants: Vec<_> = (0..8).map(|_| sandbox.issue_grant()).collect();
    sandbox.fail_next(Fault::status(503).times(20));
    sandbox.fail_next(Fault::lost_success().times(4));
    let output = run(&sandbox, sandbox.client_secret(), &grants);
    assert!(output.status.success(), "{}", message(&output));
    assert!(
        grants
            .iter()
            .all(|grant| !sandbox.is_live(grant.refresh_token()))
    );
    sandbox.verify();
}

#[test]
fn refused_credentials_stop_all_calls() {
    let sandbox = Sandbox::start();
    let grants: Vec<_> = (0..100).map(|_| sandbox.issue_grant()).collect();
    let output = run(&sandbox, "wrong", &grants);
    assert_eq!(output.status.code(), Some(1));
    let message = message(&output);
    assert!(message.contains("may still be alive: 100;"), "{message}");
    assert_eq!(
        message.matches("no token is revoked until").count(),
        1,
        "{message}"
    );
    // At most the calls in flight at the first response.
    assert!(sandbox.requests() <= 16, "{}", sandbox.requests());
}

#[test]
fn unknown_state_that_is_not_retryable_is_retried_once() {
    let sandbox = Sandbox::start();
    let grants = [sandbox.issue_grant()];
    sandbox.fail_next(Fault::status(501).times(100));
    let output = run(&sandbox, sandbox.client_secret(), &grants);
    assert_eq!(output.status.code(), Some(1));
    assert!(message(&output).contains("may still be alive: 1;"));
    assert_eq!(sandbox.requests(), 2);
}
