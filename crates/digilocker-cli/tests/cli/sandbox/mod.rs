//! `digilocker sandbox`.

mod containers;
mod control_api;
mod openapi;
mod options;
mod page;
#[cfg(unix)]
mod process;

use std::io::Read;
use std::sync::LazyLock;

use reqwest::blocking::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::sandbox_process::SandboxProcess;

/// One client for all tests: building it reads the certificates of the system.
fn client() -> &'static Client {
    static CLIENT: LazyLock<Client> =
        LazyLock::new(|| Client::builder().no_proxy().build().unwrap());
    &CLIENT
}

impl SandboxProcess {
    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        client().request(method.parse().unwrap(), self.url(path))
    }

    fn fetch(&self, path: &str) -> Response {
        self.request("GET", path).send().unwrap()
    }

    fn get(&self, path: &str) -> Value {
        let response = self.fetch(path);
        assert_eq!(response.status(), 200, "{path}");
        response.json().unwrap()
    }

    /// The status and the body of the response.
    fn post(&self, path: &str, body: &str) -> (u16, Value) {
        let request = self.request("POST", path);
        let response = request.body(body.to_owned()).send().unwrap();
        let status = response.status().as_u16();
        (status, response.json().unwrap_or_default())
    }

    /// The access and the refresh token of a new grant.
    fn new_grant(&self) -> (String, String) {
        let (status, grant) = self.post("/sandbox/grants", "");
        assert_eq!(status, 201);
        let token = |name: &str| grant[name].as_str().unwrap().to_owned();
        (token("access_token"), token("refresh_token"))
    }

    /// A request with credentials and without a body.
    fn authenticated(&self) -> RequestBuilder {
        self.request("POST", "/public/oauth2/1/revoke")
            .basic_auth(self.text("client_id"), Some(self.text("client_secret")))
    }

    /// A revocation request that is not sent yet.
    fn revocation(&self, token: &str) -> RequestBuilder {
        self.authenticated().json(&json!({ "token": token }))
    }

    /// The status of a revocation.
    fn revoke(&self, token: &str) -> u16 {
        status(self.revocation(token).send())
    }

    fn is_live(&self, token: &str) -> bool {
        let body = self.get(&format!("/sandbox/tokens/{token}"));
        body["live"].as_bool().unwrap()
    }

    /// Kills the process. Returns its standard error.
    pub(crate) fn stop(&mut self) -> String {
        let exited = self.child.try_wait().unwrap();
        assert_eq!(exited, None, "the sandbox exited");
        self.child.kill().unwrap();
        let mut text = String::new();
        let stderr = self.child.stderr.as_mut().unwrap();
        stderr.read_to_string(&mut text).unwrap();
        text
    }
}

fn status(response: reqwest::Result<Response>) -> u16 {
    response.unwrap().status().as_u16()
}
