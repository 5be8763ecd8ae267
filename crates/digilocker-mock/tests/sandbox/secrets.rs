use std::fmt::Write;

use digilocker_mock::{Fault, Sandbox};
use serde_json::json;

use crate::support::{authenticated, client, post, url};

/// Everything that a sandbox shows.
fn everything(sandbox: &Sandbox) -> String {
    let (exchanges, violations) = (sandbox.exchanges(), sandbox.violations());
    let coverage = sandbox.coverage();
    let mut shown = format!(
        "{sandbox:?}{exchanges:?}{violations:?}{coverage:?}{coverage}{:?}{:?}",
        sandbox.last_grants(usize::MAX),
        sandbox.pending_faults()
    );
    shown += &serde_json::to_string(&(&exchanges, &violations, &coverage)).unwrap();
    for exchange in &exchanges {
        for (name, value) in exchange.headers() {
            write!(shown, "{name}{value:?}").unwrap();
        }
    }
    shown
}

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

    // Secrets in every place where they do not belong.
    let client = client();
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
    shown += &everything(&sandbox);
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

/// A token chosen by the test can be short and look like a word.
#[test]
fn short_tokens_are_hidden_everywhere() {
    let sandbox = Sandbox::builder().journal_size(100).start();
    let client = client();
    let issued = sandbox.issue_grant_with("tok.i-1", "tok/i-2");
    // Known only from the body of the request.
    let unknown = "tok.u-3";
    for token in [issued.access_token(), issued.refresh_token(), unknown] {
        let body = json!({ "token": token, "token_type_hint": token, "client_secret": token });
        let header = token.replace('/', "-");
        let requests = [
            authenticated(&sandbox)
                .header("user-agent", format!("x/{token}"))
                .json(&body),
            authenticated(&sandbox)
                .header("accept", format!("{token}, */*"))
                .json(&body),
            authenticated(&sandbox)
                .header("traceparent", token)
                .json(&body),
            authenticated(&sandbox)
                .header(format!("x-{header}"), token)
                .json(&body),
            authenticated(&sandbox).query(&[(token, token)]).json(&body),
            post(&sandbox).bearer_auth(token).json(&body),
            post(&sandbox).form(&[("token", token), ("token_type_hint", token)]),
        ];
        sandbox.fail_next(Fault::status(503).for_token(token));
        for request in requests {
            request.send().unwrap();
        }
        // Without the token in the body, only issued tokens are known.
        if token != unknown {
            let method = reqwest::Method::from_bytes(header.as_bytes()).unwrap();
            let get = |path: String| client.get(format!("{}{path}", sandbox.base_url()));
            let requests = [
                client.request(method, url(&sandbox)),
                get(format!("/{token}")),
                get(format!("/x/y{token}z")),
                get(format!("/{}", token.to_uppercase())),
                post(&sandbox)
                    .header("content-type", format!("text/{token}"))
                    .body("x"),
            ];
            for request in requests {
                request.send().unwrap();
            }
        }
    }
    assert_eq!(sandbox.exchanges().len(), 31);
    let shown = everything(&sandbox).to_lowercase();
    for secret in ["tok.i-1", "tok/i-2", "tok.u-3", sandbox.client_secret()] {
        let secret = secret.to_lowercase();
        assert!(
            !shown.contains(&secret),
            "{}",
            shown.replace(&secret, "SECRET")
        );
    }
}
