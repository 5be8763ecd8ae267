//! Contract tests, snapshots and faults, across all crates: what they share.

#![allow(clippy::unwrap_used, reason = "tests: a panic says where")]

pub mod wire;

/// A token that no output but a request may hold.
pub const TOKEN: &str = "marker+TOKEN/8f3a1c5e7d9b2460=";

/// A client secret that no output but a request may hold.
pub const SECRET: &str = "marker SECRET \"b71e%4d20a9c86f35€";

/// The spec, as JSON.
pub const SPEC: &str = include_str!("../crates/digilocker-mock/src/spec.json");

/// An HTTP/1.1 answer of this status, with these header lines and this body.
#[must_use]
pub fn answer(status: u16, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut answer = format!("HTTP/1.1 {status} Status\r\n").into_bytes();
    for header in headers {
        answer.extend_from_slice(header.as_bytes());
        answer.extend_from_slice(b"\r\n");
    }
    // These have no body (RFC 9110 §6.4.1), and no length.
    if !matches!(status, 100..200 | 204 | 304) {
        answer.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    answer.extend_from_slice(b"\r\n");
    answer.extend_from_slice(body);
    answer
}

/// The README's examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
