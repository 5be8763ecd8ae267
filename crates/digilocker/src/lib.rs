//! Revoke [DigiLocker](https://www.digilocker.gov.in) OAuth 2.0 tokens (RFC 7009), and know whether they
//! may still be used.
//!
//! A citizen signs in to an application with DigiLocker. When they sign out, or a token leaks, the
//! application must revoke the tokens. A sign-out that silently does nothing is a security incident, so
//! every error of this crate says whether the token may still be used.
//!
//! The crate is not on crates.io. Depend on a checkout of the repository:
//!
//! ```toml
//! [dependencies]
//! digilocker = { path = "…/crates/digilocker" }
//! tokio = { version = "1", features = ["full"] }
//! ```
//!
//! # Revoking a token
//!
//! Build a client once and clone it where it is needed: clones share its connections.
//!
//! ```
//! use digilocker::{Client, Credentials, Environment, Token};
//!
//! fn client() -> Result<Client, digilocker::Error> {
//!     Client::builder(Environment::Production)
//!         .credentials(Credentials::basic("client-id", "client-secret"))
//!         .build()
//! }
//!
//! async fn sign_out(client: &Client, text: String) -> Result<(), Box<dyn std::error::Error>> {
//!     let revoked = client.revoke(Token::new(text)?).await?;
//!     println!("revoked as {:?}", revoked.id());
//!     Ok(())
//! }
//! # client().unwrap();
//! ```
//!
//! DigiLocker's partner specification asks for [`Credentials::basic`] and form bodies. Forms are the default
//! for [`Environment::Production`]; credentials have no default. [`Client::revoke_all`] revokes many tokens,
//! and `blocking::Client` (feature `blocking`) makes the same calls without `async`.
//!
//! [Signing out](signing_out) says which token of a session to revoke first, and what to store.
//!
//! # After an error
//!
//! [`Error::token_state`] says whether the token may still be used, considering all attempts of the call.
//! [`Error::kind`] says what happened. [`Error::is_retryable`] says whether the same call may succeed
//! later.
//!
//! ```
//! use digilocker::{Client, ErrorKind, Token, TokenState};
//!
//! async fn sign_out(client: &Client, token: Token, queue: &mut Vec<Token>) {
//!     match client.revoke(token.clone()).await {
//!         Ok(revoked) if revoked.is_confirmed() => println!("revoked"),
//!         Ok(_) => println!("revoked, not confirmed by the body"),
//!         Err(error) => {
//!             eprintln!("{error}");
//!             match (error.kind(), error.token_state()) {
//!                 (_, TokenState::NotRecognised) => {} // already invalid
//!                 (ErrorKind::Unauthorized | ErrorKind::Config, _) => {
//!                     // Every call fails like this one: fix the configuration.
//!                     queue.push(token);
//!                 }
//!                 // Try again later.
//!                 (_, TokenState::Live | TokenState::Unknown) => queue.push(token),
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! [The table of failures](failures) lists what a call returns for each failure. Each row is tested.
//!
//! # Defaults
//!
//! | | default | changed by |
//! |---|---|---|
//! | server | HTTPS only; plain HTTP on loopback | [`Environment`] |
//! | credentials | none; choose one of four methods | [`Credentials`] |
//! | body | JSON as documented; a form for [`Environment::Production`] | [`ClientBuilder::body_encoding`] |
//! | timeouts | 5 s to connect, 10 s per attempt, 30 s per call | [`ClientBuilder::timeout`], [`attempt_timeout`](ClientBuilder::attempt_timeout), [`connect_timeout`](ClientBuilder::connect_timeout) |
//! | retries | up to 3 attempts, jittered backoff, `Retry-After`, one budget for all clones | [`RetryPolicy`] |
//! | redirects | never followed | |
//! | response | read up to 64 KiB; 200 is a success unless the body contradicts it | [`ClientBuilder::max_response_bytes`] |
//! | HTTP | HTTP/1.1, proxies from the environment | [`ClientBuilder::http`], [`ClientBuilder::proxy`] |
//! | secrets | in the request on the network, and redacted elsewhere: [`Error::message`] says what is recognised | |
//!
//! The memory of tokens, secrets and request bodies is zeroed on drop. Copies made by the HTTP stack,
//! including the `Authorization` header, are not zeroed.
//!
//! # TLS
//!
//! The default feature `rustls` is that of reqwest 0.13. It uses the crypto provider that the process has
//! installed, or aws-lc, and the trust store of the operating system. [`ClientBuilder::root_certificate`] adds
//! a root.
//!
//! A program that uses rustls with its own provider, such as `ring`, needs `rustls-no-provider` instead of the
//! default features. Cargo unifies features: with the default ones, rustls has two providers in this program, and
//! `rustls::ClientConfig::builder()` panics unless the process has installed one. The default features of reqwest
//! 0.13 have the same effect.
//!
//! `rustls-no-provider` is also the build without aws-lc. Install a provider before the first client is built,
//! even for plain HTTP, for instance with `rustls::crypto::ring::default_provider().install_default()`. Without
//! one, `build()` returns a [`Config`](ErrorKind::Config) error.
//!
//! # Testing your code
//!
//! `digilocker-mock` has a sandbox that issues grants, revokes them, injects faults, and validates each
//! request against the OpenAPI document of this crate:
//!
//! ```
//! use std::time::Duration;
//!
//! use digilocker::{Client, Credentials, Token};
//! use digilocker_mock::{Fault, Sandbox};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let sandbox = Sandbox::start_async().await;
//!     let grant = sandbox.issue_grant();
//!     let client = Client::builder(sandbox.base_url().parse()?)
//!         .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!         .build()?;
//!
//!     sandbox.fail_next(Fault::status(503).retry_after(Duration::from_secs(1)));
//!     let revoked = client.revoke(Token::new(grant.refresh_token())?).await?;
//!     assert_eq!(revoked.attempts(), 2);
//!     assert!(!sandbox.is_live(grant.access_token()));
//!     sandbox.verify();
//!     Ok(())
//! }
//! ```
//!
//! In a test with Tokio's paused time, timeouts pass at once while a call waits for a real socket. Leave the time
//! running, or set long timeouts.
//!
//! # From a configuration file
//!
//! [`Environment`], [`Credentials`], [`TokenTypeHint`] and [`Token`] implement `serde::Deserialize`. Their
//! errors never quote a secret.
//!
//! ```
//! use digilocker::{Client, Credentials, Environment};
//!
//! #[derive(serde::Deserialize)]
//! struct Config {
//!     environment: Environment,
//!     credentials: Credentials,
//! }
//!
//! let json = r#"{
//!     "environment": "beta",
//!     "credentials": {"method": "basic", "id": "client-id", "secret": "client-secret"}
//! }"#;
//! let config: Config = serde_json::from_str(json)?;
//! let client = Client::builder(config.environment).credentials(config.credentials).build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls, set up as by reqwest's feature of this name |
//! | `rustls-no-provider` | | the same with the crypto provider that the process has installed |
//! | `native-tls` | | TLS by the operating system's library; ignored while a `rustls` feature is enabled |
//! | `blocking` | | `blocking::Client`: the same calls without `async` |
//!
//! Spans and events of `tracing` are always compiled: [observability].

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests: a panic says where"))]

