//! For programs. The shape is in `CONTRIBUTING.md`; members are added to it, and none taken away.

use serde_json::{Value, json};

use super::Places;
use crate::diff::Diff;
use crate::diff::change::{Change, Wire};
use crate::diff::versions::{Asked, Version};

pub(super) fn json(diff: &Diff, places: &Places) -> String {
    let rows: Vec<Value> = diff
        .changes
        .iter()
        .map(|change| row(change, places))
        .collect();
    let versions: Vec<Value> = diff.versions.iter().map(version).collect();
    let whole = json!({
        "base": diff.base.source.name,
        "working": diff.working.source.name,
        "wire": diff.wire.map(Wire::name),
        "rust": diff.rust.name(),
        "changes": rows,
        "other_items": diff.rest,
        "versions": versions,
    });
    format!("{whole:#}\n")
}

fn row(change: &Change, places: &Places) -> Value {
    let place = places.of(change);
    json!({
        "rule": change.rule,
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

fn version(version: &Asked) -> Value {
    json!({
        "name": version.name,
        "base": version.base,
        "now": version.now,
        "bump": version.bump.name(),
        "least": version.least.as_ref().map(Version::to_string),
        "short": version.short,
    })
}
