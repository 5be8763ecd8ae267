//! Snapshots that a reviewer reads when the spec changes.
//!
//! - `outline`: the public items of the generated code, one per line
//! - `public_api`: the public items of the wrapper, one per line
//! - `public_dependencies`: the crates that the wrapper's public interface names
//! - `schemas`: the JSON Schemas of the generated types, compared with those of the spec
//! - `redaction`: the `Debug` output of every type that contains a secret

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "tests: a panic shows its location, and tables are long"
)]

mod outline;
mod public_api;
mod public_dependencies;
mod redaction;
mod schemas;
mod wrapper;
