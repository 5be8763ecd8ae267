use digilocker_mock::{Dialect, Fault, Sandbox};
use reqwest::Method;
use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::support::{authenticated, client, post, revoke, url};

const ALL: [Dialect; 3] = [Dialect::Documented, Dialect::Rfc6749, Dialect::Partner];

fn start(dialect: Dialect) -> Sandbox {
    let sandbox = Sandbox::builder().dialect(dialect).start();
    assert_eq!(sandbox.dialect(), dialect);
    sandbox
}

#[test]
fn success_has_the_format_of_the_dialect() {
    for dialect in ALL {
        let sandbox = start(dialect);
        let grant = sandbox.issue_grant();
        let response = revoke(&sandbox, grant.access_token());
        assert_eq!(response.status(), 200);
        let content_type = response.headers().get("content-type").cloned();
        assert_eq!(content_type.is_some(), dialect != Dialect::Rfc6749);
        let body = response.text().unwrap();
        match dialect {
            Dialect::Documented => assert!(body.contains("revocation-1"), "{body}"),
            Dialect::Rfc6749 => assert_eq!(body, ""),
            _ => assert_eq!(body, r#"{"revoked":true}"#),
        }
        sandbox.verify();
    }
}

/// A request for each error that the sandbox sends, with its codes in two of the dialects.
fn refused(sandbox: &Sandbox) -> Vec<(u16, &'static str, &'static str, Response)> {
    let plain = |status, code, response| (status, code, code, response);
    let not_acceptable = authenticated(sandbox)
        .header("accept", "text/html")
        .json(&json!({ "token": "abc" }));
    let get = |url: &str| client().request(Method::GET, url).send().unwrap();
    vec![
        (
            400,
            "VALIDATION_ERROR",
            "invalid_request",
            revoke(sandbox, ""),
        ),
        plain(400, "invalid_token", revoke(sandbox, "abc")),
        plain(
            401,
            "invalid_client",
            post(sandbox)
                .json(&json!({ "token": "abc" }))
                .send()
                .unwrap(),
        ),
        plain(404, "not_found", get(sandbox.base_url())),
        plain(405, "method_not_allowed", get(&url(sandbox))),
        plain(406, "not_acceptable", not_acceptable.send().unwrap()),
        plain(
            415,
            "unsupported_media_type",
            authenticated(sandbox).send().unwrap(),
        ),
    ]
}

#[test]
fn errors_have_the_format_of_the_dialect_and_the_same_statuses() {
    for dialect in ALL {
        let sandbox = start(dialect);
        for (status, documented, rfc6749, response) in refused(&sandbox) {
            assert_eq!(response.status(), status);
            let body: Value = response.json().unwrap();
            match dialect {
                Dialect::Documented => {
                    assert_eq!(body["success"], false);
                    assert_eq!(body["error"]["code"], documented);
                }
                Dialect::Rfc6749 => {
                    assert_eq!(body["error"], rfc6749);
                    assert!(body["error_description"].is_string());
                }
                _ => assert_eq!(body, json!({ "revoked": false })),
            }
        }
        let is_of_sandbox = |v: &digilocker_mock::Violation| v.what().contains("own");
        assert!(!sandbox.violations().iter().any(is_of_sandbox));
    }
}

#[test]
fn fault_with_a_documented_status_has_the_format_of_the_dialect() {
    for (dialect, success, error) in [
        (
            Dialect::Documented,
            r#"{"data":{"created_at":"2025-01-01T00:00:00Z","id":"abc123"},"success":true}"#,
            r#"{"error":{"code":"temporarily_unavailable","message":"Try again later"},"success":false}"#,
        ),
        (
            Dialect::Rfc6749,
            "",
            r#"{"error":"temporarily_unavailable","error_description":"Try again later"}"#,
        ),
        (
            Dialect::Partner,
            r#"{"revoked":true}"#,
            r#"{"revoked":false}"#,
        ),
    ] {
        let sandbox = start(dialect);
        sandbox.fail_next(Fault::status(200));
        sandbox.fail_next(Fault::status(503));
        let bodies: Vec<_> = (0..2)
            .map(|_| revoke(&sandbox, "abc").text().unwrap())
            .collect();
        assert_eq!(bodies, [success, error]);
    }
}

#[test]
fn forms_and_credentials_in_the_body_are_in_the_contract_of_the_partner_dialect() {
    for (dialect, deviations) in [
        (
            Dialect::Documented,
            vec!["form encoding", "credentials in the body"],
        ),
        (Dialect::Rfc6749, vec!["credentials in the body"]),
        (Dialect::Partner, vec![]),
    ] {
        let sandbox = start(dialect);
        let form = [
            ("token", "abc"),
            ("client_id", sandbox.client_id()),
            ("client_secret", sandbox.client_secret()),
        ];
        post(&sandbox).form(&form).send().unwrap();
        assert_eq!(sandbox.exchanges()[0].deviations(), deviations);
        sandbox.verify();
    }
}
