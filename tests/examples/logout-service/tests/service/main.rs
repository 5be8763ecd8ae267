//! The service as a child process, against the sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests: a panic says where"
)]

mod credentials;
mod kills;
mod queue_key;
mod review;
mod secrets;
mod shutdown;
mod sign_out;
mod support;
mod traces;
