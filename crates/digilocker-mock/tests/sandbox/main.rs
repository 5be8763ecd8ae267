//! The sandbox over HTTP.
//!
//! - `revocation`: grants, and what a revocation does to them
//! - `requests`: requests that break the spec
//! - `authentication`: each method of client authentication
//! - `faults`: injected faults
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
