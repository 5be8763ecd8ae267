//! `digilocker check`, and the causes of failures.

use std::fs;
use std::process::Command;

use digilocker_mock::{Dialect, Fault, Sandbox};
use serde_json::{Value, json};

use crate::raw_server::ClosedPort;
use crate::support::{Run, digilocker, digilocker_for, run};
use crate::tls_server::TlsServer;

const SECRETS: [&str; 3] = [
    "DIGILOCKER_CLIENT_ID",
    "DIGILOCKER_CLIENT_SECRET",
    "digilocker-check-",
];

/// Runs `check --json`.
#[track_caller]
fn check(command: Command, code: i32) -> Value {
    let done = run(command, ["check", "--json", "--timeout", "10"], b"");
    assert_eq!((done.code, &done.stderr[..]), (Some(code), ""), "{done:?}");
    let json = done.json();
    assert_eq!(json["ready"], code == 0);
    assert_eq!(json["exit_code"], code);
    json
}

#[track_caller]
fn assert_fields(json: &Value, fields: &[(&str, &str)]) {
    for (name, value) in fields {
        assert_eq!(&json[*name], value, "{name}: {json}");
    }
}

#[test]
fn every_dialect_of_the_sandbox_is_ready() {
    for (dialect, departs) in [
        (Dialect::Documented, false),
        (Dialect::Rfc6749, true),
        (Dialect::Partner, true),
    ] {
        let sandbox = Sandbox::builder().dialect(dialect).start();
        let grant = sandbox.issue_grant();
        let json = check(digilocker_for(&sandbox), 0);
        assert_fields(
            &json,
            &[
                ("host", sandbox.base_url()),
                ("connection", "ok"),
                ("tls", "none"),
                ("credentials", "accepted"),
                ("shape", &dialect.to_string()),
            ],
        );
        assert_eq!(json["status"], 400);
        let departures = json["departures"].as_array().unwrap();
        assert_eq!(!departures.is_empty(), departs, "{json}");
        for departure in departures {
            assert!(
                departure["spec_location"]
                    .as_str()
                    .unwrap()
                    .starts_with("#/")
            );
        }
        // Nothing of the server's is revoked.
        assert!(sandbox.is_live(grant.access_token()));
        assert_eq!(sandbox.requests(), 2);
    }
    let sandbox = Sandbox::builder().unknown_tokens_succeed().start();
    let json = check(digilocker_for(&sandbox), 0);
    assert_fields(
        &json,
        &[("credentials", "accepted"), ("shape", "documented")],
    );
    assert_eq!(
        (&json["status"], &json["error"]),
        (&200.into(), &Value::Null)
    );
}

#[test]
fn refused_credentials_are_not_ready() {
    let sandbox = Sandbox::start();
    let mut command = digilocker_for(&sandbox);
    command.env("DIGILOCKER_CLIENT_SECRET", "wrong");
    let json = check(command, 3);
    assert_fields(&json, &[("connection", "ok"), ("credentials", "refused")]);
    assert_eq!(json["error"]["kind"], "unauthorized");

    let mut command = digilocker_for(&sandbox);
    command
        .env_remove("DIGILOCKER_CLIENT_ID")
        .env_remove("DIGILOCKER_CLIENT_SECRET");
    let json = check(command, 3);
    let reason = json["reason"].as_str().unwrap();
    assert!(
        reason.contains(
            "no credentials were sent; set them with `--client-id` and `--client-secret-file`"
        ),
        "{reason}"
    );
}

/// A gateway or a login page that responds with 200 to everything.
#[test]
fn page_in_place_of_the_endpoint_is_not_ready() {
    let sandbox = Sandbox::start();
    let page = Fault::status(200)
        .header("content-type", "text/html")
        .body("<html>")
        .times(2);
    sandbox.fail_next(page);
    let json = check(digilocker_for(&sandbox), 3);
    assert_fields(&json, &[("shape", "other"), ("credentials", "unknown")]);
    assert!(
        json["reason"]
            .as_str()
            .unwrap()
            .contains("is it from a gateway?")
    );
    let departures = json["departures"][0]["what"].as_str().unwrap();
    assert!(departures.contains("Content-Type"), "{departures}");
}

