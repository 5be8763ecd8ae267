//! For a terminal.

use std::fmt::Write as _;

use super::findings;
use super::places::Places;
use super::words::{counted, plural, sentence};
use crate::diff::Diff;
use crate::diff::change::{Rust, Wire};
use crate::finding::Finding;
use crate::report::{Style, colour};
use crate::rule::Severity;
use crate::source::Source;
use crate::spec::Refused;

/// The result of `lint`, with a last line that sums up.
#[must_use]
pub fn lint(source: &Source, found: &[Finding], style: Style) -> String {
    let count = |severity| {
        let of = |finding: &&Finding| finding.severity == severity;
        found.iter().filter(of).count()
    };
    format!(
        "{}{} and {} in `{}`\n",
        findings::findings(source, found, style),
        plural(count(Severity::Error), "error"),
        plural(count(Severity::Warning), "warning"),
        source.name,
    )
}

/// Why nothing was generated.
#[must_use]
pub fn refused(refused: &Refused, style: Style) -> String {
    let Refused {
        source,
        findings: found,
    } = refused;
    format!(
        "{}{} in `{}`; no file was touched\n",
        findings::findings(source, found, style),
        plural(found.len(), "finding"),
        source.name,
    )
}

/// The result of `diff`.
#[must_use]
pub fn diff(diff: &Diff, style: Style) -> String {
    let places = Places::new(diff);
    let Some(wire) = diff.wire else {
        return format!("nothing changed since `{}`\n", diff.base.source.name);
    };
    let width = |cells: &mut dyn Iterator<Item = usize>| cells.max().unwrap_or_default();
    let rules = width(&mut diff.changes.iter().map(|change| change.rule.id.len()));
    let rusts = width(&mut diff.changes.iter().map(|change| change.rust.name().len()));
    let mut out = String::new();
    for change in &diff.changes {
        let wire = format!("{:<10}", change.wire.name());
        let rust = format!("{:<rusts$}", change.rust.name());
        let _ = writeln!(
            out,
            "{}  {}  {:<rules$}  {}",
            style.paint(wire_colour(change.wire), &wire),
            style.paint(rust_colour(change.rust), &rust),
            change.rule.id,
            change.message,
        );
        let pointer = if change.pointer.is_empty() {
            "the document"
        } else {
            &change.pointer
        };
        let place = style.paint(colour::CYAN, &places.of(change).to_string());
        let _ = writeln!(out, "    {place}  {pointer}");
        items(&mut out, &change.items, style);
    }
    if !diff.unattributed.is_empty() {
        out += "together:\n";
        items(&mut out, &diff.unattributed, style);
    }
    let sum = format!(
        "{} since `{}`: {} on the wire, {} for Rust",
        counted(diff.changes.len()),
        diff.base.source.name,
        wire.name(),
        diff.rust.name(),
    );
    let _ = writeln!(out, "\n{}", style.paint(colour::BOLD, &sum));
    for version in &diff.versions {
        let ansi = if version.short {
            colour::RED
        } else {
            colour::GREEN
        };
        let _ = writeln!(out, "{}", style.paint(ansi, &sentence(version)));
    }
    out
}

fn items(out: &mut String, items: &[String], style: Style) {
    for item in items {
        let ansi = if item.starts_with('-') {
            colour::RED
        } else {
            colour::GREEN
        };
        let _ = writeln!(out, "      {}", style.paint(ansi, item));
    }
}

fn wire_colour(wire: Wire) -> u8 {
    match wire {
        Wire::Breaking => colour::RED,
        Wire::Compatible => colour::GREEN,
        Wire::Cosmetic => colour::CYAN,
    }
}

fn rust_colour(rust: Rust) -> u8 {
    match rust {
        Rust::Major | Rust::Ungenerable => colour::RED,
        Rust::Minor | Rust::Patch => colour::GREEN,
        Rust::None => colour::CYAN,
    }
}
