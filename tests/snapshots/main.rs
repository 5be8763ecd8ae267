//! What reviewers read when the spec changes.
//!
//! - `outline`: each public item of the generated code, one a line
//! - `schemas`: the JSON Schemas of the generated types, held against the spec's own
//! - `redaction`: the `Debug` of everything that holds a secret
//! - `second`: a second operation, as a fixture

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "tests: a panic says where, and a table is as long as it is"
)]

mod outline;
mod redaction;
mod schemas;
mod second;
