//! Revokes a token without `async`, and tries again later while that can help.
//!
//! Runs against a sandbox: `cargo run -p digilocker --features blocking --example blocking`

use std::thread;
use std::time::Duration;

use digilocker::blocking::Client;
use digilocker::{Credentials, Error, Revoked, Token, TokenState};
use digilocker_mock::{Fault, Sandbox};

/// Returns `None` if the server does not recognise the token: it is not valid any more.
///
/// Each call makes several attempts. `rounds` is the number of calls.
pub(crate) fn revoke(
    client: &Client,
    token: &Token,
    rounds: u32,
) -> Result<Option<Revoked>, Error> {
    let mut round = 1;
    loop {
        let error = match client.revoke(token.clone()).send() {
            Ok(revoked) => return Ok(Some(revoked)),
            Err(error) => error,
        };
        match error.token_state() {
            TokenState::NotRecognised => return Ok(None),
            TokenState::Live | TokenState::Unknown if error.is_retryable() && round < rounds => {
                round += 1;
                // What the server asks for, or a pause of our own.
                thread::sleep(error.retry_after().unwrap_or(Duration::from_secs(1)));
            }
            // The token may still be used: keep it.
            TokenState::Live | TokenState::Unknown => return Err(error),
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    let client = Client::builder(sandbox.base_url().parse()?)
        .credentials(Credentials::basic(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .build()?;
    sandbox.fail_next(Fault::status(503));
    let revoked = revoke(&client, &Token::new(grant.refresh_token())?, 3)?;
    assert!(revoked.is_some_and(|revoked| revoked.is_confirmed()));
    assert!(!sandbox.is_live(grant.access_token()));
    Ok(())
}
