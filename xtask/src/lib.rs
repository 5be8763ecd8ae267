//! The commands of `cargo xtask`, as a library. `main.rs` only parses arguments and dispatches.
//!
//! [`project`](mod@project) configures [`spec_tools`] for this workspace. No other crate of the workspace is a
//! dependency: xtask must build even if generated code does not compile.

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
pub mod exposure;
pub mod project;
pub mod workspace;
