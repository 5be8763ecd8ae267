//! Text output for a terminal.

use std::fmt::Write as _;

use super::findings;
use super::phrases::{plural, version_summary};
use super::places::Places;
use crate::diff::Diff;
use crate::diff::change::{RustImpact, WireImpact};
use crate::finding::{Finding, Findings};
use crate::report::{Style, colour};
use crate::rule::Severity;
use crate::source::Source;

/// Renders the result of `lint`, with a summary line at the end.
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

/// Renders the findings because of which nothing was generated.
#[must_use]
pub fn refused(refused: &Findings, style: Style) -> String {
    format!(
        "{}{} in `{}`; no file was changed\n",
        findings::findings(&refused.source, &refused.findings, style),
        plural(refused.findings.len(), "finding"),
        refused.source.name,
    )
}

/// Renders the result of `diff`.
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
        out += "other items:\n";
        items(&mut out, &diff.unattributed, style);
    }
    let summary = format!(
        "{} since `{}`: {} on the wire, {} for Rust",
        plural(diff.changes.len(), "change"),
        diff.base.source.name,
        wire.name(),
        diff.rust.name(),
    );
    let _ = writeln!(out, "\n{}", style.paint(colour::BOLD, &summary));
    for version in &diff.versions {
        let ansi = if version.short {
            colour::RED
        } else {
            colour::GREEN
        };
        let _ = writeln!(out, "{}", style.paint(ansi, &version_summary(version)));
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

fn wire_colour(wire: WireImpact) -> u8 {
    match wire {
        WireImpact::Breaking => colour::RED,
        WireImpact::Compatible => colour::GREEN,
        WireImpact::Cosmetic => colour::CYAN,
    }
}

fn rust_colour(rust: RustImpact) -> u8 {
    match rust {
        RustImpact::Major | RustImpact::Ungenerable => colour::RED,
        RustImpact::Minor | RustImpact::Patch => colour::GREEN,
        RustImpact::None => colour::CYAN,
    }
}
