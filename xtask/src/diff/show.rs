//! The result, in the form that was asked for.

use super::change::{Change, Side};
use super::versions::{Asked, Bump};
use super::{Diff, Format};
use crate::report::Style;
use crate::source::Source;

mod changelog;
mod json;
mod markdown;
mod sarif;
mod text;

/// `diff` as `format`.
#[must_use]
pub fn show(diff: &Diff, format: Format, style: Style) -> String {
    let places = Places::new(diff);
    match format {
        Format::Text => text::text(diff, &places, style),
        Format::Json => json::json(diff, &places),
        Format::Markdown => markdown::markdown(diff, &places),
        Format::Sarif => sarif::sarif(diff, &places),
        Format::Changelog => changelog::changelog(diff),
    }
}

/// What `--enforce` has to say about a version that is short.
#[must_use]
pub fn short(version: &Asked) -> String {
    let Asked {
        name, now, bump, ..
    } = version;
    let base = version.base.as_deref().unwrap_or_default();
    match version.least {
        Some(least) => format!(
            "error: the version of `{name}` is short: `{now}`, `{base}` at the base; the change is {}: make it `{least}`\n",
            bump.name()
        ),
        None => format!(
            "error: the version of `{name}` is no version of three numbers at the base: `{base}`\n"
        ),
    }
}

/// One version, as a sentence.
fn sentence(version: &Asked) -> String {
    let Asked {
        name, now, bump, ..
    } = version;
    match (&version.base, version.least) {
        _ if *bump == Bump::None => format!("{name} {now}: may stay"),
        (Some(base), Some(least)) if version.short => {
            format!(
                "{name} {base} → {now}: short, {} asks for {least}",
                bump.name()
            )
        }
        (Some(base), Some(_)) => format!("{name} {base} → {now}: enough for {}", bump.name()),
        _ => format!(
            "{name} {now}: the base's is not known, {} asks for more",
            bump.name()
        ),
    }
}

/// Lines and columns of both texts.
struct Places<'a> {
    base: Lines<'a>,
    working: Lines<'a>,
}

struct Lines<'a> {
    source: &'a Source,
    starts: Vec<usize>,
}

/// A place, as editors count.
struct Place<'a> {
    name: &'a str,
    line: usize,
    column: usize,
}

impl<'a> Places<'a> {
    fn new(diff: &'a Diff) -> Self {
        Self {
            base: Lines::new(&diff.base.source),
            working: Lines::new(&diff.working.source),
        }
    }

    fn of(&self, change: &Change) -> Place<'a> {
        let lines = match change.side {
            Side::Base => &self.base,
            Side::Working => &self.working,
        };
        lines.at(change.span.as_ref().map_or(0, |span| span.start))
    }
}

impl<'a> Lines<'a> {
    fn new(source: &'a Source) -> Self {
        let ends = source.text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        Self { source, starts }
    }

    fn at(&self, offset: usize) -> Place<'a> {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let before = self.source.text.get(start..offset).unwrap_or_default();
        Place {
            name: &self.source.name,
            line,
            column: before.chars().count() + 1,
        }
    }
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.name, self.line, self.column)
    }
}

/// `3 changes`, `1 change`.
fn counted(count: usize) -> String {
    match count {
        1 => "1 change".to_owned(),
        count => format!("{count} changes"),
    }
}
