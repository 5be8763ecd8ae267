//! The sources of an error.

use std::error::Error;
use std::io;

use crate::redact::is_hidden;

/// Maximum length of a cause, in characters: a certificate may name any number of hosts.
const MAX_CAUSE: usize = 256;

/// An error and its sources.
pub(crate) fn source_chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let first: &(dyn Error + 'static) = error;
    std::iter::successors(Some(first), |&error| {
        // `io::Error::source` skips the payload, and returns the source of the payload.
        let payload = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        payload.map_or_else(|| error.source(), |payload| Some(payload))
    })
}

/// The text of the innermost source. The peer may control part of it, so it is limited to one short line.
pub(crate) fn innermost(error: &reqwest::Error) -> String {
    let text = source_chain(error).last().map(ToString::to_string);
    let text = text.unwrap_or_default().replace(is_hidden, " ");
    text.chars().take(MAX_CAUSE).collect()
}
