use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use digilocker_mock::{Sandbox, SandboxBuilder};
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};

use crate::support::{examples, post, violations};

const ID: &str = "client:1 é";
const SECRET: &str = "a+b&c=d% €";
/// Form-encoded, with both encodings of a space.
const BASIC: &str = "client%3A1%20%C3%A9:a%2Bb%26c%3Dd%25+%E2%82%AC";

fn basic(credentials: &str) -> String {
    format!("Basic {}", STANDARD.encode(credentials))
}

/// Sends a revocation with this header and these additional parameters, as JSON and as a form.
#[track_caller]
fn check(
    sandbox: &SandboxBuilder,
    header: Option<&str>,
    parameters: &[(&str, &str)],
    status: u16,
    expected: &[&str],
) {
    for form in [false, true] {
        let sandbox = sandbox.clone().start();
        let grant = sandbox.issue_grant();
        let mut body = json!({ "token": grant.access_token() });
        for (name, value) in parameters {
            body[name] = Value::from(*value);
        }
        let request: RequestBuilder = match header {
            Some(header) => post(&sandbox).header("authorization", header),
            None => post(&sandbox),
        };
        let response = if form {
            request.form(&body)
        } else {
            request.json(&body)
        }
        .send()
        .unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(
            response.headers().contains_key("www-authenticate"),
            status == 401
        );
        if status == 401 {
            assert_eq!(
                response.headers()["www-authenticate"],
                "Basic realm=\"digilocker\""
            );
            let body: Value = response.json().unwrap();
            assert!(examples(401).contains(&&body), "{body}");
        }
        assert_eq!(violations(&sandbox), expected);
        assert_eq!(sandbox.is_live(grant.refresh_token()), status != 200);
    }
}

fn with_escapes() -> SandboxBuilder {
    Sandbox::builder().client(ID, SECRET)
}

#[test]
fn basic_is_form_encoded() {
    check(&with_escapes(), Some(&basic(BASIC)), &[], 200, &[]);
    let lower = basic(BASIC).replacen("Basic", "basic", 1);
    check(&with_escapes(), Some(&lower), &[], 200, &[]);
    check(
        &with_escapes(),
        Some(&basic(BASIC)),
        &[("client_id", ID)],
        200,
        &[],
    );
}

#[test]
fn basic_without_form_encoding_needs_an_option() {
    let raw = basic(&format!("{ID}:{SECRET}"));
    let violation = "the id and the secret in `Authorization` are not form-encoded \
                     (RFC 6749 section 2.3.1)";
    check(&with_escapes(), Some(&raw), &[], 401, &[violation]);
    check(&with_escapes().raw_basic(), Some(&raw), &[], 200, &[]);
    check(
        &with_escapes().raw_basic(),
        Some(&basic(BASIC)),
        &[],
        200,
        &[],
    );
}

#[test]
fn wrong_credentials_are_not_a_violation() {
    check(
        &with_escapes(),
        Some(&basic("client%3A1+%C3%A9:x")),
        &[],
        401,
        &[],
    );
    check(&with_escapes(), Some(&basic("x:y")), &[], 401, &[]);
    check(
        &with_escapes(),
        Some(&basic(BASIC)),
        &[("client_id", "x")],
        401,
        &[],
    );
    let wrong = [("client_id", ID), ("client_secret", "x")];
    check(&with_escapes(), None, &wrong, 401, &[]);
    let wrong = [("client_id", "x"), ("client_secret", SECRET)];
    check(&with_escapes(), None, &wrong, 401, &[]);
    check(&with_escapes(), None, &[], 401, &[]);
    check(&with_escapes(), None, &[("client_id", ID)], 401, &[]);
}

#[test]
fn other_authorization_headers_are_violations() {
    let malformed = "`Authorization` is not base64 of `id:secret`";
    check(&with_escapes(), Some("Basic !"), &[], 401, &[malformed]);
    check(
        &with_escapes(),
        Some(&basic("no colon")),
        &[],
        401,
        &[malformed],
    );
    let scheme = "the scheme of `Authorization` is not in the spec: use `Basic`";
    check(&with_escapes(), Some("Bearer abc"), &[], 401, &[scheme]);
    check(&with_escapes(), Some(""), &[], 401, &[scheme]);
}

#[test]
fn credentials_in_the_body_are_accepted() {
    let credentials = [("client_id", ID), ("client_secret", SECRET)];
    check(&with_escapes(), None, &credentials, 200, &[]);
    check(
        &with_escapes(),
        None,
        &[("client_secret", SECRET)],
        400,
        &["`client_secret` comes without `client_id`"],
    );
}

#[test]
fn two_methods_of_authentication_are_refused() {
    let twice = "the client authenticates twice, by header and by body (RFC 6749 section 2.3)";
    let credentials = [("client_id", ID), ("client_secret", SECRET)];
    check(
        &with_escapes(),
        Some(&basic(BASIC)),
        &credentials,
        400,
        &[twice],
    );

    let sandbox = with_escapes().start();
    let response = post(&sandbox)
        .header("authorization", basic(BASIC))
        .header("authorization", basic(BASIC))
        .json(&json!({ "token": "abc" }))
        .send()
        .unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(
        violations(&sandbox),
        ["`Authorization` is given more than once"]
    );
}

#[test]
fn credentials_that_are_not_strings_are_refused() {
    let sandbox = Sandbox::start();
    let response = post(&sandbox)
        .json(&json!({ "token": "abc", "client_id": 1 }))
        .send()
        .unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(violations(&sandbox), ["`client_id` is not a string"]);
}

#[test]
fn public_client_needs_an_option() {
    let public = with_escapes().public_client();
    check(&public, None, &[("client_id", ID)], 200, &[]);
    check(&public, None, &[("client_id", "x")], 401, &[]);
    check(&public, None, &[], 401, &[]);
    check(&public, Some(&basic(BASIC)), &[], 200, &[]);
}

#[test]
fn absent_credentials_need_an_option() {
    let open = with_escapes().without_authentication();
    check(&open, None, &[], 200, &[]);
    check(&open, None, &[("client_id", ID)], 200, &[]);
    check(&open, Some(&basic("x:y")), &[], 401, &[]);
}
