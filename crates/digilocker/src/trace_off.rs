//! Without the feature `tracing`: nothing.

use crate::Revoked;
use crate::error::Report;

pub(crate) fn call<F: Future>(_server: &str, attempts: F) -> F {
    attempts
}

#[cfg(feature = "blocking")]
pub(crate) fn from_here<F: Future>(task: F) -> F {
    task
}

pub(crate) fn succeeded(_: &Revoked) {}

pub(crate) fn failed(_: &Report) {}
