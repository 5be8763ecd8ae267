//! The control API.

use std::collections::HashSet;
use std::thread;

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
        r#"{"access_token": "MARKER1", "refresh_token": "MARKER2", "extra": 1}"#,
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
fn many_grants_are_issued_at_once() {
    let sandbox = SandboxProcess::start(&[]);
    let (status, grants) = sandbox.post("/sandbox/grants", r#"{"count": 1000}"#);
    assert_eq!(status, 201);
    let grants = grants.as_array().unwrap();
    let tokens: HashSet<&str> = grants
        .iter()
        .flat_map(|grant| [&grant["access_token"], &grant["refresh_token"]])
        .map(|token| token.as_str().unwrap())
        .collect();
    assert_eq!((grants.len(), tokens.len()), (1000, 2000));
    let [first, last] = [0, 999].map(|n| grants[n]["access_token"].as_str().unwrap());
    assert_eq!(status_of(&sandbox, last), 200);
    assert!(sandbox.is_live(first) && !sandbox.is_live(last));
    for (body, reason) in [
        (r#"{"count": 0}"#, "`count` must be from 1 to 100000"),
        (r#"{"count": 100001}"#, "`count` must be from 1 to 100000"),
        (
            r#"{"count": 1, "access_token": "a"}"#,
            "`count` excludes `access_token` and `refresh_token`",
        ),
        (
            r#"{"access_token": "a"}"#,
            "`access_token` and `refresh_token` require each other",
        ),
    ] {
        let expected = (400, json!({ "error": reason }));
        assert_eq!(sandbox.post("/sandbox/grants", body), expected);
    }
}

fn status_of(sandbox: &SandboxProcess, token: &str) -> u16 {
    status(sandbox.revocation(token).send())
}

/// The same requests fail in every run with the same seed.
#[test]
fn random_faults_are_a_function_of_the_seed() {
    let run = |fault: &str| -> Vec<u16> {
        let sandbox = SandboxProcess::start(&[]);
        assert_eq!(sandbox.post("/sandbox/faults", fault).0, 201, "{fault}");
        (0..20).map(|_| status_of(&sandbox, "unknown")).collect()
    };
    let first = run(r#"{"status": 503, "probability": 0.5, "seed": 7}"#);
    assert_eq!(
        first,
        run(r#"{"status": 503, "probability": 0.5, "seed": 7}"#)
    );
    assert_ne!(
        first,
        run(r#"{"status": 503, "probability": 0.5, "seed": 8}"#)
    );
    let failed = first.iter().filter(|status| **status == 503).count();
    assert!((3..=17).contains(&failed), "{first:?}");
    assert_eq!(run(r#"{"status": 503, "probability": 1}"#), [503; 20]);
}

#[test]
fn held_responses_are_sent_on_release() {
    let sandbox = SandboxProcess::start(&[]);
    for (release, fault, expected) in [
        ("/sandbox/faults/release", r#"{"held": true}"#, 400),
        (
            "/sandbox/faults/release",
            r#"{"status": 503, "held": true}"#,
            503,
        ),
        ("/sandbox/reset", r#"{"held": true}"#, 400),
    ] {
        assert_eq!(sandbox.post("/sandbox/reset", "").0, 204);
        assert_eq!(sandbox.post("/sandbox/faults", fault).0, 201);
        thread::scope(|scope| {
            let call = scope.spawn(|| status_of(&sandbox, "unknown"));
            while sandbox
                .get("/sandbox/exchanges")
                .as_array()
                .unwrap()
                .is_empty()
            {
                thread::yield_now();
            }
            assert!(!call.is_finished());
            assert_eq!(sandbox.post(release, "").0, 204);
            assert_eq!(call.join().unwrap(), expected, "{fault}");
        });
    }
}

#[test]
fn reset_can_keep_the_coverage() {
    let sandbox = SandboxProcess::start(&[]);
    let (access, _) = sandbox.new_grant();
    assert_eq!(status_of(&sandbox, &access), 200);
    let covered = sandbox.get("/sandbox/coverage");
    assert_eq!(sandbox.post("/sandbox/reset?keep=coverage", "").0, 204);
    assert_eq!(sandbox.get("/sandbox/coverage"), covered);
    assert_eq!(sandbox.get("/sandbox/exchanges"), json!([]));
    for query in ["?keep=", "?keep=all", "?keep=coverage&keep=coverage", "?"] {
        let (status, _) = sandbox.post(&format!("/sandbox/reset{query}"), "");
        assert_eq!(status, 400, "{query}");
    }
    assert_eq!(sandbox.get("/sandbox/coverage"), covered);
    assert_eq!(sandbox.post("/sandbox/reset", "").0, 204);
    assert_eq!(sandbox.get("/sandbox/coverage")["covered"], json!([]));
}

#[test]
fn invalid_faults_are_refused_with_the_reason() {
    let sandbox = SandboxProcess::start(&[]);
    for (fault, reason) in [
        (
            "{}",
            "one of `status`, `disconnect`, `delay_ms`, `held` is required",
        ),
        (
            r#"{"status": 503, "times": 0}"#,
            "`times` must be at least 1",
        ),
        (
            r#"{"stauts": 503}"#,
            "unknown field `stauts`, expected one of `status`, `disconnect`, `delay_ms`, `held`, `after_revoking`, \
             `times`, `probability`, `seed`, `retry_after`, `headers`, `body`, `token` at line 1 column 9",
        ),
        ("", "EOF while parsing a value at line 1 column 0"),
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
        ("POST", "/sandbox/faults/release"),
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
