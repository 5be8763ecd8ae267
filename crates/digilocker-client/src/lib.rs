//! The generated client of DigiLocker's token revocation endpoint.
//!
//! Applications want the `digilocker` crate, which wraps this one with authentication, limits,
//! retries and errors that say what is known of the token. This one is what `cargo xtask generate` makes
//! of `spec/digilocker.yaml`, with the three things that an OpenAPI document cannot say:
//!
//! - [`Token`]: a secret that is redacted in `Debug` and zeroed on drop,
//! - [`ConstBool`]: a boolean with one possible value, so that a success cannot say `false`,
//! - [`Hooks`]: what runs around each request. The generated [`Client`] cannot be made without them.
//!
//! ```
//! use digilocker_client::{ConstBool, Token, types};
//!
//! let request = types::RevocationRequest {
//!     token: Token::new("2YotnFZFEjr1zCsicMWpAA")?,
//!     token_type_hint: Some(types::TokenTypeHint::AccessToken),
//! };
//! assert!(!format!("{request:?}").contains("2Yotn"));
//!
//! // A success that says `false` does not parse.
//! let contradiction = r#"{"success": false, "data": {"id": "a", "created_at": "2025-01-01T00:00:00Z"}}"#;
//! assert!(serde_json::from_str::<types::RevocationSuccess>(contradiction).is_err());
//! # Ok::<(), digilocker_client::InvalidToken>(())
//! ```
//!
//! # Features
//!
//! - `schemars`: `JsonSchema` for all types; disabled by default.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests: a panic says where"))]

mod const_bool;
mod hooks;
#[cfg(feature = "schemars")]
mod schema;
mod token;

#[allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::use_self,
    clippy::allow_attributes_without_reason,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "the generator's output, held to the generator's standards"
)]
#[rustfmt::skip]
mod generated;

pub use const_bool::ConstBool;
pub use generated::*;
pub use hooks::{Attempt, Hooks, NotSent};
pub use token::{InvalidToken, Token};
