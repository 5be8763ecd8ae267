//! One change of a spec, and what it means.

use crate::rule::Rule;
use crate::source::Span;

/// What a change means for clients that are already out there and will not be rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wire {
    /// No byte on the wire changes.
    Cosmetic,
    /// Bytes may change; what clients send is still taken, and what they get they can read.
    Compatible,
    /// A client that kept to the base may be refused, or get what it cannot read.
    Breaking,
}

impl Wire {
    /// The verdict's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cosmetic => "cosmetic",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

/// What a change means for code that is compiled against the generated crates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rust {
    /// The generated code is the same.
    None,
    /// The code differs, its public items do not.
    Patch,
    /// There are more items, and none that could be in the way of code that compiles.
    Minor,
    /// Code that compiles may no longer.
    Major,
    /// There is no code of one of the sides.
    Ungenerable,
}

impl Rust {
    /// The verdict's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Ungenerable => "cannot be generated",
        }
    }
}

/// Which of the two documents something is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one compared with.
    Base,
    /// The one in work.
    Working,
}

/// One change: a row of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The rule that classed it.
    pub rule: &'static Rule,
    /// JSON pointer to what changed, in the document `side`.
    pub pointer: String,
    /// Where the pointer and the place are: in the base, if it is gone.
    pub side: Side,
    /// The place.
    pub span: Option<Span>,
    /// What changed, in one line.
    pub message: String,
    /// For clients that are out there.
    pub wire: Wire,
    /// For code that is compiled against the generated crates.
    pub rust: Rust,
    /// The public items that come (`+`) and go (`-`) with it.
    pub items: Vec<String>,
}

impl Change {
    /// A change of the working document, of no consequence for Rust until the outlines say so.
    pub(super) fn new(rule: &'static Rule, pointer: &str, wire: Wire, message: String) -> Self {
        Self {
            rule,
            pointer: pointer.to_owned(),
            side: Side::Working,
            span: None,
            message,
            wire,
            rust: Rust::None,
            items: Vec::new(),
        }
    }
}
