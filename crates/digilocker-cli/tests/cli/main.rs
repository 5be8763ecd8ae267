//! The command as a process: what it reads, writes, and returns.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod counting_server;
mod examples;
mod fuzz;
mod revoke;
mod revoke_all;
mod sandbox;
mod support;
