//! The sandbox over HTTP.
//!
//! - `revocation`: grants and their revocation
//! - `requests`: requests that break the spec
//! - `authentication`: each method of client authentication
//! - `faults`: injected faults
//! - `fallback`: a service for other paths
//! - `dialects`: the formats of responses
//! - `exchanges`: the journal of requests and responses
//! - `coverage`: which parts of the contract were exercised
//! - `state`: grants, seeds, addresses, resets and changes
//! - `secrets`: what is never shown
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod authentication;
mod coverage;
mod dialects;
mod exchanges;
mod fallback;
mod faults;
mod requests;
mod revocation;
mod secrets;
mod state;
mod support;
