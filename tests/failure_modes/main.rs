//! Failure modes: no server, network or input makes a call hang, leak, panic or report a wrong result.
//!
//! Single responses and failures are tested by the target `failure_table`.
//!
//! - `system_roots`: root certificates of the operating system
//! - `redirects`: redirects are never followed
//! - `headers`: headers of a call, and the request id of a response
//! - `http_builder`: custom builders of the HTTP client
//! - `proxy`: proxies from the environment
//! - `settings`: root certificates, and the limit of a response
//! - `input`: unusual credentials, tokens and base URLs
//! - `connection_reuse`: connections that the server closes between calls
//! - `cancel`: calls that are dropped
//! - `recovery`: retries and batches after a failure
//! - `memory`: copies of a token after its call
//! - `concurrency`: a thousand concurrent calls
//! - `soak`: five minutes of calls while the server fails at random

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "tests: a panic says where, and a table is as long as it is"
)]

mod cancel;
mod concurrency;
mod connection_reuse;
mod headers;
mod http_builder;
mod input;
#[cfg(target_os = "linux")]
mod memory;
mod proxy;
mod recovery;
mod redirects;
mod settings;
#[cfg(target_os = "linux")]
mod soak;
mod system_roots;

/// An ignored test, in another process.
fn in_child(test: &str) -> std::process::Command {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", test, "--ignored", "--nocapture"]);
    child
}
