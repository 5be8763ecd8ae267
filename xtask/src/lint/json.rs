//! Findings as one JSON object.

use serde_json::{Value, json};

use super::command::{Found, level};
use super::rules;
use crate::document::{Document, Parts};
use crate::finding::Finding;
use crate::source::Lines;

/// The version of the object's form: raised when a field changes its meaning or goes.
const VERSION: u32 = 1;

pub(super) fn render(found: &Found) -> String {
    let lines = Lines::of(&found.source.text);
    let document = Document::parse(found.source.clone()).ok();
    let parts = document.as_ref().map(Document::parts);
    let findings: Vec<_> = found
        .findings
        .iter()
        .map(|finding| one(found, &lines, parts.as_ref(), finding))
        .collect();
    let mut object = json!({"version": VERSION, "findings": findings});
    object.sort_all_objects();
    format!("{object:#}\n")
}

fn one(found: &Found, lines: &Lines<'_>, parts: Option<&Parts<'_>>, finding: &Finding) -> Value {
    let span = finding.span.as_ref();
    let place = span.map(|span| lines.position(span.start));
    json!({
        "rule": finding.rule,
        "severity": level(finding.severity),
        "message": finding.message,
        "why": rules::find(finding.rule).map(|rule| rule.why),
        "help": finding.help,
        "file": found.source.name,
        "line": place.map(|place| place.0),
        "column": place.map(|place| place.1),
        "pointer": span.and_then(|span| parts?.pointer(span)),
    })
}
