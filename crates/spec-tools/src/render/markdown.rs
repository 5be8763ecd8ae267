//! Markdown output, for a pull request.

use std::fmt::Write as _;

use super::phrases::{plural, version_summary};
use super::places::Places;
use crate::diff::Diff;

/// Renders the result of `diff`.
#[must_use]
pub fn diff(diff: &Diff) -> String {
    let places = Places::new(diff);
    let Some(wire) = diff.wire else {
        return format!("Nothing changed since `{}`.\n", diff.base.source.name);
    };
    let mut out = format!(
        "**{} since `{}`: {} on the wire, {} for Rust.**\n\n",
        plural(diff.changes.len(), "change"),
        diff.base.source.name,
        wire.name(),
        diff.rust.name(),
    );
    out += "| wire | Rust | rule | what | where |\n|---|---|---|---|---|\n";
    for change in &diff.changes {
        let _ = writeln!(
            out,
            "| {} | {} | `{}` | {} | `{}` |",
            change.wire.name(),
            change.rust.name(),
            change.rule.id,
            cell(&change.message),
            cell(&places.of(change).to_string()),
        );
    }
    let items: Vec<&String> = diff
        .changes
        .iter()
        .flat_map(|change| &change.items)
        .chain(&diff.unattributed)
        .collect();
    if !items.is_empty() {
        out += "\n```diff\n";
        let mut seen = std::collections::HashSet::new();
        for item in items.into_iter().filter(|item| seen.insert(*item)) {
            let _ = writeln!(out, "{item}");
        }
        out += "```\n";
    }
    out.push('\n');
    for version in &diff.versions {
        let _ = writeln!(out, "- {}", version_summary(version));
    }
    out
}

/// Escapes `|` and line breaks, which would end the cell or the row.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
