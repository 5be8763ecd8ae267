//! For a terminal.

use std::fmt::Write as _;

use super::{Places, counted, sentence};
use crate::diff::Diff;
use crate::diff::change::{Rust, Wire};
use crate::report::{Style, colour};

pub(super) fn text(diff: &Diff, places: &Places, style: Style) -> String {
    let Some(wire) = diff.wire else {
        return format!("nothing changed since `{}`\n", diff.base.source.name);
    };
    let width = |cells: &mut dyn Iterator<Item = usize>| cells.max().unwrap_or_default();
    let rules = width(&mut diff.changes.iter().map(|change| change.rule.len()));
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
            change.rule,
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
    if !diff.rest.is_empty() {
        out += "together:\n";
        items(&mut out, &diff.rest, style);
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
