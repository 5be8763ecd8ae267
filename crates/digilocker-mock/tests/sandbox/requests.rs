use digilocker_mock::Sandbox;
use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::json;

use crate::support::{authenticated, revoke, url, violations};

const FORM: &str = "application/x-www-form-urlencoded";

/// Sends what `request` makes of a sound request without a body, for a living token.
#[track_caller]
fn check(
    request: impl FnOnce(RequestBuilder, &str) -> RequestBuilder,
    status: u16,
    expected: &[&str],
) {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    let token = grant.access_token();
    let answer = request(authenticated(&sandbox), token).send().unwrap();
    assert_eq!(answer.status(), status, "{}", answer.text().unwrap());
    assert_eq!(violations(&sandbox), expected);
    assert_eq!(sandbox.is_live(token), status != 200);
}

#[track_caller]
fn check_json(body: impl FnOnce(&str) -> String, status: u16, expected: &[&str]) {
    check(
        |request, token| {
            request
                .header("content-type", "application/json")
                .body(body(token))
        },
        status,
        expected,
    );
}

#[track_caller]
fn check_form(body: impl FnOnce(&str) -> String, status: u16, expected: &[&str]) {
    check(
        |request, token| request.header("content-type", FORM).body(body(token)),
        status,
        expected,
    );
}

#[test]
fn json_as_the_spec_has_it() {
    check_json(|t| json!({ "token": t }).to_string(), 200, &[]);
    // RFC 6749 section 3.1: what a server does not know it ignores.
    check_json(|t| json!({ "token": t, "other": 1 }).to_string(), 200, &[]);
    check(
        |request, token| {
            request
                .header("content-type", "Application/JSON; charset=\"UTF-8\"")
                .body(json!({ "token": token }).to_string())
        },
        200,
        &[],
    );
}

#[test]
fn json_that_is_none() {
    let not_json = &["the body is not JSON"];
    check_json(|_| String::new(), 400, not_json);
    check_json(|t| format!("{{\"token\": \"{t}\""), 400, not_json);
    check_json(|t| format!("{{\"token\": \"{t}\"}} x"), 400, not_json);
    check_json(|_| "[".repeat(10_000), 400, not_json);
    check(
        |request, _| {
            request
                .header("content-type", "application/json")
                .body(&b"{\"token\": \"\xff\"}"[..])
        },
        400,
        not_json,
    );
}

#[test]
fn json_that_does_not_fit_the_schema() {
    check_json(
        |_| "{}".into(),
        400,
        &["the body does not fit the schema: \"token\" is a required property"],
    );
    check_json(
        |_| "[]".into(),
        400,
        &["the body does not fit the schema: value is not of type \"object\""],
    );
    check_json(
        |_| json!({ "token": 1 }).to_string(),
        400,
        &["`/token` does not fit the schema: value is not of type \"string\""],
    );
    check_json(
        |t| json!({ "token": format!("{t}\n") }).to_string(),
        400,
        &[
            "`/token` does not fit the schema: value does not match \"^[\\x21-\\x7E]([\\x20-\\x7E]*[\\x21-\\x7E])?$\"",
        ],
    );
    check_json(
        |t| json!({ "token": t, "token_type_hint": "id_token" }).to_string(),
        400,
        &[
            "`/token_type_hint` does not fit the schema: value is not one of \"access_token\" or \"refresh_token\"",
        ],
    );
}

#[test]
fn two_content_types() {
    let sandbox = Sandbox::start();
    let token = sandbox.issue_grant().access_token().to_owned();
    let answer = authenticated(&sandbox)
        .header("content-type", "application/json")
        .header("content-type", "text/plain")
        .body(format!("{{\"token\": \"{token}\"}}"))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 400);
    assert!(sandbox.is_live(&token));
    assert_eq!(
        violations(&sandbox),
        ["`Content-Type` is given more than once"]
    );
}

#[test]
fn a_member_twice() {
    check_json(
        |t| format!("{{\"token\": \"other\", \"token\": \"{t}\"}}"),
        400,
        &["member `token` is given more than once"],
    );
    check_json(
        |t| format!("{{\"token\": \"{t}\", \"deep\": [{{\"x\": 1, \"x\": 1}}]}}"),
        400,
        &["a member is given more than once"],
    );
}

