//! A stand-in for DigiLocker's token revocation endpoint, for tests.

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

pub use generated::*;
