//! Findings as one JSON object.

use serde_json::{Value, json};

use super::command::{Found, level, position};
use super::rules;
use crate::finding::Finding;

/// The version of the object's form: raised when a field changes its meaning or goes.
const VERSION: u32 = 1;

pub(super) fn render(found: &Found) -> String {
    let findings: Vec<_> = found
        .findings
        .iter()
        .map(|finding| one(found, finding))
        .collect();
    let mut object = json!({"version": VERSION, "findings": findings});
    object.sort_all_objects();
    format!("{object:#}\n")
}

fn one(found: &Found, finding: &Finding) -> Value {
    let place = finding
        .span
        .as_ref()
        .map(|span| position(&found.source, span.start));
    json!({
        "rule": finding.rule,
        "severity": level(finding.severity),
        "message": finding.message,
        "why": rules::find(finding.rule).map(|rule| rule.why),
        "help": finding.help,
        "file": found.source.name,
        "line": place.map(|place| place.0),
        "column": place.map(|place| place.1),
        "pointer": finding.span.as_ref().and_then(|span| found.pointer(span)),
    })
}