#[test]
fn a_form() {
    check_form(|t| format!("token={t}"), 200, &[]);
    check_form(
        |t| format!("token={t}&token_type_hint=access_token&other=1"),
        200,
        &[],
    );
    // RFC 6749 section 3.1: an empty parameter counts as left out.
    check_form(|t| format!("token={t}&token_type_hint="), 200, &[]);
    check_form(
        |_| "token=".into(),
        400,
        &["the body does not fit the schema: \"token\" is a required property"],
    );
    check_form(
        |t| format!("token={t}&token={t}"),
        400,
        &["parameter `token` is given more than once"],
    );
    check_form(
        |t| format!("token={t}&client_id=&client_id="),
        400,
        &["parameter `client_id` is given more than once"],
    );
    check_form(
        |t| format!("token={t}&{t}=&{t}="),
        400,
        &["a parameter is given more than once"],
    );
    check_form(
        |t| format!("token={t}%0A"),
        400,
        &[
            "`/token` does not fit the schema: value does not match \"^[\\x21-\\x7E]([\\x20-\\x7E]*[\\x21-\\x7E])?$\"",
        ],
    );
}

#[test]
fn neither_json_nor_a_form() {
    check(
        |request, token| request.body(json!({ "token": token }).to_string()),
        415,
        &["`Content-Type` is missing"],
    );
    check(
        |request, token| {
            request
                .header("content-type", "text/plain")
                .body(format!("token={token}"))
        },
        415,
        &["`Content-Type` is neither `application/json` nor a form"],
    );
    check(
        |request, token| {
            request
                .header("content-type", "application/json;charset=latin1")
                .body(json!({ "token": token }).to_string())
        },
        200,
        &["the body's charset is not UTF-8"],
    );
}

#[test]
fn headers_that_the_spec_does_not_know() {
    check(
        |request, token| {
            request
                .header("api-version", "1.0.0")
                .header("x-forwarded-for", "::1")
                .header("sec-fetch-mode", "cors")
                .json(&json!({ "token": token }))
        },
        200,
        &["header `api-version` is not in the spec"],
    );
}

#[test]
fn an_answer_that_the_client_would_not_accept() {
    check(
        |request, token| {
            request
                .header("accept", "text/html, application/json;q=0")
                .json(&json!({ "token": token }))
        },
        406,
        &["`Accept` does not allow `application/json`"],
    );
}

#[test]
fn a_token_in_the_query_string() {
    check(
        |request, token| request.query(&[("token", token)]).json(&json!({})),
        400,
        &[
            "a query string is not in the spec: a token in it ends up in logs",
            "the body does not fit the schema: \"token\" is a required property",
        ],
    );
}

#[test]
fn another_method() {
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "SECRET"] {
        let sandbox = Sandbox::start();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let answer = Client::new()
            .request(method.clone(), url(&sandbox))
            .send()
            .unwrap();
        assert_eq!(answer.status(), 405);
        assert_eq!(answer.headers()["allow"], "POST");
        let shown = match method.as_str() {
            "SECRET" => "of no standard".into(),
            method => format!("`{method}`"),
        };
        assert_eq!(
            violations(&sandbox),
            [format!("method {shown} is not in the spec: use `POST`")]
        );
    }
}

#[test]
fn another_path() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    for (path, shown) in [
        ("/", "/".to_owned()),
        (
            "/public/oauth2/1/revoke/",
            "/public/oauth2/1/revoke/".into(),
        ),
        (
            "//public/oauth2/1/revoke",
            "//public/oauth2/1/revoke".into(),
        ),
        ("/sandbox/grants", "/sandbox/grants".into()),
        (&format!("/{}", grant.access_token()), "/…".into()),
    ] {
        let answer = Client::new()
            .post(format!("{}{path}", sandbox.base_url()))
            .send()
            .unwrap();
        assert_eq!(answer.status(), 404);
        let violation = sandbox.violations().pop().unwrap();
        assert_eq!(
            violation.what(),
            format!("path `{shown}` is not in the spec")
        );
    }
    assert_eq!(sandbox.requests(), 5);
}

#[test]
fn verify_lists_every_violation_with_its_request() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    reqwest::blocking::get(sandbox.base_url()).unwrap();
    revoke(&sandbox, grant.access_token());
    authenticated(&sandbox).header("x-one", "").send().unwrap();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| sandbox.verify()))
        .unwrap_err()
        .downcast::<String>()
        .unwrap();
    assert_eq!(
        *panic,
        "the sandbox saw requests that break the spec:\n  \
         request 1: path `/` is not in the spec\n  \
         request 3: header `x-one` is not in the spec\n  \
         request 3: `Content-Type` is missing"
    );
}
