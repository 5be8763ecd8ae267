//! The client of the tests, and its requests.

use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use digilocker_mock::{Exchange, Sandbox, Violation};
use reqwest::blocking::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

pub(crate) fn url(sandbox: &Sandbox) -> String {
    format!("{}/public/oauth2/1/revoke", sandbox.base_url())
}

/// One client for all tests: building it reads the certificates of the system.
pub(crate) fn client() -> &'static Client {
    static CLIENT: LazyLock<Client> = LazyLock::new(Client::new);
    &CLIENT
}

/// A request without credentials and body.
pub(crate) fn post(sandbox: &Sandbox) -> RequestBuilder {
    client().post(url(sandbox))
}

/// A request with credentials.
pub(crate) fn authenticated(sandbox: &Sandbox) -> RequestBuilder {
    post(sandbox).basic_auth(sandbox.client_id(), Some(sandbox.client_secret()))
}

/// Sends a valid revocation.
pub(crate) fn revoke(sandbox: &Sandbox, token: &str) -> Response {
    authenticated(sandbox)
        .json(&json!({ "token": token }))
        .send()
        .unwrap()
}

/// The OpenAPI document.
pub(crate) fn spec() -> &'static Value {
    static SPEC: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(include_str!("../../src/spec.json")).unwrap());
    &SPEC
}

/// The responses of the operation, by status.
pub(crate) fn responses() -> impl Iterator<Item = (u16, &'static Value)> {
    let operation = &spec()["paths"]["/public/oauth2/1/revoke"]["post"];
    let responses = operation["responses"].as_object().unwrap();
    responses
        .iter()
        .filter_map(|(status, response)| Some((status.parse().ok()?, response)))
}

/// The examples of the spec for a status; none if the spec does not have it.
pub(crate) fn examples(status: u16) -> Vec<&'static Value> {
    let of_status = responses().filter(|(known, _)| *known == status);
    let examples = of_status.flat_map(|(_, response)| {
        let media_type = &response["content"]["application/json"];
        media_type["examples"].as_object().into_iter().flatten()
    });
    examples.map(|(_, example)| &example["value"]).collect()
}

pub(crate) fn hints() -> Vec<&'static str> {
    let hint = &spec()["components"]["schemas"]["TokenTypeHint"]["enum"];
    let values = hint.as_array().unwrap().iter();
    values.map(|value| value.as_str().unwrap()).collect()
}

/// A hint that is not in the spec, whatever the spec gains.
pub(crate) fn invalid_hint() -> String {
    format!("not-{}", hints().join("-"))
}

/// The violations so far. Each location of one is in the spec.
pub(crate) fn violations(sandbox: &Sandbox) -> Vec<String> {
    let exchanges = sandbox.exchanges();
    let violations = exchanges.iter().flat_map(Exchange::violations);
    let what = |violation: &Violation| {
        if let Some(location) = &violation.spec_location {
            let pointer = location.strip_prefix('#').unwrap();
            assert!(spec().pointer(pointer).is_some(), "{location}");
        }
        violation.what.clone()
    };
    violations.map(what).collect()
}

/// Waits until the sandbox has read a request.
pub(crate) fn wait_for_request(sandbox: &Sandbox) {
    let start = Instant::now();
    while sandbox.requests() == 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "no request");
        thread::yield_now();
    }
}

pub(crate) fn code(response: Response) -> String {
    let body: Value = response.json().unwrap();
    assert_eq!(body["success"], false);
    body["error"]["code"].as_str().unwrap().to_owned()
}
