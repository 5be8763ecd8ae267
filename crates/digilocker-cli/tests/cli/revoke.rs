use std::fs;
use std::net::TcpListener;
use std::process::Stdio;

use digilocker_mock::{Fault, Sandbox};

#[cfg(target_os = "linux")]
use crate::support::full_disk;
use crate::support::{Run, digilocker, digilocker_for, run};

#[track_caller]
fn check(run: &Run, code: i32, stdout: &str, stderr: &str) {
    let actual = (run.code, run.stdout.trim_end(), run.stderr.trim_end());
    assert_eq!(actual, (Some(code), stdout, stderr));
}

#[test]
fn token_on_standard_input_is_revoked() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    let input = format!("{}\n", grant.refresh_token());
    let done = run(digilocker_for(&sandbox), ["revoke"], input.as_bytes());
    check(&done, 0, "revoked, id `revocation-1`", "");
    assert!(!sandbox.is_live(grant.access_token()));
    sandbox.verify();
}

#[test]
fn json_output_has_the_outcome_and_the_error() {
    let sandbox = Sandbox::start();
    let token = sandbox.issue_grant().access_token().to_owned();
    let args = ["revoke", "--json", "--hint", "access_token"];
    let done = run(digilocker_for(&sandbox), args, token.as_bytes());
    let mut value: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert!(value["created_at"].take().is_string());
    let expected = serde_json::json!({
        "outcome": "revoked",
        "confirmed": true,
        "id": "revocation-1",
        "created_at": null,
        "attempts": 1,
        "status": 200,
    });
    assert_eq!(value, expected);

    let done = run(digilocker_for(&sandbox), args, token.as_bytes());
    let value: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!((done.code, &done.stderr[..]), (Some(5), ""));
    assert_eq!(value["outcome"], "not_recognised");
    assert_eq!(value["error"]["kind"], "invalid_token");
    assert_eq!(value["error"]["code"], "invalid_token");
    assert_eq!(value["error"]["retryable"], false);
}

#[test]
fn exit_code_reflects_the_token_state() {
    #[track_caller]
    fn check(sandbox: &Sandbox, fault: Fault, code: i32, message: &str) {
        let token = sandbox.issue_grant().access_token().to_owned();
        sandbox.fail_next(fault);
        let done = run(digilocker_for(sandbox), ["revoke"], token.as_bytes());
        assert_eq!((done.code, &done.stdout[..]), (Some(code), ""), "{done:?}");
        assert!(done.stderr.contains(message), "{done:?}");
    }
    let sandbox = Sandbox::start();
    check(&sandbox, Fault::status(403), 3, "the token was not revoked");
    check(
        &sandbox,
        Fault::lost_success().times(3),
        4,
        "the token may still be valid",
    );
    check(
        &sandbox,
        Fault::status(401),
        3,
        "the server refused the client's credentials",
    );
    check(
        &sandbox,
        Fault::lost_success(),
        5,
        "the server does not recognise the token",
    );
}

#[test]
fn connection_failure_is_reported_with_a_hint() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let env = format!("http://127.0.0.1:{port}");
    let done = run(
        digilocker(),
        ["revoke", "--env", &env, "--timeout", "0.5"],
        b"abc",
    );
    assert_eq!(done.code, Some(3));
    let lines: Vec<&str> = done.stderr.lines().collect();
    assert!(lines[0].starts_with("error: connection failed"), "{done:?}");
    assert_eq!(
        lines[1..],
        [
            "  cause: Connection refused (os error 111)",
            "  help: run the same command again later"
        ]
    );
}

#[test]
fn invalid_input_is_reported_without_quoting_it() {
    #[track_caller]
    fn check(sandbox: &Sandbox, input: &[u8], message: &str) {
        let done = run(digilocker_for(sandbox), ["revoke"], input);
        assert_eq!((done.code, &done.stdout[..]), (Some(1), ""), "{done:?}");
        assert!(
            done.stderr.starts_with(&format!("error: {message}")),
            "{done:?}"
        );
        assert!(!done.stderr.contains("MARKER"), "{done:?}");
    }
    let sandbox = Sandbox::start();
    check(&sandbox, b"", "standard input is empty");
    check(
        &sandbox,
        b"MARKER\nMARKER\n",
        "standard input has more than one line",
    );
    check(&sandbox, b"Bearer MARKER", "");
    check(&sandbox, b"\"MARKER\"", "");
    check(&sandbox, b"MARKER\xff", "cannot read standard input");
    check(
        &sandbox,
        &vec![b'a'; 70_000],
        "cannot read standard input: more than 65536 bytes",
    );
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn invalid_settings_are_usage_errors() {
    #[track_caller]
    fn check(args: &[&str], message: &str) {
        let done = run(digilocker(), args, b"token");
        assert_eq!((done.code, &done.stdout[..]), (Some(2), ""), "{done:?}");
        assert!(done.stderr.contains(message), "{done:?}");
    }
    let sandbox = Sandbox::start();
    let url = sandbox.base_url();
    check(&["revoke"], "--env <ENV>");
    check(
        &["revoke", "--env", "http://example.org"],
        "--danger-allow-plain-http",
    );
    let hints = digilocker::TokenTypeHint::ALL.iter();
    let hints: Vec<_> = hints.map(|hint| hint.as_str()).collect();
    check(
        &["revoke", "--env", url, "--hint", "no_such_hint"],
        &format!("[possible values: {}]", hints.join(", ")),
    );
    check(
        &["revoke", "--env", url, "--client-id", "a"],
        "the client secret is missing",
    );
    check(
        &["revoke", "--env", url, "--auth", "body"],
        "the client id is missing",
    );
    check(
        &["revoke", "--env", url, "--timeout", "0"],
        "`--timeout` is zero",
    );
    check(
        &["revoke", "--env", url, "--timeout=-1"],
        "--timeout <SECONDS>",
    );
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
        assert_eq!(
            done.stderr.contains("warning: other users can read"),
            warns,
            "{done:?}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_error_after_a_revocation_is_reported() {
    let sandbox = Sandbox::start();
    let token = sandbox.issue_grant().access_token().to_owned();
    let mut command = digilocker_for(&sandbox);
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("token");
    fs::write(&input, &token).unwrap();
    let output = command
        .arg("revoke")
        .stdin(fs::File::open(&input).unwrap())
        .stdout(full_disk())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    let done = Run::from(output);
    assert_eq!(done.code, Some(1));
    assert!(
        done.stderr
            .starts_with("error: cannot write to standard output"),
        "{done:?}"
    );
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
        assert_eq!((done.code, &done.stdout[..]), (Some(2), ""), "{done:?}");
        assert!(
            done.stderr.contains("standard input") && !done.stderr.contains("MARKER"),
            "{done:?}"
        );
    }
}
