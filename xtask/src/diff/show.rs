//! The result, in the form that was asked for.

use super::change::{Change, Side};
use super::versions::{Asked, Bump};
use super::{Diff, Format};
use crate::report::Style;
use crate::source::{Lines, Source};

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
    base: (&'a str, Lines<'a>),
    working: (&'a str, Lines<'a>),
}

/// A place, as editors count.
struct Place<'a> {
    name: &'a str,
    line: usize,
    column: usize,
}

impl<'a> Places<'a> {
    fn new(diff: &'a Diff) -> Self {
        let of = |source: &'a Source| (source.name.as_str(), Lines::of(&source.text));
        Self {
            base: of(&diff.base.source),
            working: of(&diff.working.source),
        }
    }

    fn of(&self, change: &Change) -> Place<'a> {
        let at = change.span.as_ref().map_or(0, |span| span.start);
        match change.side {
            Side::Base => place(&self.base, at),
            Side::Working => self.working(at),
        }
    }

    fn working(&self, at: usize) -> Place<'a> {
        place(&self.working, at)
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

/// `3 changes`, `1 change`.
fn counted(count: usize) -> String {
    match count {
        1 => "1 change".to_owned(),
        count => format!("{count} changes"),
    }
}
