//! The command as a process: what it reads, writes, and returns.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod examples;
mod fuzz;
mod revoke;
mod sandbox;
mod support;
