//! The result of a call for each response example of the spec, sent by the generated mock.

use std::fmt::Write as _;

use digilocker::{Client, Error, RetryPolicy, Revoked, Token};
use digilocker_client::types;
use digilocker_mock::MockServerExt;
use httpmock::MockServer;
use insta::assert_snapshot;
use serde_json::{Value, json};

const TOKEN: &str = "2YotnFZFEjr1zCsicMWpAA";

/// A new response in the spec fails this test until its result is accepted.
#[tokio::test]
async fn documented_responses_have_the_accepted_results() {
    let spec: Value = serde_json::from_str(integration_tests::SPEC).unwrap();
    let mut meanings = String::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        let operation = &item["post"];
        // A new operation needs its own call here.
        assert_eq!(operation["operationId"], "revoke_token", "{path}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            let response = resolve(&spec, response);
            let media_type = &response["content"]["application/json"];
            let headers = headers(&spec, response);
            let examples = examples(&spec, media_type);
            if examples.is_empty() {
                writeln!(meanings, "{status}: no example").unwrap();
            }
            for (name, body) in examples {
                let result = call(status.parse().unwrap(), &headers, body).await;
                writeln!(meanings, "{status} {name}: {}", meaning(result)).unwrap();
            }
        }
    }
    assert_snapshot!(meanings, @r#"
    200 revoked: Ok(id: Some("abc123"), created_at: Some(2025-01-01T00:00:00Z), attempts: 1)
    400 validation: Err(InvalidRequest, Live, retryable: false, retry_after: None, code: Some("VALIDATION_ERROR"), message: Some("Invalid request parameters"))
    401 badCredentials: Err(Unauthorized, Live, retryable: false, retry_after: None, code: Some("invalid_client"), message: Some("Client authentication failed"))
    503 unavailable: Err(Unavailable, Live, retryable: true, retry_after: Some(120s), code: Some("temporarily_unavailable"), message: Some("Try again later"))
    "#);
}

/// Follows a reference within the document.
fn resolve<'a>(spec: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.strip_prefix('#').unwrap();
            resolve(spec, spec.pointer(pointer).unwrap())
        }
        None => value,
    }
}

/// The headers of a response that have an example.
fn headers<'a>(spec: &'a Value, response: &'a Value) -> Vec<(&'a str, &'a str)> {
    let headers = response["headers"].as_object().into_iter().flatten();
    headers
        .filter_map(|(name, header)| {
            let example = resolve(spec, header)["example"].as_str()?;
            Some((name.as_str(), example))
        })
        .collect()
}

/// The bodies of `example` and `examples`, with their names.
fn examples<'a>(spec: &'a Value, media_type: &'a Value) -> Vec<(&'a str, &'a Value)> {
    let example = media_type.get("example").map(|body| ("example", body));
    let examples = media_type["examples"].as_object().into_iter().flatten();
    let named = examples.map(|(name, example)| (name.as_str(), &resolve(spec, example)["value"]));
    example.into_iter().chain(named).collect()
}

/// Calls a mock that sends this response.
async fn call(status: u16, headers: &[(&str, &str)], body: &Value) -> Result<Revoked, Error> {
    // From JSON rather than a struct literal: a new optional member then needs no change here.
    let request: types::RevocationRequest =
        serde_json::from_value(json!({ "token": TOKEN })).unwrap();
    let server = MockServer::start_async().await;
    let mock = server.revoke_token(|when, then| {
        when.body(&request);
        let mut then = then.into_inner().status(status).json_body(body.clone());
        for (name, value) in headers {
            then = then.header(*name, *value);
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

fn meaning(result: Result<Revoked, Error>) -> String {
    match result {
        Ok(revoked) => format!(
            "Ok(id: {:?}, created_at: {:?}, attempts: {})",
            revoked.id(),
            revoked.created_at(),
            revoked.attempts(),
        ),
        Err(error) => format!(
            "Err({:?}, {:?}, retryable: {}, retry_after: {:?}, code: {:?}, message: {:?})",
            error.kind(),
            error.token_state(),
            error.is_retryable(),
            error.retry_after(),
            error.code(),
            error.message(),
        ),
    }
}

#[tokio::test]
async fn error_is_displayed_in_one_line() {
    let body = json!({
        "success": false,
        "error": { "code": "VALIDATION_ERROR", "message": "Invalid request parameters" },
    });
    assert_snapshot!(call(400, &[], &body).await.unwrap_err(), @r#"the server refused the request: status 400 Bad Request, code `VALIDATION_ERROR`, message "Invalid request parameters"; after 1 attempt, the token was not revoked"#);
}
