//! Locations of changes, as line and column.

use crate::diff::Diff;
use crate::diff::change::{Change, Side};
use crate::source::{Lines, Source};

/// The line indexes of both texts.
pub(super) struct Places<'a> {
    base: (&'a str, Lines<'a>),
    working: (&'a str, Lines<'a>),
}

/// A location, with line and column from 1.
pub(super) struct Place<'a> {
    pub(super) name: &'a str,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl<'a> Places<'a> {
    pub(super) fn new(diff: &'a Diff) -> Self {
        let of = |source: &'a Source| (source.name.as_str(), Lines::of(&source.text));
        Self {
            base: of(&diff.base.source),
            working: of(&diff.working.source),
        }
    }

    pub(super) fn of(&self, change: &Change) -> Place<'a> {
        let at = change.span.as_ref().map_or(0, |span| span.start);
        match change.side {
            Side::Base => place(&self.base, at),
            Side::Working => place(&self.working, at),
        }
    }
}

fn place<'a>((name, lines): &(&'a str, Lines<'a>), at: usize) -> Place<'a> {
    let (line, column) = lines.position(at);
    Place { name, line, column }
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.name, self.line, self.column)
    }
}
