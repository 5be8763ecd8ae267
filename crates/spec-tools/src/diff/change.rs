//! One change of a spec, with its verdicts.

use crate::rule::Rule;
use crate::source::Span;

/// Impact on deployed clients that are not rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WireImpact {
    /// No byte on the wire changes.
    Cosmetic,
    /// Bytes may change, but requests are still accepted and responses can still be read.
    Compatible,
    /// A request that follows the base may be rejected, or its response may be unreadable.
    Breaking,
}

impl WireImpact {
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

/// Impact on code that is compiled against the generated crates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RustImpact {
    /// The generated code is the same.
    None,
    /// The code differs, but its public items do not.
    Patch,
    /// Items were added, and existing code still compiles.
    Minor,
    /// Existing code may not compile.
    Major,
    /// No code can be generated from one of the specs.
    Ungenerable,
}

impl RustImpact {
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

/// One of the two compared documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The spec that is compared with.
    Base,
    /// The changed spec.
    Working,
}

/// One change, a row of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The rule that classifies it.
    pub rule: &'static Rule,
    /// JSON pointer into the document `side`.
    pub pointer: String,
    /// The document of `pointer` and `span`: the base, if the part was removed.
    pub side: Side,
    /// Its location in the text.
    pub span: Option<Span>,
    /// What changed, in one line.
    pub message: String,
    /// Where it was seen in the normal form, for the names that generated code has from there.
    pub(super) seen: Vec<String>,
    /// The name of a renamed schema in the base.
    pub(super) old_name: Option<String>,
    /// The string that was added to or removed from an `enum`: a variant is named after it.
    pub(super) enum_value: Option<String>,
    /// The wire verdict.
    pub wire: WireImpact,
    /// The Rust verdict.
    pub rust: RustImpact,
    /// Public items that it adds (`+`) and removes (`-`).
    pub items: Vec<String>,
}

impl Change {
    /// A change of the working document, with no Rust verdict yet.
    pub(super) fn new(
        rule: &'static Rule,
        pointer: &str,
        wire: WireImpact,
        message: String,
    ) -> Self {
        Self {
            rule,
            pointer: pointer.to_owned(),
            side: Side::Working,
            span: None,
            message,
            seen: Vec::new(),
            old_name: None,
            enum_value: None,
            wire,
            rust: RustImpact::None,
            items: Vec::new(),
        }
    }
}
