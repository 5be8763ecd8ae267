//! Where the parts of a document are.

use std::collections::HashMap;

use crate::source::Span;

/// Where one part of a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The key that leads to it, if it is in a mapping.
    pub key: Option<Span>,
    /// The value itself.
    pub value: Span,
    /// Whether that is neither a mapping nor a sequence.
    pub scalar: bool,
}

/// The place of every part of a document, by JSON pointer.
pub type Places = HashMap<String, Place>;

/// `part` as one step of a JSON pointer (RFC 6901).
#[must_use]
pub fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

/// The opposite of [`escape`].
#[must_use]
pub fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}
