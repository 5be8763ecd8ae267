//! Requests to the sandbox.

use reqwest::Client;
use serde_json::{Value, json};

use crate::sandbox_process::SandboxProcess;

pub(crate) struct Sandbox {
    process: SandboxProcess,
    http: Client,
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        Self {
            process: SandboxProcess::start(&[]),
            http: Client::builder().no_proxy().build().unwrap(),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        self.process.url(path)
    }

    pub(crate) async fn get(&self, path: &str) {
        self.http.get(self.url(path)).send().await.unwrap();
    }

    pub(crate) async fn text(&self, path: &str) -> String {
        let response = self.http.get(self.url(path)).send().await.unwrap();
        response.text().await.unwrap()
    }

    /// The access token of a new grant.
    pub(crate) async fn new_grant(&self) -> String {
        let response = self
            .http
            .post(self.url("/sandbox/grants"))
            .send()
            .await
            .unwrap();
        let grant: Value = response.json().await.unwrap();
        grant["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn revoke(&self, token: &str, media_type: &str) -> u16 {
        let body = if media_type == "application/json" {
            json!({ "token": token }).to_string()
        } else {
            format!("token={token}")
        };
        let response = self
            .http
            .post(self.url("/public/oauth2/1/revoke"))
            .basic_auth(
                self.process.text("client_id"),
                Some(self.process.text("client_secret")),
            )
            .header("content-type", media_type)
            .body(body)
            .send()
            .await
            .unwrap();
        response.status().as_u16()
    }

    pub(crate) async fn revoke_many(&self, token: &str, count: usize) {
        for _ in 0..count {
            self.revoke(token, "application/json").await;
        }
    }
}
