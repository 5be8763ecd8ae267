//! Revokes the tokens in the lines of a file, and prints the lines whose token may still be used.
//!
//! Runs against a sandbox: `cargo run -p digilocker --example revoke_file`. `digilocker revoke-all` is the command.

#![expect(clippy::print_stderr, reason = "an example")]

use std::io::{self, BufRead};

use digilocker::{Client, Credentials, Token, TokenState};
use digilocker_mock::Sandbox;
use futures_util::{StreamExt as _, stream};

/// Returns the numbers of the lines whose token may still be used. At most 64 tokens are in memory.
pub(crate) async fn revoke_lines(client: &Client, file: impl BufRead) -> io::Result<Vec<usize>> {
    let (mut again, mut invalid, mut end) = (Vec::new(), Vec::new(), Ok(()));
    let lines = (1..).zip(file.lines()).map_while(|(number, line)| {
        let line = line.map_err(|error| end = Err(error)).ok()?;
        Some((number, Token::new(line)))
    });
    // A line that is no token may have one in it.
    let tokens = lines.filter_map(|(number, token)| {
        let token = token.map_err(|error| {
            eprintln!("line {number}: {error}");
            invalid.push(number);
        });
        Some((number, token.ok()?))
    });
    let mut results = client.revoke_all(stream::iter(tokens)).concurrency(64);
    while let Some((number, result)) = results.next().await {
        match result {
            Ok(_) => {}
            Err(error) if error.token_state() == TokenState::NotRecognised => {}
            Err(error) => {
                eprintln!("line {number}: {error}");
                again.push(number);
            }
        }
    }
    drop(results);
    again.extend(invalid);
    end.map(|()| again)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start_async().await;
    let client = Client::builder(sandbox.base_url().parse()?)
        .credentials(Credentials::basic(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .build()?;
    let tokens: Vec<_> = (0..1000)
        .map(|_| sandbox.issue_grant().refresh_token().to_owned())
        .collect();
    let file = tokens.join("\n");
    assert!(revoke_lines(&client, file.as_bytes()).await?.is_empty());
    Ok(())
}
