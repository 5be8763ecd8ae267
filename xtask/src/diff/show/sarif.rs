//! SARIF 2.1.0, for code scanning.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Places;
use crate::diff::Diff;
use crate::diff::change::{Change, Rust, Side, Wire};
use crate::diff::rules::about;
use crate::workspace::SPEC;

pub(super) fn sarif(diff: &Diff, places: &Places) -> String {
    let ids: BTreeSet<&str> = diff.changes.iter().map(|change| change.rule).collect();
    let rules: Vec<Value> = ids
        .into_iter()
        .map(|id| json!({ "id": id, "shortDescription": { "text": about(id) } }))
        .collect();
    let results: Vec<Value> = diff
        .changes
        .iter()
        .map(|change| result(change, diff, places))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo xtask diff",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn result(change: &Change, diff: &Diff, places: &Places) -> Value {
    let level = match (change.wire, change.rust) {
        (Wire::Breaking, _) | (_, Rust::Ungenerable) => "error",
        (_, Rust::Major) => "warning",
        _ => "note",
    };
    // What is gone has no place in the files of today: it is shown where it was missed first.
    let place = match change.side {
        Side::Working => places.of(change),
        Side::Base => {
            let span = diff.working.span(&change.pointer);
            places.working(span.map_or(0, |span| span.start))
        }
    };
    json!({
        "ruleId": change.rule,
        "level": level,
        "message": { "text": change.message },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": SPEC },
                "region": { "startLine": place.line, "startColumn": place.column },
            },
            "logicalLocations": [{ "fullyQualifiedName": change.pointer }],
        }],
        "properties": {
            "wire": change.wire.name(),
            "rust": change.rust.name(),
            "items": change.items,
        },
    })
}
