//! Issues a token in the sandbox, revokes it, and shows that it is dead.
//!
//! The last part of `cargo xtask demo`. To run it alone: `cargo run -p digilocker --example demo`.

#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use digilocker::{Client, Credentials, Token, TokenTypeHint};
use digilocker_mock::Sandbox;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start_async().await;
    println!(
        "  sandbox at {}, as client {}",
        sandbox.base_url(),
        sandbox.client_id()
    );

    let grant = sandbox.issue_grant();
    let state = |token| {
        if sandbox.is_live(token) {
            "live"
        } else {
            "dead"
        }
    };
    println!(
        "  a grant was issued: access token {}, refresh token {}",
        state(grant.access_token()),
        state(grant.refresh_token())
    );

    let client = Client::builder(sandbox.base_url().parse()?)
        .credentials(Credentials::basic(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .build()?;
    let token = Token::new(grant.refresh_token())?;
    println!("  POST /public/oauth2/1/revoke");
    println!("    authorization: Basic (redacted)");
    println!("    {{\"token\": {token:?}, \"token_type_hint\": \"refresh_token\"}}");

    let revoked = client
        .revoke(token)
        .hint(TokenTypeHint::RefreshToken)
        .await?;
    println!(
        "  {}, revocation {}, after {} attempt",
        revoked.status(),
        revoked.id().unwrap_or("without id"),
        revoked.attempts()
    );
    println!(
        "  after that: access token {}, refresh token {}",
        state(grant.access_token()),
        state(grant.refresh_token())
    );

    sandbox.verify();
    println!("  the sandbox validated each request against the spec: no violation");
    Ok(())
}
