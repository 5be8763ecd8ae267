//! The `Debug` output of every type that contains a secret.

use std::sync::Arc;

use digilocker::{Client, Credentials, Environment, Token, TokenTypeHint};
use digilocker_client::{Hooks, types};
use digilocker_mock::{Fault, Sandbox};
use insta::assert_debug_snapshot;
use integration_tests::{SECRET, TOKEN};

#[test]
fn token() {
    assert_debug_snapshot!(Token::new(TOKEN).unwrap(), @"Token(…)");
}

#[test]
fn generated_request() {
    let json = serde_json::json!({ "token": TOKEN });
    let request: types::RevocationRequest = serde_json::from_value(json).unwrap();
    assert_debug_snapshot!(request);
}

/// Hooks that contain a secret.
#[derive(Debug)]
struct Authenticate(#[expect(dead_code, reason = "only `Debug` could show it")] &'static str);

impl Hooks for Authenticate {
    fn prepare(&self, _: &mut reqwest::Request) {}

    fn receive(&self, _: &mut reqwest::Response) {}
}

#[test]
fn hooks() {
    let hooks: Arc<dyn Hooks> = Arc::new(Authenticate(SECRET));
    assert_debug_snapshot!(hooks, @"Hooks(…)");
}

#[test]
fn credentials() {
    assert_debug_snapshot!([
        Credentials::basic("client-id", SECRET),
        Credentials::basic_unencoded("client-id", SECRET),
        Credentials::body("client-id", SECRET),
        Credentials::public("client-id"),
    ]);
}

#[test]
fn builder_client_and_call() {
    let builder = Client::builder(Environment::Production)
        .credentials(Credentials::basic("client-id", SECRET))
        .user_agent("snapshot-test");
    assert_debug_snapshot!("builder", builder);
    let client = builder.build().unwrap();
    assert_debug_snapshot!("client", client);
    let call = client
        .revoke(Token::new(TOKEN).unwrap())
        .hint(TokenTypeHint::RefreshToken);
    assert_debug_snapshot!("call", call);
}

#[test]
fn sandbox() {
    let builder = Sandbox::builder().client("client-id", SECRET);
    assert_debug_snapshot!(builder, @"SandboxBuilder(127.0.0.1:0)");
    let sandbox = builder.start();
    sandbox.issue_grant_with(TOKEN, "refresh");
    let base_url = sandbox.base_url();
    assert_eq!(format!("{sandbox:?}"), format!("Sandbox({base_url})"));
    let fault = Fault::status(503).body(TOKEN).for_token(TOKEN);
    assert_debug_snapshot!(fault, @"Fault(status 503, for one token)");
}

#[test]
fn calls() {
    let client = Client::builder(Environment::Production).build().unwrap();
    let tokens = futures_util::stream::iter([(1, Token::new(TOKEN).unwrap())]);
    let calls = client.revoke_all(tokens).concurrency(2);
    assert_debug_snapshot!(calls);
}
