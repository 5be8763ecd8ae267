//! Edits that look like others, and their wire verdicts: notation, scope, direction.

use super::super::compare::values;
use super::edit::{Edit, edits, expanded};

const BASE: &str = include_str!("meaning/base.yaml");

const TABLES: [&str; 4] = [
    include_str!("meaning/schemas.yaml"),
    include_str!("meaning/directions.yaml"),
    include_str!("meaning/parameters.yaml"),
    include_str!("meaning/inherited.yaml"),
];

/// Short names of places and values in the base and in the tables.
const NAMES: &[(&str, &str)] = &[
    ("$BOTH", "{$ref: '#/components/schemas/Both'}"),
    ("$A", "{$ref: '#/components/schemas/A'}"),
    ("$B", "{$ref: '#/components/schemas/B'}"),
    ("$SHORT", "{title: Short, type: string, maxLength: 3}"),
    ("$operation", "/paths/~1parcels/post"),
    (
        "$sent",
        "/paths/~1parcels/post/requestBody/content/application~1json/schema",
    ),
    (
        "$received",
        "/paths/~1parcels/post/responses/200/content/application~1json/schema",
    ),
    ("$both", "/components/schemas/Both"),
    ("$id", "/components/schemas/Both/properties/id"),
    ("$flow", "/components/securitySchemes/flow/flows"),
];

/// All edits, each with its verdict as `wire`. Some have the message of their only change as `message`.
pub(super) fn all() -> Vec<Edit> {
    edits(&expanded(BASE, NAMES), &TABLES, NAMES)
}

#[test]
fn meaning_is_compared_and_not_notation() {
    let mut wrong = Vec::new();
    for edit in all() {
        let (name, wire) = (&edit.name, &edit.row["wire"]);
        let changes = values(&edit.base, &edit.working, &[]);
        let found = changes.iter().max_by_key(|change| change.wire);
        if found.map(|change| change.wire.name()) != wire.as_str() {
            let rows: Vec<_> = changes
                .iter()
                .map(|change| (change.rule.id, change.wire.name(), &change.pointer))
                .collect();
            wrong.push(format!("{name}: {wire} expected, {rows:?}"));
        }
        for change in &changes {
            assert!(!change.pointer.is_empty(), "{name}: {}", change.message);
        }
        if let Some(message) = edit.row["message"].as_str() {
            let found: Vec<_> = changes.iter().map(|change| &change.message).collect();
            assert_eq!(found, [message], "{name}");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
