//! `digilocker check`, and the causes of failures.

use std::fs;
use std::process::Command;

use digilocker_mock::{Dialect, Fault, Sandbox};
use serde_json::{Value, json};

use crate::raw_server::ClosedPort;
use crate::support::{Run, digilocker, digilocker_for, run};
use crate::tls_server::TlsServer;

/// Runs `check --json`. Expects connection, TLS, credentials, status and shape.
#[track_caller]
fn check(command: Command, code: i32, expected: &Value) -> Value {
    let done = run(command, ["check", "--json", "--timeout", "10"], b"");
    assert_eq!((done.code, &done.stderr[..]), (Some(code), ""), "{done:?}");
    let json = done.json();
    assert_eq!(json["ready"], code == 0);
    assert_eq!(json["exit_code"], code);
    let names = ["connection", "tls", "credentials", "status", "shape"];
    let found = names.map(|name| &json[name]);
    assert_eq!(&json!(found), expected, "{json}");
    json
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
        let expected = json!(["ok", "none", "accepted", 400, dialect.to_string()]);
        let json = check(digilocker_for(&sandbox), 0, &expected);
        assert_eq!(json["host"], sandbox.base_url());
        let departures = json["departures"].as_array().unwrap();
        assert_eq!(!departures.is_empty(), departs, "{json}");
        for departure in departures {
            let location = departure["spec_location"].as_str().unwrap();
            assert!(location.starts_with("#/"), "{location}");
        }
        // Nothing of the server's is revoked.
        assert!(sandbox.is_live(grant.access_token()));
        assert_eq!(sandbox.requests(), 2);
    }
    let sandbox = Sandbox::builder().unknown_tokens_succeed().start();
    let expected = json!(["ok", "none", "accepted", 200, "documented"]);
    let json = check(digilocker_for(&sandbox), 0, &expected);
    assert_eq!(json["error"], Value::Null);
}

#[test]
fn refused_credentials_are_not_ready() {
    let sandbox = Sandbox::start();
    let refused = json!(["ok", "none", "refused", 401, "documented"]);
    let mut command = digilocker_for(&sandbox);
    command.env("DIGILOCKER_CLIENT_SECRET", "wrong");
    let json = check(command, 3, &refused);
    assert_eq!(json["error"]["kind"], "unauthorized");

    let mut command = digilocker();
    command.env("DIGILOCKER_ENV", sandbox.base_url());
    let json = check(command, 3, &refused);
    let reason = json["reason"].as_str().unwrap();
    let help = "no credentials were sent; set them with `--client-id` and `--client-secret-file`";
    assert!(reason.contains(help), "{reason}");
}

/// A gateway or a login page that responds with 200 to everything.
#[test]
fn page_in_place_of_the_endpoint_is_not_ready() {
    let sandbox = Sandbox::start();
    let page = Fault::status(200).header("content-type", "text/html");
    sandbox.fail_next(page.body("<html>").times(2));
    let expected = json!(["ok", "none", "unknown", 200, "other"]);
    let json = check(digilocker_for(&sandbox), 3, &expected);
    let reason = json["reason"].as_str().unwrap();
    assert!(reason.contains("is it from a gateway?"), "{reason}");
    let departure = json["departures"][0]["what"].as_str().unwrap();
    assert!(departure.contains("Content-Type"), "{departure}");
}

/// Each with its cause, and with what to do next.
#[test]
fn failed_connections_are_not_ready() {
    let (server, port) = (TlsServer::start(), ClosedPort::bind());
    let other = server.root("other.pem");
    let refused = "Connection refused";
    for ([env, name, value], [connection, tls], [cause, help]) in [
        (
            [&server.url()[..], "SSL_CERT_FILE", other.to_str().unwrap()],
            ["ok", "failed"],
            [BAD_SIGNATURE, "trust the certificate"],
        ),
        (
            ["https://nowhere.invalid", "NO_PROXY", "*"],
            ["failed", "unknown"],
            [NO_HOST, "check the host name in `--env`"],
        ),
        (
            ["beta", "HTTPS_PROXY", &port.url()[..]],
            ["failed", "unknown"],
            [refused, "check the proxy in `HTTPS_PROXY`"],
        ),
        (
            [&port.url()[..], "NO_PROXY", "*"],
            ["failed", "none"],
            [refused, "check the network and `--env`"],
        ),
    ] {
        let command = || {
            let mut command = digilocker();
            command.env("DIGILOCKER_ENV", env).env(name, value);
            command
        };
        let expected = json!([connection, tls, "unknown", null, null]);
        let json = check(command(), 3, &expected);
        let found = json["error"]["cause"].as_str().unwrap();
        assert!(found.starts_with(cause), "{found}");
        let done = revoke(command(), &[]);
        assert_eq!(done.code, Some(3), "{done:?}");
        assert!(done.stderr.starts_with("error: "), "{done:?}");
        done.warns(format!("  cause: {cause}"));
        done.warns(format!("  help: {help}"));
    }
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
    check(command, 0, &json!(["ok", "ok", "none", 200, "rfc6749"]));
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
        let args = ["check", "--record", "exchange.json", "--auth", auth];
        let done = run(command, args, b"");
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
        let (request, response) = (&record["request"], &record["response"]);
        assert_eq!(request["method"], "POST");
        assert_eq!(request["path"], "/public/oauth2/1/revoke");
        assert_eq!(request["body"]["token"], "[redacted]");
        assert_eq!(request["headers"]["content-type"], "application/json");
        assert_eq!(response["status"], 400);
        assert_eq!(response["headers"]["set-cookie"], "[redacted]");
        let body = response["body"].as_str().unwrap();
        assert!(body.contains("invalid_token"), "{body}");
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
        "  departure       ",
        "  ready           yes\n",
    ] {
        done.prints(row);
    }
    let (id, secret) = (sandbox.client_id(), sandbox.client_secret());
    for text in [id, secret, "digilocker-check-"] {
        assert!(!done.stdout.contains(text), "{done:?}");
    }
}

fn revoke(command: Command, args: &[&str]) -> Run {
    let args = ["revoke", "--timeout", "10"].iter().chain(args);
    run(command, args, b"abc")
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
