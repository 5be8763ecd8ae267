//! Signs a user out: revokes both tokens of a session, and chooses the HTTP status of the response.
//!
//! Runs against a sandbox: `cargo run -p digilocker --example sign_out`

#![expect(clippy::print_stderr, clippy::print_stdout, reason = "an example")]

use digilocker::http::StatusCode;
use digilocker::{Client, Credentials, ErrorKind, Token, TokenState, TokenTypeHint};
use digilocker_mock::Sandbox;

/// Returns the status of the response. Adds to `again` what may still be used: in your service, an encrypted queue.
pub(crate) async fn sign_out(
    client: &Client,
    refresh_token: Token,
    access_token: Token,
    again: &mut Vec<Token>,
) -> StatusCode {
    let mut status = None;
    // The refresh token first: with it, anyone could get another access token.
    for (token, hint) in [
        (refresh_token, TokenTypeHint::RefreshToken),
        (access_token, TokenTypeHint::AccessToken),
    ] {
        let result = client.revoke(token.clone()).hint(hint).await;
        let Err(error) = result else { continue };
        match error.token_state() {
            // Not valid any more. The access token was usually revoked with the refresh token.
            TokenState::NotRecognised => continue,
            TokenState::Live | TokenState::Unknown => eprintln!("{error}"), // without secrets
        }
        again.push(token);
        status = status.max(Some(match error.kind() {
            // All calls fail until the configuration is fixed: alert someone.
            ErrorKind::Unauthorized | ErrorKind::Config => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::ACCEPTED,
        }));
    }
    status.unwrap_or(StatusCode::NO_CONTENT)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start_async().await;
    let grant = sandbox.issue_grant();
    let client = Client::builder(sandbox.base_url().parse()?)
        .credentials(Credentials::basic(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .build()?;
    let refresh_token = Token::new(grant.refresh_token())?;
    let access_token = Token::new(grant.access_token())?;
    let status = sign_out(&client, refresh_token, access_token, &mut Vec::new()).await;
    println!("{status}");
    Ok(())
}
