//! The contract with the server: the exact bytes of requests, and the documented responses.
//!
//! - `requests`: every kind of credentials with every body encoding
//! - `exposure`: what the wrapper has of the spec: members, values, headers, schemes
//! - `documented_responses`: each response example of the spec, through the generated mock
//! - `control_api`: lint of the OpenAPI document of the control API
//! - `blocking`: the blocking client on threads with and without a runtime
//! - `auto_traits`: public types are `Send` and `Sync`

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "tests: a panic says where, and a table is as long as it is"
)]

mod auto_traits;
mod blocking;
mod control_api;
mod documented_responses;
mod exposure;
mod requests;