/// Each with its cause, and with what to do next.
#[test]
fn failed_connections_are_not_ready() {
    #[track_caller]
    fn fails(command: impl Fn() -> Command, connection: [&str; 2], cause: &str, help: &str) {
        let json = check(command(), 3);
        assert_eq!([&json["connection"], &json["tls"]], connection, "{json}");
        assert_eq!(
            [&json["credentials"], &json["shape"]],
            [&json!("unknown"), &Value::Null]
        );
        let found = json["error"]["cause"].as_str().unwrap();
        assert!(found.starts_with(cause), "{found}");
        let done = revoke(command(), &[]);
        assert_eq!(done.code, Some(3), "{done:?}");
        assert!(done.stderr.starts_with("error: "), "{done:?}");
        done.warns(format!("  cause: {cause}"));
        done.warns(format!("  help: {help}"));
    }
    let (server, port) = (TlsServer::start(), ClosedPort::bind());
    let with = |env: &str, name: &str, value: &str| {
        let mut command = digilocker();
        command.env("DIGILOCKER_ENV", env).env(name, value);
        command
    };
    let other = server.root("other.pem");
    let untrusted = || with(&server.url(), "SSL_CERT_FILE", other.to_str().unwrap());
    fails(
        untrusted,
        ["ok", "failed"],
        BAD_SIGNATURE,
        "trust the certificate",
    );
    let no_dns = || with("https://nowhere.invalid", "NO_PROXY", "*");
    fails(
        no_dns,
        ["failed", "unknown"],
        NO_HOST,
        "check the host name in `--env`",
    );
    let dead_proxy = || with("beta", "HTTPS_PROXY", &port.url());
    let help = "check the proxy in `HTTPS_PROXY`";
    fails(
        dead_proxy,
        ["failed", "unknown"],
        "Connection refused",
        help,
    );
    let refused = || with(&port.url(), "NO_PROXY", "*");
    fails(
        refused,
        ["failed", "none"],
        "Connection refused",
        "check the network and `--env`",
    );
}

// The certificates have the same name.
pub(crate) const BAD_SIGNATURE: &str = "invalid peer certificate: BadSignature";
pub(crate) const NO_HOST: &str = "failed to lookup address information: ";

#[test]
fn ssl_cert_file_replaces_the_roots_of_the_system() {
    let server = TlsServer::start();
    let mut command = digilocker();
    command
        .env("DIGILOCKER_ENV", server.url())
        .env("SSL_CERT_FILE", server.root("root.pem"));
    let json = check(command, 0);
    assert_fields(
        &json,
        &[("tls", "ok"), ("credentials", "none"), ("shape", "rfc6749")],
    );
}

