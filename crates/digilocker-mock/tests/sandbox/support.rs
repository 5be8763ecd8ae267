//! The client of the tests, and its requests.

use std::sync::LazyLock;

use digilocker_mock::Sandbox;
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

pub(crate) fn violations(sandbox: &Sandbox) -> Vec<String> {
    sandbox
        .violations()
        .iter()
        .map(|violation| violation.what().to_owned())
        .collect()
}

pub(crate) fn code(response: Response) -> String {
    let body: Value = response.json().unwrap();
    assert_eq!(body["success"], false);
    body["error"]["code"].as_str().unwrap().to_owned()
}
