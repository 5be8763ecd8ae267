//! The workspace's own commands, as a library: `main.rs` parses arguments and dispatches, nothing else.
//!
//! [`project`](mod@project) is what [`spec_tools`] is told about this workspace. None of the workspace's
//! other crates is used: if generated code does not compile, the tool that would fix it must still build.

#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )
)]

pub mod bless;
pub mod ci;
pub mod demo;
pub mod project;
pub mod workspace;
