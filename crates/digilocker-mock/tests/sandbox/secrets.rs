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

/// The secret of the client.
const SECRET: &str = "marker-secret-of-the-client";

/// Known only from the bodies of requests.
const UNKNOWN: &str = "tok.u-3";

/// A token chosen by the test can be short and look like a word.
#[test]
fn tokens_and_secrets_are_never_shown() {
    let builder = Sandbox::builder().client("id", SECRET);
    let mut shown = format!("{builder:?}{builder:#?}");
    let sandbox = builder.start();
    let chosen = sandbox.issue_grant_with("tok.i-1", "tok/i-2");
    let generated = sandbox.issue_grant();
    let [first, second] = [chosen.access_token(), chosen.refresh_token()];
    let echo = Fault::envelope(400, first, SECRET).header("x-token", first);
    write!(shown, "{echo:?}{chosen:?}").unwrap();

    let secrets = [first, second, generated.access_token(), SECRET, UNKNOWN];
    for text in secrets {
        let body = json!({ "token": text, "token_type_hint": text, "client_secret": text });
        let header = format!("x-{}", text.replace('/', "-"));
        let valid = || authenticated(&sandbox);
        sandbox.fail_next(Fault::status(503).for_token(text));
        for request in [
            valid()
                .header("user-agent", format!("x/{text}"))
                .json(&body),
            valid().header("accept", format!("{text}, */*")).json(&body),
            valid().header("traceparent", text).json(&body),
            valid().header(header, text).json(&body),
            valid().query(&[(text, text)]).json(&body),
            post(&sandbox).bearer_auth(text).json(&body),
            post(&sandbox).form(&[("token", text), ("token_type_hint", text)]),
            post(&sandbox).json(&json!({ "token": format!("{text}\n") })),
        ] {
            request.send().unwrap();
        }
    }
    // Without a valid token in the body, only issued tokens and the client's secret are known.
    for text in &secrets[..4] {
        let method = reqwest::Method::from_bytes(text.replace('/', "-").as_bytes()).unwrap();
        let get = |path: String| client().get(format!("{}{path}", sandbox.base_url()));
        let send = |content_type: &str, body: String| {
            post(&sandbox)
                .header("content-type", content_type)
                .body(body)
        };
        for request in [
            client().request(method, url(&sandbox)),
            get(format!("/{text}")),
            get(format!("/x/y{text}z")),
            get(format!("/{}", text.to_uppercase())),
            client().get(format!("{}?{text}", url(&sandbox))),
            send(&format!("text/{text}"), String::new()),
            send("application/json", format!("{{\"token\": {text}}}")),
            send(
                "application/json",
                format!("{{\"{text}\": 1, \"{text}\": 2}}"),
            ),
            post(&sandbox).json(&json!({ *text: [text], "token": { *text: text } })),
            post(&sandbox).form(&[(text, text), (text, text)]),
            post(&sandbox).header("authorization", *text),
            post(&sandbox).basic_auth(text, Some(text)),
        ] {
            request.send().unwrap();
        }
    }
    assert_eq!(sandbox.exchanges().len(), 5 * 8 + 4 * 12);
    shown += &everything(&sandbox);
    let verified = std::panic::AssertUnwindSafe(|| sandbox.verify());
    let panic = std::panic::catch_unwind(verified).unwrap_err();
    shown += &panic.downcast::<String>().unwrap();
    let shown = shown.to_lowercase();
    for secret in [&secrets[..], &[generated.refresh_token()]].concat() {
        let secret = secret.to_lowercase();
        let is_shown = shown.contains(&secret);
        assert!(!is_shown, "{}", shown.replace(&secret, "SECRET"));
    }
}
