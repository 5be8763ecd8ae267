use digilocker_mock::{Dialect, Fault, Sandbox};
use reqwest::Method;
use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::support::{authenticated, client, examples, post, responses, revoke, url, violations};

const ALL: [Dialect; 3] = [Dialect::Documented, Dialect::Rfc6749, Dialect::Partner];

fn start(dialect: Dialect) -> Sandbox {
    Sandbox::builder().dialect(dialect).start()
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

/// A request for each error that the sandbox sends, with its code in RFC 6749 or HTTP.
fn refused(sandbox: &Sandbox) -> Vec<(u16, &'static str, Response)> {
    let not_acceptable = authenticated(sandbox)
        .header("accept", "text/html")
        .json(&json!({ "token": "abc" }));
    let no_client = post(sandbox).json(&json!({ "token": "abc" }));
    let get = |url: &str| client().request(Method::GET, url).send().unwrap();
    let media_type = authenticated(sandbox).send().unwrap();
    vec![
        (400, "invalid_request", revoke(sandbox, "")),
        (400, "invalid_token", revoke(sandbox, "abc")),
        (401, "invalid_client", no_client.send().unwrap()),
        (404, "not_found", get(sandbox.base_url())),
        (405, "method_not_allowed", get(&url(sandbox))),
        (406, "not_acceptable", not_acceptable.send().unwrap()),
        (415, "unsupported_media_type", media_type),
    ]
}

#[test]
fn errors_have_the_format_of_the_dialect_and_the_same_statuses() {
    for dialect in ALL {
        let sandbox = start(dialect);
        for (status, code, response) in refused(&sandbox) {
            assert_eq!(response.status(), status);
            // A status that is not in the spec is documented.
            let documented =
                include_str!("../../src/lib.rs").contains(&format!("//! | {status} | "));
            assert!(documented || responses().any(|(known, _)| known == status));
            let body: Value = response.json().unwrap();
            let is_example = examples(status).contains(&&body);
            match dialect {
                Dialect::Documented if is_example => {}
                // The spec need not have a code for an unknown token, and bodies for statuses of HTTP.
                Dialect::Documented => {
                    assert!(
                        code == "invalid_token" || examples(status).is_empty(),
                        "{body}"
                    );
                    assert_eq!(body["success"], false);
                    assert_eq!(body["error"]["code"], code);
                }
                Dialect::Rfc6749 => {
                    assert_eq!(body["error"], code);
                    assert!(body["error_description"].is_string());
                }
                _ => assert_eq!(body, json!({ "revoked": false })),
            }
        }
        let is_own = |violation: &String| violation.contains("own response");
        assert!(!violations(&sandbox).iter().any(is_own));
    }
}

#[test]
fn fault_with_a_documented_status_has_the_format_of_the_dialect() {
    for (status, _) in responses() {
        let Some(example) = examples(status).first().copied() else {
            continue;
        };
        let error = &example["error"];
        let is_success = error.is_null();
        let rfc6749 = json!({ "error": error["code"], "error_description": error["message"] });
        for dialect in ALL {
            let expected = match dialect {
                Dialect::Documented => example.to_string(),
                Dialect::Rfc6749 if is_success => String::new(),
                Dialect::Rfc6749 => rfc6749.to_string(),
                _ => json!({ "revoked": is_success }).to_string(),
            };
            let sandbox = start(dialect);
            sandbox.fail_next(Fault::status(status));
            assert_eq!(revoke(&sandbox, "abc").text().unwrap(), expected);
        }
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