#[test]
fn record_has_the_exchange_without_secrets() {
    for auth in ["basic", "body"] {
        let sandbox = Sandbox::builder()
            .client("the id", "the \"secret\"")
            .start();
        // A server may quote everything.
        let quoted = r#"{"error":"invalid_token","error_description":"the id, the \"secret\", the+id,
            dGhlJTIwaWQ6dGhlJTIwJTIyc2VjcmV0JTIy"}"#;
        sandbox.fail_next(
            Fault::status(400)
                .header("content-type", "application/json")
                .header("set-cookie", "session=COOKIE")
                .body(quoted)
                .times(2),
        );
        let dir = tempfile::tempdir().unwrap();
        let mut command = digilocker_for(&sandbox);
        command.current_dir(&dir);
        let done = run(
            command,
            ["check", "--record", "exchange.json", "--auth", auth],
            b"",
        );
        assert_eq!(done.code, Some(0), "{done:?}");
        let text = fs::read_to_string(dir.path().join("exchange.json")).unwrap();
        for secret in [
            "the id",
            "the+id",
            "secret",
            "COOKIE",
            "Basic",
            "digilocker-check-",
        ] {
            let found = text.replace("\"client_secret\"", "").contains(secret);
            assert!(!found, "{secret}: {text}");
        }
        assert_eq!(text.contains("dGhlJTIwaWQ6"), auth == "body", "{text}");
        let record: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(record["request"]["method"], "POST");
        assert_eq!(record["request"]["path"], "/public/oauth2/1/revoke");
        assert_eq!(record["request"]["body"]["token"], "[redacted]");
        assert_eq!(
            record["request"]["headers"]["content-type"],
            "application/json"
        );
        assert_eq!(record["response"]["status"], 400);
        assert_eq!(record["response"]["headers"]["set-cookie"], "[redacted]");
        assert!(
            record["response"]["body"]
                .as_str()
                .unwrap()
                .contains("invalid_token")
        );
        assert!(!record["departures"].as_array().unwrap().is_empty());
    }
    // Nothing is written without a response.
    let port = ClosedPort::bind();
    let args = ["check", "--env", &port.url(), "--record", "/nowhere/x"];
    let done = run(digilocker(), args, b"");
    assert_eq!(done.code, Some(3), "{done:?}");
}

#[test]
fn result_is_printed_as_text() {
    let sandbox = Sandbox::builder().dialect(Dialect::Partner).start();
    let done = run(digilocker_for(&sandbox), ["check"], b"");
    assert_eq!((done.code, &done.stderr[..]), (Some(0), ""), "{done:?}");
    for row in [
        "  connection      ok\n",
        "  credentials     accepted\n",
        "  shape           partner\n",
        "  ready           yes\n",
    ] {
        assert!(done.stdout.contains(row), "{row}: {done:?}");
    }
    done.prints("  departure       ");
    for secret in SECRETS {
        assert!(!done.stdout.contains(secret), "{done:?}");
    }
}

fn revoke(command: Command, args: &[&str]) -> Run {
    run(
        command,
        ["revoke", "--timeout", "10"].iter().chain(args),
        b"abc",
    )
}

#[test]
fn cause_is_one_line_and_verbose_shows_all() {
    let server = TlsServer::start();
    let revoke = |args: &[&str]| {
        let mut command = digilocker();
        command
            .env("DIGILOCKER_ENV", server.url())
            .env("SSL_CERT_FILE", server.root("other.pem"));
        revoke(command, args)
    };
    assert_eq!(revoke(&[]).stderr.lines().count(), 3);
    let done = revoke(&["--verbose"]);
    let count = done.stderr.matches("  caused by: ").count();
    assert!(count > 1, "{done:?}");
    done.warns(format!("  caused by: {BAD_SIGNATURE}\n"));
    let json = revoke(&["--json"]).json();
    assert_eq!(json["error"]["cause"], BAD_SIGNATURE);
    let absent = ["status", "causes"].map(|name| &json["error"][name]);
    assert_eq!(absent, [&Value::Null; 2]);
    let json = revoke(&["--json", "--verbose"]).json();
    assert_eq!(json["error"]["causes"].as_array().unwrap().len(), count);
}

/// `0.0.0.0` is this machine, and not a loopback address.
#[test]
fn plain_http_is_allowed_by_an_option_only() {
    let sandbox = Sandbox::start();
    let url = sandbox.base_url().replace("127.0.0.1", "0.0.0.0");
    for (args, code) in [(&[][..], 2), (&["--danger-allow-plain-http"], 5)] {
        let mut command = digilocker_for(&sandbox);
        command.env("DIGILOCKER_ENV", &url);
        let done = revoke(command, args);
        assert_eq!(done.code, Some(code), "{done:?}");
        let is_named = done.stderr.contains("add `--danger-allow-plain-http`");
        assert_eq!(is_named, code == 2, "{done:?}");
    }
}
