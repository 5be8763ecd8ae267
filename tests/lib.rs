//! Shared by the integration tests: a scripted server, marked secrets, the spec, and a log.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::missing_panics_doc,
    reason = "tests: a panic says where, and a table is as long as it is"
)]

use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::Value;

pub mod certificates;
pub mod failure_table;
pub mod raw_server;

/// A token that must not appear in any output other than a request.
pub const TOKEN: &str = "marker+TOKEN/8f3a1c5e7d9b2460=";

/// A client secret that must not appear in any output other than a request.
pub const SECRET: &str = "marker SECRET \"b71e%4d20a9c86f35€";

/// The spec, as JSON.
pub static SPEC: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../crates/digilocker-mock/src/spec.json")).unwrap()
});

/// An HTTP/1.1 response with this status, these header lines and this body.
#[must_use]
pub fn response(status: u16, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut response = format!("HTTP/1.1 {status} Status\r\n").into_bytes();
    for header in headers {
        response.extend_from_slice(header.as_bytes());
        response.extend_from_slice(b"\r\n");
    }
    // These statuses have no body and no length (RFC 9110 §6.4.1).
    if !matches!(status, 100..200 | 204 | 304) {
        response.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    response.extend_from_slice(b"\r\n");
    response.extend_from_slice(body);
    response
}

/// A response whose `content-length` is one more than the length of its body.
#[must_use]
pub fn truncated(status: u16, body: &str) -> Vec<u8> {
    let mut response = response(status, &[], format!("{body} "));
    response.pop();
    response
}

/// The output of a subscriber of `tracing`.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// The output so far.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs the examples of the READMEs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../crates/digilocker/README.md")]
#[doc = include_str!("../crates/digilocker-mock/README.md")]
struct Readmes;
