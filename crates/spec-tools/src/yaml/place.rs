//! Locations of the parts of a document.

use std::collections::HashMap;

use crate::source::Span;

/// The location of one part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The span of its key, if it is in a mapping.
    pub key: Option<Span>,
    /// The span of its value.
    pub value: Span,
    /// Whether the value is a scalar.
    pub scalar: bool,
}

/// The location of every part of a document, by JSON pointer.
pub type Places = HashMap<String, Place>;

/// Escapes one step of a JSON pointer (RFC 6901).
#[must_use]
pub fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

/// The inverse of [`escape`].
#[must_use]
pub fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}
