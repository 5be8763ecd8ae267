//! Contract tests, snapshots and faults, across all crates: what they share.

/// A token that no output but a request may hold.
pub const TOKEN: &str = "marker+TOKEN/8f3a1c5e7d9b2460=";

/// A client secret that no output but a request may hold.
pub const SECRET: &str = "marker SECRET \"b71e%4d20a9c86f35€";

/// The spec, as JSON.
pub const SPEC: &str = include_str!("../crates/digilocker-mock/src/spec.json");

/// The README's examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
