//! The generated client of DigiLocker's token revocation endpoint.
//!
//! Applications use the `digilocker` crate instead. It adds authentication, limits, retries, and errors
//! that say whether the token may still be used. This crate is generated from `spec/digilocker.yaml` by
//! `cargo xtask generate`, with three additions that an OpenAPI document cannot describe:
//!
//! - [`Token`]: a secret that is redacted in `Debug` and zeroed on drop,
//! - [`ConstBool`]: a boolean with one possible value, so that a success cannot contain `false`,
//! - [`Hooks`]: run before and after each request. The generated [`Client`] requires them.
//!
//! ```
//! use digilocker_client::types;
//!
//! // From JSON: a struct literal would not compile after the spec gains an optional member.
//! let json = r#"{"token": "2YotnFZFEjr1zCsicMWpAA"}"#;
//! let request: types::RevocationRequest = serde_json::from_str(json)?;
//! assert!(!format!("{request:?}").contains("2Yotn"));
//!
//! // A success that contains `false` does not parse.
//! let contradiction = r#"{"success": false, "data": {"id": "a", "created_at": "2025-01-01T00:00:00Z"}}"#;
//! assert!(serde_json::from_str::<types::RevocationSuccess>(contradiction).is_err());
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Features
//!
//! - `schemars`: `JsonSchema` for all types; disabled by default.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests: a panic says where"))]

mod const_bool;
mod exec;
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
pub use hooks::Hooks;
pub use token::{InvalidToken, Token};
