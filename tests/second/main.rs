//! A second operation: the code that is generated from `tests/specs/two-operations.yaml`, at work.
//!
//! - `client`, `mock`: generated, and proved current by `snapshots::second`; `cargo xtask bless`
//!   updates them
//! - `contract`: its requests, byte for byte, and its answers

#![allow(clippy::unwrap_used, reason = "tests: a panic says where")]

// The generated mock speaks of the crate that the generated client is in: here that is this one.
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
    reason = "the generator's output, held to the generator's standards"
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
    reason = "the generator's output, held to the generator's standards"
)]
#[rustfmt::skip]
mod mock;

pub(crate) use client::{Client, types};
pub(crate) use published::{ConstBool, Token};

/// The way of a request to the wire: reqwest's own. The real one is another type than this client's.
#[derive(Clone, Debug)]
pub(crate) struct Bridge;

impl progenitor_client::ClientHooks<Bridge> for Client {}
