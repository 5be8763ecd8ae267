//! The result of a call for each response example of the spec, sent by the generated mock.

use std::fmt::Write as _;

use digilocker::{Client, Error, RetryPolicy, Revoked, Token};
use digilocker_client::types;
use digilocker_mock::MockServerExt;
use httpmock::MockServer;
use integration_tests::SPEC;
use serde_json::{Value, json};
use xtask::exposure::{operation, resolve};

/// A response.
#[derive(Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
}

impl Response {
    /// The examples of a documented status, with their names. If it has none, a response without a body.
    pub(crate) fn documented(status: &str) -> Vec<(String, Self)> {
        let response = resolve(&SPEC, &operation(&SPEC).unwrap()["responses"][status]);
        let headers = response["headers"].as_object().into_iter().flatten();
        let empty = Self {
            // Of a range, a status that has no meaning of its own.
            status: status
                .replace("XX", "99")
                .replace("default", "599")
                .parse()
                .unwrap(),
            headers: headers
                .filter_map(|(name, header)| {
                    let header = resolve(&SPEC, header);
                    let example = header.get("example").or(header["schema"].get("example"))?;
                    let text = example.as_str().map(str::to_owned);
                    Some((name.clone(), text.unwrap_or_else(|| example.to_string())))
                })
                .collect(),
            body: None,
        };
        let bodies = examples(response);
        if bodies.is_empty() {
            return vec![("no body".to_owned(), empty)];
        }
        let with = |body: &Value| Self {
            body: Some(body.clone()),
            ..empty.clone()
        };
        let examples = bodies.into_iter();
        examples
            .map(|(name, body)| (name.to_owned(), with(body)))
            .collect()
    }

    /// Calls a mock that sends this response.
    pub(crate) async fn call(&self) -> Result<Revoked, Error> {
        // From JSON rather than a struct literal: a new optional member then needs no change here.
        let request: types::RevocationRequest =
            serde_json::from_value(json!({ "token": TOKEN })).unwrap();
        let server = MockServer::start_async().await;
        let mock = server.revoke_token(|when, then| {
            when.body(&request);
            let mut then = then.into_inner().status(self.status);
            if let Some(body) = &self.body {
                then = then.json_body(body.clone());
            }
            for (name, value) in &self.headers {
                then = then.header(name, value);
            }
        });
        let client = Client::builder(server.base_url().parse().unwrap())
            .retry(RetryPolicy::none())
            .build()
            .unwrap();
        let result = client.revoke(Token::new(TOKEN).unwrap()).await;
        mock.assert_calls_async(1).await;
        result
    }
}

const TOKEN: &str = "2YotnFZFEjr1zCsicMWpAA";

/// The bodies of `example` and `examples`, with their names.
fn examples(response: &'static Value) -> Vec<(&'static str, &'static Value)> {
    let media_types = response["content"].as_object().into_iter().flatten();
    let of_media_type = |(_, media_type): (_, &'static Value)| {
        let example = media_type.get("example").map(|body| ("example", body));
        let examples = media_type["examples"].as_object().into_iter().flatten();
        let named = examples.map(|(name, it)| (name.as_str(), &resolve(&SPEC, it)["value"]));
        example.into_iter().chain(named)
    };
    media_types.flat_map(of_media_type).collect()
}

/// The accessors return the members of the body.
fn check_accessors(result: &Result<Revoked, Error>, body: Option<&Value>) {
    let text = |pointer| body.and_then(|body| body.pointer(pointer)?.as_str());
    match result {
        Ok(revoked) => {
            assert_eq!(revoked.id(), text("/data/id"));
            let created_at = text("/data/created_at").map(|time| time.parse().unwrap());
            assert_eq!(revoked.created_at(), created_at);
        }
        Err(error) => assert_eq!(error.message(), text("/error/message")),
    }
}

/// The rows of a documented status: what the wrapper makes of each of its examples.
pub(crate) async fn rows(status: &str) -> String {
    let mut rows = String::new();
    for (name, response) in Response::documented(status) {
        let result = response.call().await;
        check_accessors(&result, response.body.as_ref());
        let cells = match result {
            Ok(revoked) if revoked.is_confirmed() => vec!["revoked, confirmed".to_owned()],
            Ok(_) => vec!["revoked, not confirmed".to_owned()],
            Err(error) => vec![
                format!("`{:?}`", error.kind()),
                format!("`{:?}`", error.token_state()),
                (if error.is_retryable() { "yes" } else { "no" }).to_owned(),
                (error.retry_after()).map_or(String::new(), |it| format!("{} s", it.as_secs())),
                (error.code()).map_or(String::new(), |code| format!("`{code}`")),
            ],
        };
        let cells = cells.join(" | ").replace("|  |", "| |");
        writeln!(rows, "| {status} | {name} | {cells} |").unwrap();
    }
    rows
}
