//! One client for all tests.

use std::sync::LazyLock;

use digilocker_mock::Sandbox;
use reqwest::blocking::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

pub(crate) fn url(sandbox: &Sandbox) -> String {
    format!("{}/public/oauth2/1/revoke", sandbox.base_url())
}

/// Building a client reads the certificates of the system: one for all tests.
pub(crate) fn client() -> &'static Client {
    static CLIENT: LazyLock<Client> = LazyLock::new(Client::new);
    &CLIENT
}

/// A request with nothing in it.
pub(crate) fn post(sandbox: &Sandbox) -> RequestBuilder {
    client().post(url(sandbox))
}

/// A request that authenticates.
pub(crate) fn authenticated(sandbox: &Sandbox) -> RequestBuilder {
    post(sandbox).basic_auth(sandbox.client_id(), Some(sandbox.client_secret()))
}

/// A request with nothing wrong.
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
