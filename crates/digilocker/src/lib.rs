//! Revoke [DigiLocker](https://www.digilocker.gov.in) OAuth 2.0 tokens, and know what became of them.

mod answer;
mod attempt;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
mod client;
mod credentials;
mod envelope;
mod environment;
mod error;
mod redact;
mod retry;
mod retry_after;
mod revoke;
mod revoked;
#[cfg(feature = "rustls")]
mod tls;
mod token_state;
mod trace;
mod transport;
mod wire;

pub use builder::ClientBuilder;
pub use client::Client;
pub use credentials::Credentials;
pub use digilocker_client::{InvalidToken, Token};
pub use environment::{BaseUrl, Environment, InvalidEnvironment};
pub use error::{Error, ErrorKind};
pub use retry::RetryPolicy;
pub use revoke::{Revoke, TokenTypeHint};
pub use revoked::Revoked;
pub use token_state::TokenState;
pub use wire::BodyEncoding;
