use std::collections::HashSet;
use std::thread;

use digilocker_mock::Sandbox;
use serde_json::{Value, json};

use crate::support::{authenticated, code, hints, revoke, violations};

#[test]
fn either_token_revokes_its_grant_and_no_other() {
    let sandbox = Sandbox::start();
    let [first, second, third] = [(); 3].map(|()| sandbox.issue_grant());

    let response = revoke(&sandbox, first.access_token());
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    let body: Value = response.json().unwrap();
    assert_eq!(body["success"], true);
    assert_eq!(body["data"]["id"], "revocation-1");
    assert!(body["data"]["created_at"].as_str().unwrap().ends_with('Z'));

    assert_eq!(revoke(&sandbox, second.refresh_token()).status(), 200);
    for dead in [&first, &second] {
        assert!(!sandbox.is_live(dead.access_token()));
        assert!(!sandbox.is_live(dead.refresh_token()));
    }
    assert!(sandbox.is_live(third.access_token()));
    assert!(sandbox.is_live(third.refresh_token()));
    assert_eq!(sandbox.requests(), 2);
    sandbox.verify();
}

#[test]
fn unknown_and_revoked_tokens_are_invalid_and_not_a_violation() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    revoke(&sandbox, grant.access_token());
    for token in [grant.access_token(), grant.refresh_token(), "never-issued"] {
        let response = revoke(&sandbox, token);
        assert_eq!(response.status(), 400);
        assert_eq!(code(response), "invalid_token");
    }
    sandbox.verify();
}

#[test]
fn unknown_tokens_succeed_with_the_option() {
    let sandbox = Sandbox::builder().unknown_tokens_succeed().start();
    let grant = sandbox.issue_grant();
    for token in [grant.access_token(), grant.refresh_token(), "never-issued"] {
        assert_eq!(revoke(&sandbox, token).status(), 200);
    }
    sandbox.verify();
}

#[test]
fn any_hint_fits_any_token() {
    let sandbox = Sandbox::start();
    for hint in hints() {
        let [first, second] = [(); 2].map(|()| sandbox.issue_grant());
        for token in [first.access_token(), second.refresh_token()] {
            let body = json!({ "token": token, "token_type_hint": hint });
            let response = authenticated(&sandbox).json(&body).send().unwrap();
            assert_eq!(response.status(), 200);
            assert!(!sandbox.is_live(token));
        }
    }
    sandbox.verify();
}

#[test]
fn each_grant_is_revoked_once_under_parallel_requests() {
    let sandbox = Sandbox::start();
    let grants: Vec<_> = (0..25).map(|_| sandbox.issue_grant()).collect();
    let succeeded: Vec<String> = thread::scope(|scope| {
        let calls: Vec<_> = grants
            .iter()
            .flat_map(|g| {
                [
                    g.access_token(),
                    g.refresh_token(),
                    g.access_token(),
                    g.refresh_token(),
                ]
            })
            .map(|token| scope.spawn(|| revoke(&sandbox, token)))
            .collect();
        calls
            .into_iter()
            .map(|call| call.join().unwrap())
            .filter(|response| response.status() == 200)
            .map(|response| response.json::<Value>().unwrap()["data"]["id"].to_string())
            .collect()
    });
    assert_eq!(succeeded.len(), 25);
    assert_eq!(succeeded.iter().collect::<HashSet<_>>().len(), 25);
    assert_eq!(sandbox.requests(), 100);
    assert!(grants.iter().all(|g| !sandbox.is_live(g.access_token())));
    assert_eq!(violations(&sandbox), [""; 0]);
}

#[test]
fn public_types_are_send_and_sync() {
    fn check<T: Send + Sync + Unpin + 'static>() {}
    check::<Sandbox>();
    check::<digilocker_mock::Grant>();
    check::<digilocker_mock::Fault>();
    check::<digilocker_mock::SandboxBuilder>();
    check::<digilocker_mock::Violation>();
    check::<digilocker_mock::Exchange>();
    check::<digilocker_mock::Coverage>();
    check::<digilocker_mock::GrantStatus>();
    check::<digilocker_mock::SandboxError>();
}
