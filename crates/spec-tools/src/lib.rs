//! Tools for OpenAPI documents from which [progenitor](https://docs.rs/progenitor) generates clients.
//!
//! A program of a project makes one [`Project`](project::Project) value and calls [`commands`]. The path of
//! a spec through this crate, one module a step:
//!
//! | module | does |
//! |---|---|
//! | [`source`] | reads the file |
//! | [`yaml`] | text → JSON value, and the place of each part of it |
//! | [`document`] | both together |
//! | [`lint`] | checks that report [`finding`]s; [`registry`] lists their [`rule`]s |
//! | [`spec`] | a document without errors, as the generator takes it |
//! | [`codegen`] | spec → Rust source, behind a [`panic_guard`] |
//! | [`outline`] | Rust source → its public items, one a line |
//! | [`diff`] | two documents and their code → what the edit means |
//! | [`render`] | findings and diffs as text, JSON, SARIF and the like |
//! | [`files`] | writes generated files |
//! | [`commands`] | all of it, as `lint`, `generate`, `diff` |
//!
//! A command prints nothing: it returns a [`Report`](report::Report), with which a `main` may end.

#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )
)]

pub mod codegen;
pub mod commands;
pub mod diff;
pub mod document;
pub mod drift;
pub mod files;
pub mod finding;
pub mod header;
pub mod lint;
pub mod manifest;
#[cfg(test)]
mod oracle;
pub mod outline;
pub mod panic_guard;
pub mod progress;
pub mod project;
pub mod registry;
pub mod render;
pub mod report;
pub mod rule;
pub mod source;
pub mod spec;
#[cfg(test)]
mod testing;
pub mod threads;
pub mod yaml;
