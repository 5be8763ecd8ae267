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
        let challenge = response.headers().get("www-authenticate");
        assert_eq!(challenge.is_some(), status == 401);
        if let Some(challenge) = challenge {
            assert_eq!(challenge, "Basic realm=\"digilocker\"");
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
    let (sandbox, header) = (with_escapes(), basic(BASIC));
    check(&sandbox, Some(&header), &[], 200, &[]);
    let lower = header.replacen("Basic", "basic", 1);
    check(&sandbox, Some(&lower), &[], 200, &[]);
    check(&sandbox, Some(&header), &[("client_id", ID)], 200, &[]);
}

#[test]
fn basic_without_form_encoding_needs_an_option() {
    let raw = basic(&format!("{ID}:{SECRET}"));
    let violation = "the id and the secret in `Authorization` are not form-encoded \
                     (RFC 6749 section 2.3.1)";
    check(&with_escapes(), Some(&raw), &[], 401, &[violation]);
    let lenient = with_escapes().raw_basic();
    check(&lenient, Some(&raw), &[], 200, &[]);
    check(&lenient, Some(&basic(BASIC)), &[], 200, &[]);
}

#[test]
fn wrong_credentials_are_not_a_violation() {
    for credentials in ["client%3A1+%C3%A9:x", "x:y"] {
        check(&with_escapes(), Some(&basic(credentials)), &[], 401, &[]);
    }
    let wrong_id = [("client_id", "x")];
    check(&with_escapes(), Some(&basic(BASIC)), &wrong_id, 401, &[]);
    for parameters in [
        &[("client_id", ID), ("client_secret", "x")][..],
        &[("client_id", "x"), ("client_secret", SECRET)],
        &[("client_id", ID)],
        &[],
    ] {
        check(&with_escapes(), None, parameters, 401, &[]);
    }
}

#[test]
fn other_authorization_headers_are_violations() {
    let malformed = "`Authorization` is not base64 of `id:secret`";
    let scheme = "the scheme of `Authorization` is not in the spec: use `Basic`";
    for (header, violation) in [
        ("Basic !", malformed),
        (&basic("no colon"), malformed),
        ("Bearer abc", scheme),
        ("", scheme),
    ] {
        check(&with_escapes(), Some(header), &[], 401, &[violation]);
    }
}

#[test]
fn credentials_in_the_body_are_accepted() {
    let credentials = [("client_id", ID), ("client_secret", SECRET)];
    check(&with_escapes(), None, &credentials, 200, &[]);
    let alone = "`client_secret` comes without `client_id`";
    check(&with_escapes(), None, &credentials[1..], 400, &[alone]);
}

#[test]
fn two_methods_of_authentication_are_refused() {
    let twice = "the client authenticates twice, by header and by body (RFC 6749 section 2.3)";
    let credentials = [("client_id", ID), ("client_secret", SECRET)];
    let header = basic(BASIC);
    check(&with_escapes(), Some(&header), &credentials, 400, &[twice]);

    let sandbox = with_escapes().start();
    let request = post(&sandbox).header("authorization", &header);
    let request = request.header("authorization", &header);
    let response = request.json(&json!({ "token": "abc" })).send().unwrap();
    assert_eq!(response.status(), 400);
    let twice = "`Authorization` is given more than once";
    assert_eq!(violations(&sandbox), [twice]);
}

#[test]
fn credentials_that_are_not_strings_are_refused() {
    let sandbox = Sandbox::start();
    let request = post(&sandbox).json(&json!({ "token": "abc", "client_id": 1 }));
    assert_eq!(request.send().unwrap().status(), 400);
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
