//! The control API. What the sandbox then does is tested in `digilocker-mock`.

use std::thread;

use serde_json::json;

use super::status;
use crate::sandbox_process::SandboxProcess;
use crate::support::wait_until;

#[test]
fn control_api_supports_a_contract_test() {
    let sandbox = SandboxProcess::start(&[]);
    let (access, refresh) = sandbox.new_grant();
    assert!(sandbox.is_live(&access));
    let fault = r#"{"status": 503, "retry_after": 2}"#;
    assert_eq!(sandbox.post("/sandbox/faults", fault).0, 201);
    let response = sandbox.revocation(&refresh).send().unwrap();
    assert_eq!(response.headers()["retry-after"], "2");
    assert_eq!(response.status(), 503);
    assert_eq!(sandbox.revoke(&refresh), 200);
    assert!(!sandbox.is_live(&access));
    assert_eq!(sandbox.get("/sandbox/violations"), json!([]));

    let exchanges = sandbox.get("/sandbox/exchanges");
    let statuses = |index: usize| exchanges[index]["status"].as_u64();
    assert_eq!([0, 1, 2].map(statuses), [Some(503), Some(200), None]);
    let coverage = sandbox.get("/sandbox/coverage");
    let has = |list: &str, key: &str| coverage[list].as_array().unwrap().contains(&json!(key));
    assert!(has("covered", "status:503") && has("missing", "hint:refresh_token"));

    assert_eq!(sandbox.post("/sandbox/reset?keep=coverage", "").0, 204);
    assert_eq!(sandbox.get("/sandbox/coverage"), coverage);
    assert_eq!(sandbox.post("/sandbox/reset", "").0, 204);
    assert_eq!(sandbox.get("/sandbox/exchanges"), json!([]));
    assert_eq!(sandbox.get("/sandbox/coverage")["covered"], json!([]));
}

#[test]
fn grants_with_given_tokens_are_issued() {
    let sandbox = SandboxProcess::start(&[]);
    let grant = r#"{"access_token": "mine-a", "refresh_token": "mine-r"}"#;
    assert_eq!(sandbox.post("/sandbox/grants", grant).0, 201);
    assert!(sandbox.is_live("mine-a"));
    let (_, grants) = sandbox.post("/sandbox/grants", r#"{"count": 1000}"#);
    assert_eq!(grants.as_array().unwrap().len(), 1000);
    let count = "`count` must be from 1 to 100000";
    for (wrong, reason) in [
        (grant, "already issued"),
        (r#"{"access_token": "M", "refresh_token": "M"}"#, ""),
        (r#"{"access_token": "", "refresh_token": "M"}"#, ""),
        (r#"{"access_token": "M"}"#, "require each other"),
        (r#"{"access_token": "M", "refresh_token": 5}"#, "a string"),
        (r#"{"extra": 1}"#, "unknown field `extra`"),
        (r#"{"count": 1, "access_token": "a"}"#, count),
        (r#"{"count": 0}"#, count),
        (r#"{"count": 100001}"#, count),
        ("M", "expected value"),
    ] {
        let (status, body) = sandbox.post("/sandbox/grants", wrong);
        let found = body["error"].as_str().unwrap();
        assert_eq!(status, 400, "{wrong}");
        assert!(found.contains(reason), "{wrong}: {found}");
        assert!(!found.contains("mine"), "{wrong}: {found}");
    }
}

#[test]
fn faults_are_queued_and_cleared() {
    let sandbox = SandboxProcess::start(&[]);
    let fault = |fault: &str| assert_eq!(sandbox.post("/sandbox/faults", fault).0, 201, "{fault}");
    fault(r#"{"disconnect": true, "times": 3}"#);
    let clear = sandbox.request("DELETE", "/sandbox/faults");
    assert_eq!(status(clear.send()), 204);
    assert_eq!(sandbox.revoke("abc"), 400);

    fault(r#"{"status": 418, "body": "tea", "headers": {"x-tea": "1"}}"#);
    let response = sandbox.revocation("abc").send().unwrap();
    assert_eq!(response.status(), 418);
    assert_eq!(response.headers()["x-tea"], "1");
    assert_eq!(response.text().unwrap(), "tea");

    // The same requests fail in every run with the same seed.
    let statuses = |seed: u32| {
        assert_eq!(sandbox.post("/sandbox/reset", "").0, 204);
        let random = json!({"status": 503, "probability": 0.5, "seed": seed});
        fault(&random.to_string());
        [(); 20].map(|()| sandbox.revoke("unknown"))
    };
    assert_eq!(statuses(7), statuses(7));
    assert_ne!(statuses(7), statuses(8));
}

#[test]
fn held_responses_are_sent_on_release() {
    let sandbox = SandboxProcess::start(&[]);
    assert_eq!(sandbox.post("/sandbox/faults", r#"{"held": true}"#).0, 201);
    thread::scope(|scope| {
        let call = scope.spawn(|| sandbox.revoke("unknown"));
        wait_until(|| sandbox.get("/sandbox/exchanges") != json!([]));
        assert!(!call.is_finished());
        assert_eq!(sandbox.post("/sandbox/faults/release", "").0, 204);
        assert_eq!(call.join().unwrap(), 400);
    });
}

/// A page of another site can make a browser send requests to loopback.
#[test]
fn requests_of_other_sites_are_forbidden() {
    let sandbox = SandboxProcess::start(&[]);
    let (access, _) = sandbox.new_grant();
    for request in [
        "GET /",
        "GET /sandbox/events",
        "GET /sandbox/exchanges",
        "GET /sandbox/openapi.json",
        "POST /sandbox/grants",
        "POST /sandbox/reset",
        "POST /sandbox/faults/release",
        "DELETE /sandbox/faults",
        "GET /sandbox/nothing",
    ] {
        let (method, path) = request.split_once(' ').unwrap();
        for (name, value) in [("host", "evil.test:4010"), ("origin", "http://evil.test")] {
            let forged = sandbox.request(method, path).header(name, value);
            assert_eq!(status(forged.send()), 403, "{request} {name}");
        }
    }
    assert!(sandbox.is_live(&access));
}

#[test]
fn unknown_paths_are_violations_except_under_the_control_api() {
    let sandbox = SandboxProcess::start(&[]);
    let get = |path: &str| sandbox.fetch(path).status();
    assert_eq!(get("/sandbox/nothing"), 404);
    assert_eq!(get("/sandbox/grants"), 405);
    assert_eq!(get("/sandbox/tokens/%ff"), 400);
    assert_eq!(get("/favicon.ico"), 204);
    assert_eq!(sandbox.get("/sandbox/violations"), json!([]));
    assert_eq!(get("/public/oauth2/2/revoke"), 404);
    let violation = "request 1: path `/public/oauth2/2/revoke` is not in the spec";
    assert_eq!(sandbox.get("/sandbox/violations"), json!([violation]));
}
