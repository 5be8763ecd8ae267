//! `digilocker revoke`.

use std::fs;

use digilocker_mock::{Fault, Sandbox};
use serde_json::json;

#[cfg(target_os = "linux")]
use crate::support::run_in_shell;
use crate::support::{Run, digilocker, digilocker_for, run};

/// Asserts that the run failed with this exit code and this message, and printed nothing.
#[track_caller]
fn check_failed(run: &Run, code: i32, message: &str) {
    assert_eq!((run.code, &run.stdout[..]), (Some(code), ""), "{run:?}");
    run.warns(message);
    assert!(!run.stderr.contains("MARKER"), "{run:?}");
}

#[test]
fn token_on_standard_input_is_revoked() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    let input = format!("{}\n", grant.refresh_token());
    let done = run(digilocker_for(&sandbox), ["revoke"], input.as_bytes());
    assert_eq!((done.code, &done.stderr[..]), (Some(0), ""), "{done:?}");
    assert_eq!(done.stdout, "revoked, id `revocation-1`\n");
    assert!(!sandbox.is_live(grant.access_token()));
    sandbox.verify();
}

#[test]
fn json_output_has_the_outcome_and_the_error() {
    let sandbox = Sandbox::start();
    let token = sandbox.issue_grant().access_token().to_owned();
    let args = ["revoke", "--json", "--hint", "access_token"];
    let revoke = || run(digilocker_for(&sandbox), args, token.as_bytes());
    let mut value = revoke().json();
    assert!(value["created_at"].take().is_string());
    let expected = json!({
        "outcome": "revoked",
        "confirmed": true,
        "id": "revocation-1",
        "created_at": null,
        "attempts": 1,
        "status": 200,
    });
    assert_eq!(value, expected);

    sandbox.fail_next(Fault::status(503));
    let done = revoke();
    let value = done.json();
    assert_eq!((done.code, &done.stderr[..]), (Some(5), ""));
    assert_eq!(value["outcome"], "not_recognised");
    assert_eq!(value["attempts"], 2);
    let error = &value["error"];
    assert_eq!([&error["kind"], &error["code"]], ["invalid_token"; 2]);
    assert_eq!(error["retryable"], false);
}

#[test]
fn exit_code_reflects_the_token_state() {
    let sandbox = Sandbox::start();
    let lost = Fault::lost_success;
    for (fault, code, message) in [
        (Fault::status(403), 3, "the token was not revoked"),
        (lost().times(3), 4, "the token may still be valid"),
        (lost(), 5, "the server does not recognise the token"),
    ] {
        let token = sandbox.issue_grant().access_token().to_owned();
        sandbox.fail_next(fault);
        let done = run(digilocker_for(&sandbox), ["revoke"], token.as_bytes());
        check_failed(&done, code, message);
    }
}

#[test]
fn invalid_input_is_reported_without_quoting_it() {
    let sandbox = Sandbox::start();
    let long = vec![b'a'; 70_000];
    let header = "cannot use standard input: looks like a header";
    for (input, message) in [
        (&b""[..], "standard input is empty"),
        (b"MARKER\nMARKER\n", "standard input has more than one line"),
        (b"Bearer MARKER", "cannot use standard input: a token"),
        (b"Authorization: Bearer MARKER", header),
        (b"https://a.example/?token=MARKER", header),
        (b"{\"token\": \"MARKER\"}", "looks like JSON"),
        (b"MARKER,MARKER", "looks like CSV"),
        (b"=\"MARKER\"", "a spreadsheet formula"),
        (b"MARKER\xff", "cannot read standard input"),
        (&long, "cannot read standard input: more than 65536 bytes"),
    ] {
        let done = run(digilocker_for(&sandbox), ["revoke"], input);
        assert!(done.stderr.starts_with("error: "), "{done:?}");
        check_failed(&done, 1, message);
    }
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn invalid_settings_are_usage_errors() {
    let sandbox = Sandbox::start();
    let hints = digilocker::TokenTypeHint::ALL.iter();
    let hints: Vec<_> = hints.map(|hint| hint.as_str()).collect();
    let hints = format!("[possible values: {}]", hints.join(", "));
    for (args, message) in [
        ("--hint no_such_hint", &hints[..]),
        ("--client-id a", "the client secret is missing"),
        ("--auth body", "the client id is missing"),
        ("--timeout 0", "`--timeout` is zero"),
        ("--timeout=-1", "--timeout <SECONDS>"),
        ("--env http://example.org", "--danger-allow-plain-http"),
        ("--env nowhere", "--env <ENV>"),
    ] {
        let mut command = digilocker();
        command.env("DIGILOCKER_ENV", sandbox.base_url());
        let args = ["revoke"].into_iter().chain(args.split(' '));
        let done = run(command, args, b"token");
        check_failed(&done, 2, message);
    }
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn every_authentication_method_works() {
    let sandbox = Sandbox::builder()
        .client("a b", "p%s +")
        .public_client()
        .raw_basic()
        .start();
    for auth in ["basic", "basic-unencoded", "body", "public"] {
        let token = sandbox.issue_grant().access_token().to_owned();
        let mut command = digilocker_for(&sandbox);
        if auth == "public" {
            command.env_remove("DIGILOCKER_CLIENT_SECRET");
        }
        let done = run(command, ["revoke", "--auth", auth], token.as_bytes());
        assert_eq!(done.code, Some(0), "{auth}: {done:?}");
    }
}

#[cfg(unix)]
#[test]
fn secret_file_readable_by_others_gives_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::start();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    fs::write(&path, format!("{}\n", sandbox.client_secret())).unwrap();
    let args = ["revoke", "--client-secret-file", path.to_str().unwrap()];
    for (mode, warns) in [(0o600, false), (0o640, true), (0o604, true)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let token = sandbox.issue_grant().access_token().to_owned();
        let mut command = digilocker_for(&sandbox);
        command.env_remove("DIGILOCKER_CLIENT_SECRET");
        let done = run(command, args, token.as_bytes());
        assert_eq!(done.code, Some(0), "{done:?}");
        let has_warning = done.stderr.contains("warning: other users can read");
        assert_eq!(has_warning, warns, "{done:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_error_after_a_revocation_is_reported() {
    let sandbox = Sandbox::start();
    let token = sandbox.issue_grant().access_token().to_owned();
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("token.txt"), &token).unwrap();
    let script = "\"$0\" revoke < token.txt > /dev/full";
    let done = run_in_shell(&digilocker_for(&sandbox), dir.path(), script);
    check_failed(&done, 1, "error: cannot write to standard output");
    assert!(!sandbox.is_live(&token));
}

/// It is already in `ps` and in the shell history; a log need not repeat it.
#[test]
fn token_as_an_argument_is_refused_and_not_printed() {
    for args in [
        &["revoke", "MARKER"][..],
        &["revoke", "--env", "beta", "MARKER", "--json"],
        &["MARKER"],
    ] {
        let done = run(digilocker(), args, b"");
        check_failed(&done, 2, "standard input");
    }
}
