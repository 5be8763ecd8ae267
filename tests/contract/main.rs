//! The contract with the server: the exact bytes of requests, and the documented responses.
//!
//! - `requests`: each kind of credentials with each body encoding
//! - `responses`: the documented responses, through the generated mock

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "tests: a panic says where, and a table is as long as it is"
)]

mod requests;
mod responses;
