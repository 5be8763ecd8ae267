//! What reviewers read when the spec changes.
//!
//! - `schemas`: the JSON Schemas of the generated types, held against the spec's own
//! - `redaction`: the `Debug` of everything that holds a secret

mod redaction;
mod schemas;
