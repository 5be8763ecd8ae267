//! The workspace's own commands, as a library: `main.rs` parses arguments and dispatches, nothing else.
//!
//! The way of a spec through here, one module a step:
//!
//! | module | does |
//! |---|---|
//! | [`source`] | reads the file, or says why it cannot be read |
//! | [`yaml`] | text → JSON value, and where in the text each part of it is |
//! | [`document`] | both together, with ways to look around |
//! | [`lint`] | rules: each looks at the document and reports [`finding`]s |
//! | [`spec`] | a document that no rule objects to, as the generator wants it |
//! | [`codegen`] | spec → Rust source, the generator kept behind a [`net`] |
//! | [`outline`] | Rust source → its public items, one a line |
//! | [`files`] | all files written, or none, whenever it is killed |
//! | [`generate`] | all of it, as a command |
//! | [`bless`] | accepts what tests see: snapshots, tables, the fixture's code |
//! | [`watch`] | the same at each save of the spec |
//! | [`diff`] | what an edit of the spec means, as a command |
//! | [`threads`] | several of these at once, on documents nested as deep as may be |
//! | [`progress`] | what of this is being done, if it takes long |
//!
//! No module prints: a command gives back a [`Report`](report::Report). None of the workspace's
//! crates is used either: if generated code does not compile, the tool that mends it still must.

#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )
)]

pub mod bless;
pub mod ci;
pub mod codegen;
pub mod demo;
pub mod diff;
pub mod document;
pub mod drift;
pub mod files;
pub mod finding;
pub mod generate;
pub mod header;
pub mod lint;
pub mod net;
pub mod outline;
pub mod progress;
pub mod report;
pub mod source;
pub mod spec;
pub mod threads;
pub mod watch;
pub mod workspace;
pub mod yaml;
