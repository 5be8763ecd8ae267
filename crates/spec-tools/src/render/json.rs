//! JSON output.

use serde_json::{Value, json};

use super::places::Places;
use crate::diff::Diff;
use crate::diff::change::{Change, WireImpact};
use crate::diff::versions::VersionCheck;
use crate::document::json_text;
use crate::finding::Finding;
use crate::source::{Lines, Source, Span};

/// The version of the format. It is raised when a field is removed or changes its meaning.
const VERSION: u32 = 2;

/// Renders the result of `lint`.
#[must_use]
pub fn lint(source: &Source, found: &[Finding]) -> String {
    let lines = Lines::of(&source.text);
    let findings: Vec<_> = found
        .iter()
        .map(|finding| one(source, &lines, finding))
        .collect();
    json_text(json!({"version": VERSION, "findings": findings}))
}

fn one(source: &Source, lines: &Lines<'_>, finding: &Finding) -> Value {
    let place = finding.span.as_ref().map(|it| lines.position(it.start));
    let (line, column) = place.unzip();
    let related = |(span, label): &(Span, String)| {
        let (line, column) = lines.position(span.start);
        json!({"line": line, "column": column, "label": label})
    };
    json!({
        "rule": finding.rule.id,
        "severity": finding.severity.name(),
        "message": finding.message,
        "label": finding.label,
        "why": finding.rule.why,
        "help": finding.remedy(),
        "file": source.name,
        "line": line,
        "column": column,
        "related": finding.related.iter().map(related).collect::<Vec<_>>(),
    })
}

/// Renders the result of `diff`. The module [`diff`](mod@crate::diff) documents the format.
#[must_use]
pub fn diff(diff: &Diff) -> String {
    let places = Places::new(diff);
    let rows: Vec<Value> = diff
        .changes
        .iter()
        .map(|change| row(change, &places))
        .collect();
    let versions: Vec<Value> = diff.versions.iter().map(version).collect();
    let whole = json!({
        "base": diff.base.source.name,
        "working": diff.working.source.name,
        "wire": diff.wire.map(WireImpact::name),
        "rust": diff.rust.name(),
        "changes": rows,
        "other_items": diff.unattributed,
        "versions": versions,
    });
    json_text(whole)
}

fn row(change: &Change, places: &Places) -> Value {
    let place = places.of(change);
    json!({
        "rule": change.rule.id,
        "message": change.message,
        "pointer": change.pointer,
        "file": place.name,
        "line": place.line,
        "column": place.column,
        "wire": change.wire.name(),
        "rust": change.rust.name(),
        "items": change.items,
    })
}

fn version(version: &VersionCheck) -> Value {
    json!({
        "name": version.name,
        "base": version.base,
        "now": version.now,
        "bump": version.bump.name(),
        "least": version.least.as_ref().map(ToString::to_string),
        "short": version.short,
    })
}
