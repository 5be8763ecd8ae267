//! The command as a child process: its input, output and exit code.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod check;
mod counting_server;
mod examples;
mod fuzz;
#[path = "../../../digilocker-mock/src/server.rs"]
mod http_server;
#[expect(dead_code, unreachable_pub, reason = "shared with `integration-tests`")]
#[path = "../../../../tests/raw_server.rs"]
mod raw_server;
mod revoke;
mod revoke_all;
mod sandbox;
mod sandbox_process;
mod support;
mod tls_server;
