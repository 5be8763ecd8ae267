//! Tools for OpenAPI documents from which [progenitor](https://docs.rs/progenitor) generates clients.
//!
//! A program builds one [`Project`](project::Project) and calls [`commands`]. The modules, in the order in which a
//! spec passes through them:
//!
//! | module | does |
//! |---|---|
//! | [`source`] | reads the file |
//! | [`yaml`] | text → JSON value, and the location of each part |
//! | [`document`] | text, value and locations together |
//! | [`lint`] | runs checks that report [`finding`]s; [`registry`] lists the [`rule`]s |
//! | [`spec`] | a document without errors, as input of the generator |
//! | [`codegen`] | spec → Rust source, behind a [`panic_guard`] |
//! | [`outline`] | Rust source → its public items, one per line |
//! | [`diff`] | two documents and their code → changes with verdicts |
//! | [`render`] | findings and diffs → text, JSON, SARIF, Markdown |
//! | [`files`] | writes generated files |
//! | [`commands`] | `lint`, `generate`, `diff` |
//!
//! Commands return a [`Report`](report::Report), which implements [`Termination`](std::process::Termination): a
//! `main` may return it.

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
