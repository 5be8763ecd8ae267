//! A second operation: tests of the code generated from `tests/specs/two-operations.yaml`.
//!
//! - `client`, `mock`: generated; `snapshots::second_operation` checks that they are current, and
//!   `cargo xtask bless` updates them
//! - `contract`: the exact bytes of its requests, and its responses

#![allow(clippy::unwrap_used, reason = "tests: a panic says where")]

// The generated mock refers to the client crate by name. Here that is this crate.
extern crate digilocker_client as published;
extern crate self as digilocker_client;

#[allow(
    dead_code,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::use_self,
    clippy::allow_attributes_without_reason,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "generated code"
)]
#[rustfmt::skip]
mod client;
mod contract;
#[allow(
    dead_code,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::use_self,
    clippy::allow_attributes_without_reason,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "generated code"
)]
#[rustfmt::skip]
mod mock;

pub(crate) use client::{Client, types};
pub(crate) use published::{ConstBool, Token};

/// Sends requests without hooks: the published hooks belong to another client type.
#[derive(Clone, Debug)]
pub(crate) struct Attempt;

impl progenitor_client::ClientHooks<Attempt> for Client {}
