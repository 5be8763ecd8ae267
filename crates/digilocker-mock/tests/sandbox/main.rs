//! The sandbox over HTTP.
//!
//! - `revocation`: grants, and what a revocation does to them
//! - `requests`: each way in which a request can break the spec
//! - `authentication`: each way in which a client can show itself
//! - `faults`: what goes wrong on purpose
//! - `fallback`: a service for other paths
//! - `secrets`: what is never shown
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod authentication;
mod fallback;
mod faults;
mod requests;
mod revocation;
mod secrets;
mod support;