mod batch;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
mod client;
mod config;
mod error;
#[cfg(doc)]
pub mod failures {
    //! What a call returns for each failure.
    //!
    //! Each row is tested. Calls make up to three attempts, but only one if an attempt waits for a timeout or the
    //! server does not speak TLS. `attempts`, `retry after` and `retryable` are the values of [`Error`](crate::Error);
    //! `confirmed` is that of [`Revoked`](crate::Revoked::is_confirmed).
    //!
    //! # Token states
    //!
    //! - [`Live`](crate::TokenState::Live) means that this call cannot have revoked the token. Either
    //!   nothing was sent (no connection, or no trusted one), or the server refused each request: most 4xx,
    //!   a redirect other than 303, a 503 (RFC 7009 §2.2.1), or `"success": false`.
    //! - [`Unknown`](crate::TokenState::Unknown) means that a request was sent and no response says what
    //!   it did: the connection broke, a timeout passed, the server failed with another 5xx, or its
    //!   response is invalid. One such attempt is enough: a later refusal does not undo it.
    //! - [`NotRecognised`](crate::TokenState::NotRecognised) means that the server responded with
    //!   `invalid_token` under a 400 or a success status. After a lost response, the token may have been
    //!   revoked by this call. A 400 without a body is not enough: any gateway may send one.
    #![doc = include_str!("failures.md")]
}
#[cfg(doc)]
pub mod observability {
    //! The spans and events of `tracing`.
    #![doc = include_str!("observability.md")]
}
mod redact;
mod response;
mod revoke;
mod revoked;
#[cfg(doc)]
pub mod signing_out {
    //! How to revoke the tokens of a session.
    #![doc = include_str!("signing_out.md")]
    //!
    //! The example `sign_out`:
    //!
    //! ```
    #![doc = include_str!("../examples/sign_out.rs")]
    //! ```
}
mod tls;
mod token;
mod trace;
mod transport;

pub use batch::RevokeAll;
pub use builder::ClientBuilder;
pub use client::Client;
pub use config::credentials::Credentials;
pub use config::encoding::BodyEncoding;
pub use config::environment::{BaseUrl, Environment, InvalidEnvironment};
pub use config::hint::{InvalidTokenTypeHint, TokenTypeHint};
pub use config::retry::RetryPolicy;
pub use digilocker_client::InvalidToken;
pub use error::{Error, ErrorKind, TokenState};
pub use revoke::Revoke;
pub use revoked::Revoked;
pub use token::Token;
// Crates whose types are in this crate's public interface.
pub use {chrono, http, reqwest};

#[cfg(test)]
mod properties;
