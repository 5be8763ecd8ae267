//! Findings as SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use serde_json::{Value, json};

use super::RULES;
use super::command::{Found, level};
use crate::finding::{Finding, Span};
use crate::source::Lines;

pub(super) fn render(found: &Found) -> String {
    let rules: Vec<_> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": {"text": rule.why},
                "help": {"text": rule.instead},
                "defaultConfiguration": {"level": level(rule.severity)},
            })
        })
        .collect();
    let lines = Lines::of(&found.source.text);
    let results: Vec<_> = found
        .findings
        .iter()
        .map(|finding| result(found, &lines, finding))
        .collect();
    let mut log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "xtask lint",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    log.sort_all_objects();
    format!("{log:#}\n")
}

fn result(found: &Found, lines: &Lines<'_>, finding: &Finding) -> Value {
    let help = finding.help.as_deref().unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": format!("{}; {help}", finding.message)},
        "locations": [location(found, lines, finding.span.as_ref())],
    });
    if let Some(index) = RULES.iter().position(|rule| rule.id == finding.rule) {
        result["ruleIndex"] = index.into();
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(|(span, label)| {
            let mut place = location(found, lines, Some(span));
            place["message"] = json!({"text": label});
            place
        });
        result["relatedLocations"] = related.collect();
    }
    result
}

fn location(found: &Found, lines: &Lines<'_>, span: Option<&Span>) -> Value {
    let mut place = json!({"artifactLocation": {"uri": uri(&found.source.name)}});
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
