//! Issues a token in the sandbox, revokes it, and shows what the sandbox recorded.
//!
//! The last part of `cargo xtask demo`. To run it alone: `cargo run -p digilocker --example demo`.

#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use digilocker::{Client, Credentials, Token, TokenTypeHint};
use digilocker_mock::Sandbox;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start_async().await;
    let grant = sandbox.issue_grant();
    let state = |token| {
        if sandbox.is_live(token) {
            "live"
        } else {
            "revoked"
        }
    };
    let both_states = || {
        let (access, refresh) = (state(grant.access_token()), state(grant.refresh_token()));
        format!("access token {access}, refresh token {refresh}")
    };
    println!("  sandbox at {}: {}", sandbox.base_url(), both_states());

    let client = Client::builder(sandbox.base_url().parse()?)
        .credentials(Credentials::basic(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .build()?;
    let revoked = client
        .revoke(Token::new(grant.refresh_token())?)
        .hint(TokenTypeHint::RefreshToken)
        .await?;

    println!("  recorded by the sandbox:");
    for exchange in sandbox.exchanges() {
        println!("    {} {}", exchange.method(), exchange.path());
        println!("    authentication: {}", exchange.authentication());
        println!("    body: {}", exchange.encoding().unwrap_or("none"));
        println!("    token_type_hint: {}", exchange.hint().unwrap_or("none"));
        let status = exchange
            .status()
            .map_or("none".to_owned(), |it| it.to_string());
        println!("    status: {status}");
        println!(
            "    violations of the spec: {}",
            exchange.violations().len()
        );
    }
    println!(
        "  returned by the client: revocation {}, after {} attempt",
        revoked.id().unwrap_or("without id"),
        revoked.attempts()
    );
    println!("  after that: {}", both_states());
    sandbox.verify();
    Ok(())
}
