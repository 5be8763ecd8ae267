//! Standard output and standard error.

use std::io::{self, Write};

use serde::Serialize;

use crate::exit::Failure;

/// Writes a line to standard output and flushes it.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::io(format!("cannot write to standard output: {error}")))
}

/// Writes a value as one line of JSON to standard output.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::io(format!("cannot write JSON: {error}")))?;
    line(&text)
}

pub(crate) fn warning(text: &str) {
    to_stderr(format_args!("warning: {text}"));
}

pub(crate) fn error(failure: &Failure) {
    to_stderr(format_args!("error: {}", failure.message));
    if let Some(help) = &failure.help {
        to_stderr(format_args!("  help: {help}"));
    }
}

/// Ignores errors: if standard error is closed, only the exit code is left.
pub(crate) fn to_stderr(text: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{text}");
}
