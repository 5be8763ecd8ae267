//! The service as a child process, against the sandbox.

#![allow(clippy::unwrap_used, reason = "tests: a panic says where")]

mod restart;
mod secrets;
mod sign_out;
mod support;
