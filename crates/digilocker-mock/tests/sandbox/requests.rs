use digilocker_mock::Sandbox;
use reqwest::Method;
use reqwest::blocking::RequestBuilder;
use serde_json::json;

use crate::support::{authenticated, client, hints, invalid_hint, revoke, spec, url, violations};

const FORM: &str = "application/x-www-form-urlencoded";

/// Sends the request that `request` builds from one with credentials, for a live token.
#[track_caller]
fn check(
    request: impl FnOnce(RequestBuilder, &str) -> RequestBuilder,
    status: u16,
    expected: &[&str],
) {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    let token = grant.access_token();
    let response = request(authenticated(&sandbox), token).send().unwrap();
    assert_eq!(response.status(), status, "{}", response.text().unwrap());
    assert_eq!(violations(&sandbox), expected);
    assert_eq!(sandbox.is_live(token), status != 200);
}

/// Sends this body, in which `TOKEN` stands for a live token.
#[track_caller]
fn check_body(content_type: &str, body: &str, status: u16, expected: &[&str]) {
    let request = |request: RequestBuilder, token: &str| {
        let request = request.header("content-type", content_type);
        request.body(body.replace("TOKEN", token))
    };
    check(request, status, expected);
}

#[track_caller]
fn check_json(body: &str, status: u16, expected: &[&str]) {
    check_body("application/json", body, status, expected);
}

#[track_caller]
fn check_form(body: &str, status: u16, expected: &[&str]) {
    check_body(FORM, body, status, expected);
}

/// As `jsonschema` lists values.
fn one_of(values: &[&str]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    let (last, others) = quoted.split_last().unwrap();
    format!("{} or {last}", others.join(", "))
}

/// The message for a token that does not match the pattern of the spec.
fn does_not_match() -> String {
    let pattern = spec()["components"]["schemas"]["Token"]["pattern"]
        .as_str()
        .unwrap();
    format!("`/token` does not fit the schema: value does not match \"{pattern}\"")
}

const JSON: &str = r#"{"token": "TOKEN"}"#;

#[test]
fn documented_json_is_valid() {
    check_json(JSON, 200, &[]);
    // RFC 6749 section 3.1: unknown parameters are ignored.
    check_json(r#"{"token": "TOKEN", "other": 1}"#, 200, &[]);
    check_body("Application/JSON; charset=\"UTF-8\"", JSON, 200, &[]);
}

#[test]
fn invalid_json_is_refused() {
    let not_json = &["the body is not JSON"];
    check_json("", 400, not_json);
    check_json(r#"{"token": "TOKEN""#, 400, not_json);
    check_json(r#"{"token": "TOKEN"} x"#, 400, not_json);
    check_json(&"[".repeat(10_000), 400, not_json);
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
fn json_that_does_not_fit_the_schema_is_refused() {
    let not_one = format!("value is not one of {}", one_of(&hints()));
    for (body, place, reason) in [
        ("{}", "the body", "\"token\" is a required property"),
        ("[]", "the body", "value is not of type \"object\""),
        (
            r#"{"token": 1}"#,
            "`/token`",
            "value is not of type \"string\"",
        ),
        (
            &json!({ "token": "TOKEN", "token_type_hint": invalid_hint() }).to_string(),
            "`/token_type_hint`",
            &not_one,
        ),
    ] {
        check_json(
            body,
            400,
            &[&format!("{place} does not fit the schema: {reason}")],
        );
    }
    check_json(r#"{"token": "TOKEN\n"}"#, 400, &[&does_not_match()]);
}

#[test]
fn repeated_members_are_refused() {
    check_json(
        r#"{"token": "other", "token": "TOKEN"}"#,
        400,
        &["parameter `token` is given more than once"],
    );
    check_json(
        r#"{"token": "TOKEN", "deep": [{"x": 1, "x": 1}]}"#,
        400,
        &["parameter `…` is given more than once"],
    );
}

#[test]
fn forms_follow_rfc6749() {
    check_form("token=TOKEN", 200, &[]);
    check_form("token=TOKEN&token_type_hint=access_token&other=1", 200, &[]);
    // RFC 6749 section 3.1: an empty parameter is treated as omitted.
    check_form("token=TOKEN&token_type_hint=", 200, &[]);
    let missing = "the body does not fit the schema: \"token\" is a required property";
    check_form("token=", 400, &[missing]);
    for (body, name) in [
        ("token=TOKEN&token=TOKEN", "token"),
        ("token=TOKEN&client_id=&client_id=", "client_id"),
        ("token=TOKEN&TOKEN=&TOKEN=", "…"),
    ] {
        let repeated = format!("parameter `{name}` is given more than once");
        check_form(body, 400, &[&repeated]);
    }
    check_form("token=TOKEN%0A", 400, &[&does_not_match()]);
}

#[test]
fn other_media_types_are_refused() {
    check(
        |request, _| request.body(JSON),
        415,
        &["`Content-Type` is missing"],
    );
    check_body(
        "text/plain",
        "token=TOKEN",
        415,
        &["`Content-Type` is neither `application/json` nor a form"],
    );
    check_body(
        "application/json;charset=latin1",
        JSON,
        200,
        &["the body's charset is not UTF-8"],
    );
    check(
        |request, _| {
            request
                .header("content-type", "application/json")
                .header("content-type", "text/plain")
                .body(JSON)
        },
        400,
        &["`Content-Type` is given more than once"],
    );
}

/// Except those that HTTP libraries, proxies and tracing add.
#[test]
fn unknown_headers_are_violations() {
    check(
        |mut request, token| {
            for name in [
                "api-version",
                "x-forwarded-for",
                "sec-fetch-mode",
                "http2-settings",
                "x-request-id",
                "x-correlation-id",
                "b3",
                "x-b3-traceid",
                "x-amzn-trace-id",
            ] {
                request = request.header(name, "1");
            }
            request.json(&json!({ "token": token }))
        },
        200,
        &["header `api-version` is not in the spec"],
    );
}

#[test]
fn accept_must_allow_json() {
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
fn query_string_is_a_violation() {
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
fn other_methods_are_refused() {
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "SECRET"] {
        let sandbox = Sandbox::start();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let response = client()
            .request(method.clone(), url(&sandbox))
            .send()
            .unwrap();
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "POST");
        let shown = match method.as_str() {
            "SECRET" => "a non-standard method".into(),
            method => format!("method `{method}`"),
        };
        assert_eq!(
            violations(&sandbox),
            [format!("{shown} is not in the spec: use `POST`")]
        );
    }
}

#[test]
fn other_paths_are_refused() {
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
        let response = client()
            .post(format!("{}{path}", sandbox.base_url()))
            .send()
            .unwrap();
        assert_eq!(response.status(), 404);
        let violation = violations(&sandbox).pop().unwrap();
        assert_eq!(violation, format!("path `{shown}` is not in the spec"));
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
        "the sandbox received requests that break the spec:\n  \
         request 1: path `/` is not in the spec\n  \
         request 3: header `x-one` is not in the spec\n  \
         request 3: `Content-Type` is missing"
    );
}
