//! The command, and requests to it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

/// Until the end of the test, however that ends.
pub(crate) struct Running {
    child: Child,
    start: Value,
    http: Client,
}

impl Running {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_digilocker"))
            .args(["sandbox", "--port", "0", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self {
            child,
            start: serde_json::from_str(&line).unwrap(),
            http: Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .build()
                .unwrap(),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.start["base_url"].as_str().unwrap())
    }

    pub(crate) async fn get(&self, path: &str) {
        self.http.get(self.url(path)).send().await.unwrap();
    }

    pub(crate) async fn text(&self, path: &str) -> String {
        self.http
            .get(self.url(path))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
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

    /// The status and the `Location` of the response to a form.
    pub(crate) async fn form(&self, path: &str, form: &str) -> (u16, String) {
        let response = self
            .http
            .post(self.url(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned())
            .send()
            .await
            .unwrap();
        let location = response.headers().get("location");
        let location = location
            .map_or("", |location| location.to_str().unwrap())
            .to_owned();
        (response.status().as_u16(), location)
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
                self.start["client_id"].as_str().unwrap(),
                self.start["client_secret"].as_str(),
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

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
