//! Revoke [DigiLocker](https://www.digilocker.gov.in) OAuth 2.0 tokens, and know what became of
//! them.
//!
//! A citizen signs in to an application with DigiLocker. When they sign out, or a token leaks, the
//! application must revoke the tokens. This crate makes that one call (RFC 7009), and treats a
//! sign-out that silently did nothing as what it is: a security incident.
//!
//! ```
//! # use digilocker_mock::Sandbox;
//! use digilocker::{Client, Credentials, Environment, Token};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start_async().await;
//! # let grant = sandbox.issue_grant();
//! # let text = grant.refresh_token();
//! let client = Client::builder(Environment::Production)
//! #   ; let client = Client::builder(sandbox.base_url().parse()?)
//! #   .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//! #   .build()?; let _ = Client::builder(Environment::Production)
//!     .credentials(Credentials::basic("client-id", "client-secret"))
//!     .build()?;
//! client.revoke(Token::new(text)?).await?;
//! # assert!(!sandbox.is_live(grant.access_token()));
//! # sandbox.verify();
//! # Ok(())
//! # }
//! ```
//!
//! # After an error
//!
//! The first question is whether the token may still be used by someone.
//! [`Error::token_state`] answers it, over all attempts of the call; [`Error::kind`] says what
//! happened; [`Error::is_retryable`] says whether the same call may succeed later.
//!
//! ```
//! # use digilocker_mock::{Fault, Sandbox};
//! # use digilocker::{Client, Credentials, RetryPolicy};
//! use digilocker::{ErrorKind, Token, TokenState};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start_async().await;
//! # let grant = sandbox.issue_grant();
//! # let token = Token::new(grant.refresh_token())?;
//! # sandbox.fail_next(Fault::status(503));
//! # let client = Client::builder(sandbox.base_url().parse()?)
//! #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//! #     .retry(RetryPolicy::none())
//! #     .build()?;
//! match client.revoke(token).await {
//!     Ok(revoked) => println!("revoked as {:?}", revoked.id()),
//!     Err(error) => match error.token_state() {
//!         TokenState::NotRecognised => println!("no valid token is left"),
//!         TokenState::Live | TokenState::Unknown => {
//!             // Keep the token in a queue, and try again later.
//!             eprintln!("{error}");
//! #           assert_eq!(error.kind(), ErrorKind::Unavailable);
//! #           assert_eq!(error.token_state(), TokenState::Live);
//!         }
//!     },
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [The table of faults](faults) has a row for each thing that can go wrong, and what a call comes to
//! under it. Each row is a test.
//!
//! # What it does without being asked
//!
//! | | default | changed by |
//! |---|---|---|
//! | where | HTTPS only; plain HTTP on loopback | [`Environment`] |
//! | who | no credentials; four ways to send them, one at a time | [`Credentials`] |
//! | body | JSON as documented; form-encoded on the production host | [`ClientBuilder::body_encoding`] |
//! | time | 5 s to connect, 10 s an attempt, 30 s a call | [`ClientBuilder::timeout`] and its like |
//! | retries | up to 3 attempts, jittered backoff, `Retry-After`, one budget for all clones | [`RetryPolicy`] |
//! | redirects | never followed | |
//! | the answer | read up to 64 KiB; 200 is a success whatever the body is, unless it says otherwise | [`ClientBuilder::max_response_bytes`] |
//! | secrets | in the request on the wire, and nowhere else: not in `Debug`, errors or traces | |
//!
//! A token's memory is zeroed on drop. The copy that the HTTP stack writes to the socket is its own,
//! and is not.
//!
//! # Testing your code
//!
//! `digilocker-mock` has a sandbox that issues grants, revokes them, fails when told to, and holds
//! each request against the OpenAPI document of this crate:
//!
//! ```
//! use digilocker::{Client, Credentials, Token};
//! use digilocker_mock::{Fault, Sandbox};
//! # use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start_async().await;
//! let grant = sandbox.issue_grant();
//! let client = Client::builder(sandbox.base_url().parse()?)
//!     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!     .build()?;
//!
//! sandbox.fail_next(Fault::status(503).retry_after(Duration::from_secs(1)));
//! let revoked = client.revoke(Token::new(grant.refresh_token())?).await?;
//! assert_eq!(revoked.attempts(), 2);
//! assert!(!sandbox.is_live(grant.access_token()));
//! sandbox.verify();
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls with ring, trusting what the operating system trusts |
//! | `native-tls` | | TLS by the operating system's library; has an effect without `rustls` only |
//! | `blocking` | | `blocking::Client`, the same calls ended by `.send()` |
//! | `tracing` | | one span a call, one event an attempt |
//!
//! `rustls` hands reqwest its TLS settings and leaves reqwest without a provider of its own. A program
//! that also builds HTTP clients with reqwest itself must turn on one of reqwest's own TLS features, or
//! install a provider for the process: reqwest panics otherwise.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests: a panic says where"))]

#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod client;
mod config;
mod error;
#[cfg(doc)]
pub mod faults {
    //! What a call comes to, for each thing that can go wrong.
    #![doc = include_str!("faults.md")]
}
mod pipeline;
#[cfg(test)]
mod properties;
mod revoke;

pub use builder::ClientBuilder;
pub use client::Client;
pub use config::credentials::Credentials;
pub use config::environment::{BaseUrl, Environment, InvalidEnvironment};
pub use config::retry::RetryPolicy;
pub use digilocker_client::{InvalidToken, Token};
pub use error::{Error, ErrorKind};
pub use pipeline::encode::BodyEncoding;
pub use revoke::{InvalidTokenTypeHint, Revoke, RevokeAll, Revoked, TokenState, TokenTypeHint};
// What the generated code of the second operation names.
#[cfg(test)]
use digilocker_client::{Attempt, ConstBool};
// The crates whose types are in this crate's interface.
pub use {chrono, http, reqwest};
