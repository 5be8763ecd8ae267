//! The control API.

use reqwest::blocking::Client;
use serde_json::json;

use super::status;
use crate::sandbox_process::SandboxProcess;

#[test]
fn control_api_supports_a_contract_test() {
    let sandbox = SandboxProcess::start(&[]);
    let (access, refresh) = sandbox.new_grant();
    assert!(sandbox.is_live(&access));
    assert_eq!(
        sandbox
            .post("/sandbox/faults", r#"{"status": 503, "retry_after": 2}"#)
            .0,
        201
    );
    let response = sandbox.revocation(&refresh).send().unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["retry-after"]
        ),
        (503, &"2".parse().unwrap())
    );
    assert_eq!(status(sandbox.revocation(&refresh).send()), 200);
    assert!(!sandbox.is_live(&access));
    assert_eq!(sandbox.get("/sandbox/violations"), json!([]));

    let exchanges = sandbox.get("/sandbox/exchanges");
    assert_eq!(exchanges.as_array().unwrap().len(), 2);
    assert_eq!(
        (&exchanges[0]["status"], &exchanges[1]["status"]),
        (&json!(503), &json!(200))
    );
    let coverage = sandbox.get("/sandbox/coverage");
    assert!(
        coverage["covered"]
            .as_array()
            .unwrap()
            .contains(&json!("status:503"))
    );
    assert!(
        coverage["missing"]
            .as_array()
            .unwrap()
            .contains(&json!("hint:refresh_token"))
    );

    assert_eq!(sandbox.post("/sandbox/reset", "").0, 204);
    assert_eq!(sandbox.get("/sandbox/exchanges"), json!([]));
}

#[test]
fn grants_with_given_tokens_are_issued() {
    let sandbox = SandboxProcess::start(&[]);
    let grant = r#"{"access_token": "mine-a", "refresh_token": "mine-r"}"#;
    assert_eq!(sandbox.post("/sandbox/grants", grant).0, 201);
    assert!(sandbox.is_live("mine-a"));
    for wrong in [
        grant,
        r#"{"access_token": "MARKER", "refresh_token": "MARKER"}"#,
        r#"{"access_token": "", "refresh_token": "MARKER"}"#,
        r#"{"access_token": "MARKER"}"#,
        r#"{"access_token": "MARKER1", "refresh_token": 5}"#,
        r#"{"access_token": "MARKER1", "refresh_token": "MARKER2", "MARKER3": 1}"#,
        "MARKER",
    ] {
        let (status, body) = sandbox.post("/sandbox/grants", wrong);
        assert_eq!(status, 400, "{wrong}");
        let reason = body["error"].as_str().unwrap();
        assert!(
            !reason.contains("MARKER") && !reason.contains("mine"),
            "{reason}"
        );
    }
}

#[test]
fn invalid_faults_are_refused_with_the_reason() {
    let sandbox = SandboxProcess::start(&[]);
    for (fault, reason) in [
        (
            "{}",
            "one of `status`, `disconnect`, `delay_ms` is required",
        ),
        (
            r#"{"status": 503, "times": 0}"#,
            "`times` must be at least 1",
        ),
        (
            r#"{"stauts": 503}"#,
            "unknown field: expected one of `status`, `disconnect`, `delay_ms`, `after_revoking`, `times`, \
             `retry_after`, `headers`, `body`, `token` (line 1, column 9)",
        ),
        (
            r#"{"status": 503, "token": null}"#,
            "invalid type: expected a string (line 1, column 29)",
        ),
        ("503", "the body is not a JSON object"),
        ("[503]", "the body is not a JSON object"),
        ("{", "the body is not JSON (line 1, column 1)"),
        ("", "the body is not a JSON object"),
    ] {
        let expected = (400, json!({ "error": reason }));
        assert_eq!(sandbox.post("/sandbox/faults", fault), expected, "{fault}");
    }
    assert_eq!(sandbox.get("/sandbox/faults"), json!({ "pending": [] }));
}

#[test]
fn disconnect_faults_are_applied_and_cleared() {
    let sandbox = SandboxProcess::start(&[]);
    let (access, _) = sandbox.new_grant();
    sandbox.post(
        "/sandbox/faults",
        r#"{"disconnect": true, "after_revoking": true}"#,
    );
    assert!(sandbox.revocation(&access).send().is_err());
    assert!(!sandbox.is_live(&access));
    sandbox.post("/sandbox/faults", r#"{"disconnect": true, "times": 3}"#);
    let cleared = Client::new().delete(sandbox.url("/sandbox/faults")).send();
    assert_eq!(status(cleared), 204);
    assert_eq!(status(sandbox.revocation(&access).send()), 400);
}

/// A page of another site can make a browser send requests to loopback.
#[test]
fn requests_of_other_sites_are_forbidden() {
    let sandbox = SandboxProcess::start(&[]);
    let (access, _) = sandbox.new_grant();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/sandbox/events"),
        ("GET", "/sandbox/exchanges"),
        ("GET", "/sandbox/openapi.json"),
        ("POST", "/sandbox/grants"),
        ("POST", "/sandbox/reset"),
        ("POST", "/sandbox/page/reset"),
        ("DELETE", "/sandbox/faults"),
        ("GET", "/sandbox/nothing"),
    ] {
        for (name, value) in [
            ("host", "evil.test"),
            ("host", "evil.test:4010"),
            ("origin", "http://evil.test"),
            ("origin", "null"),
        ] {
            let response = Client::new()
                .request(method.parse().unwrap(), sandbox.url(path))
                .header(name, value)
                .send();
            assert_eq!(status(response), 403, "{method} {path} {name}: {value}");
        }
    }
    assert!(sandbox.is_live(&access));
}

#[test]
fn unknown_paths_are_violations_except_under_the_control_api() {
    let sandbox = SandboxProcess::start(&[]);
    let get = |path: &str| status(Client::new().get(sandbox.url(path)).send());
    assert_eq!(get("/sandbox/nothing"), 404);
    assert_eq!(get("/sandbox/grants"), 405);
    assert_eq!(get("/sandbox/tokens/%ff"), 400);
    assert_eq!(get("/favicon.ico"), 204);
    assert_eq!(sandbox.get("/sandbox/violations"), json!([]));
    assert_eq!(get("/public/oauth2/2/revoke"), 404);
    let violations = sandbox.get("/sandbox/violations");
    assert_eq!(
        violations,
        json!(["request 1: path `/public/oauth2/2/revoke` is not in the spec"])
    );
}
