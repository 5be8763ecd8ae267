use std::fmt::Write;

use digilocker_mock::{Fault, Sandbox};
use serde_json::json;

use crate::support::{authenticated, post, url};

const MARKER: &str = "marker-secret-of-the-client";

#[test]
fn tokens_and_secrets_are_never_shown() {
    let builder = Sandbox::builder().client("id", MARKER);
    let mut shown = format!("{builder:?}{builder:#?}");
    let sandbox = builder.start();
    let grant = sandbox.issue_grant();
    let token = grant.access_token();
    let echo = Fault::envelope(400, token, MARKER).header("x-token", token);
    write!(shown, "{echo:?}{grant:?}").unwrap();

    // Secrets in every place where they should not be.
    let client = reqwest::blocking::Client::new();
    for text in [token, MARKER] {
        let requests = [
            client.get(format!("{}/{text}", sandbox.base_url())),
            client.post(format!("{}?token={text}", url(&sandbox))),
            client.get(format!("{}?{text}", url(&sandbox))),
            post(&sandbox).json(&json!({ text: [text], "token": { text: text } })),
            post(&sandbox).json(&json!({ "token": "a", "token_type_hint": text })),
            post(&sandbox).json(&json!({ "token": format!("{text}\n") })),
            post(&sandbox).form(&[(text, text), (text, text)]),
            post(&sandbox)
                .header("content-type", text)
                .body(text.to_owned()),
            post(&sandbox)
                .header("content-type", "application/json")
                .body(format!("{{\"token\": {text}}}")),
            post(&sandbox)
                .header("content-type", "application/json")
                .body(format!("{{\"{text}\": 1, \"{text}\": 2}}")),
            authenticated(&sandbox).header("accept", text),
            post(&sandbox).header(format!("x-{:-<32}{text}", ""), text),
            post(&sandbox).header("authorization", text),
            post(&sandbox).basic_auth(text, Some(text)),
        ];
        for request in requests {
            request.send().unwrap();
        }
    }
    write!(shown, "{sandbox:?}{:?}", sandbox.violations()).unwrap();
    let verified = std::panic::AssertUnwindSafe(|| sandbox.verify());
    shown += &std::panic::catch_unwind(verified)
        .unwrap_err()
        .downcast::<String>()
        .unwrap();

    assert!(sandbox.violations().len() >= 28);
    for secret in [MARKER, token, grant.refresh_token()] {
        assert!(
            !shown.contains(secret),
            "{}",
            shown.replace(secret, "SECRET")
        );
    }
}
