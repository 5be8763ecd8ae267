//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), for code scanning.

use serde_json::{Value, json};

use crate::diff::Diff;
use crate::diff::change::{Change, RustImpact, Side, WireImpact};
use crate::document::json_text;
use crate::finding::Finding;
use crate::registry;
use crate::rule::Rule;
use crate::source::{Lines, Source, Span};

/// Renders the result of `lint`.
#[must_use]
pub fn lint(source: &Source, found: &[Finding]) -> String {
    let rules = registry::of_specs().map(rule);
    let lines = Lines::of(&source.text);
    let results = found.iter().map(|finding| {
        let mut result = json!({
            "ruleId": finding.rule.id,
            "ruleIndex": registry::of_specs().position(|rule| rule.id == finding.rule.id),
            "level": finding.severity.name(),
            "message": {"text": format!("{}; {}", finding.message, finding.remedy())},
            "locations": [location(source, &lines, finding.span.as_ref())],
        });
        if !finding.related.is_empty() {
            let related = finding.related.iter().map(|(span, label)| {
                let mut place = location(source, &lines, Some(span));
                place["message"] = json!({"text": label});
                place
            });
            result["relatedLocations"] = related.collect();
        }
        result
    });
    log("spec-tools lint", rules, results)
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.why},
        "help": {"text": rule.help},
        "defaultConfiguration": {"level": rule.severity.name()},
    })
}

/// Renders the result of `diff`.
#[must_use]
pub fn diff(diff: &Diff) -> String {
    let is_used = |rule: &&Rule| diff.changes.iter().any(|change| change.rule == *rule);
    let rules = registry::of_changes().filter(is_used).map(rule);
    let lines = Lines::of(&diff.working.source.text);
    let results = diff
        .changes
        .iter()
        .map(|change| change_result(change, diff, &lines));
    log("spec-tools diff", rules, results)
}

fn log(
    tool: &str,
    rules: impl Iterator<Item = Value>,
    results: impl Iterator<Item = Value>,
) -> String {
    let (rules, results): (Value, Value) = (rules.collect(), results.collect());
    json_text(json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": tool,
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn change_result(change: &Change, diff: &Diff, lines: &Lines<'_>) -> Value {
    let level = match (change.wire, change.rust) {
        (WireImpact::Breaking, _) | (_, RustImpact::Ungenerable) => "error",
        (_, RustImpact::Major) => "warning",
        _ => "note",
    };
    // A removed part has no location in the working file: use the nearest remaining ancestor.
    let span = match change.side {
        Side::Working => change.span.clone(),
        Side::Base => diff.working.span(&change.pointer),
    };
    let mut place = location(&diff.working.source, lines, span.as_ref());
    place["logicalLocations"] = json!([{"fullyQualifiedName": change.pointer}]);
    json!({
        "ruleId": change.rule.id,
        "level": level,
        "message": {"text": change.message},
        "locations": [place],
        "properties": {
            "wire": change.wire.name(),
            "rust": change.rust.name(),
            "items": change.items,
        },
    })
}

fn location(source: &Source, lines: &Lines<'_>, span: Option<&Span>) -> Value {
    let mut place = json!({"artifactLocation": {"uri": uri(&source.name)}});
    if let Some(span) = span {
        let (start, end) = (lines.position(span.start), lines.position(span.end));
        place["region"] = json!({
            "startLine": start.0,
            "startColumn": start.1,
            "endLine": end.0,
            "endColumn": end.1,
        });
    }
    json!({"physicalLocation": place})
}

/// A path as a relative reference (RFC 3986).
fn uri(name: &str) -> String {
    name.replace('\\', "/")
        .bytes()
        .map(|byte| match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
