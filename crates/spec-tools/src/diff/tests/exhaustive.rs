//! No edit is dropped: every edit of the spec makes a change.

use serde_json::{Value, json};

use super::super::change::WireImpact;
use super::super::compare::values;
use super::super::normal::Normal;
use super::super::rules::RULES;
use super::super::walk::Walk;
use super::edit::take;
use super::{BASE, SPEC};
use crate::yaml;

/// Edits of every part of the spec: other values, additions and removals.
fn edits() -> Vec<(String, Value)> {
    let base = &BASE.value;
    let (_, places) = yaml::parse(SPEC).expect("YAML");
    let mut edits = Vec::new();
    for pointer in places.into_keys() {
        let value = base.pointer(&pointer).expect("a part");
        let mut replacements = vec![
            Value::Null,
            json!("other"),
            json!(17),
            json!([1]),
            json!({"a": 1}),
        ];
        match value {
            Value::Object(map) => {
                let mut more = map.clone();
                more.insert("unknown".to_owned(), json!({"a": [1]}));
                replacements.push(Value::Object(more));
            }
            Value::Array(items) => {
                let more = items.iter().cloned().chain([json!("more")]).collect();
                replacements.push(Value::Array(more));
            }
            Value::String(text) => replacements.push(json!(format!("{text}x"))),
            Value::Bool(flag) => replacements.push(json!(!flag)),
            _ => {}
        }
        for other in replacements {
            let mut edited = base.clone();
            *edited.pointer_mut(&pointer).expect("a part") = other;
            edits.push((pointer.clone(), edited));
        }
        if !pointer.is_empty() {
            let mut edited = base.clone();
            take(&mut edited, &pointer);
            edits.push((pointer, edited));
        }
    }
    edits
}

#[test]
fn every_edit_makes_a_change_with_a_known_rule() {
    let mut count = 0;
    for (pointer, edited) in edits() {
        // In both directions, so that additions and removals are covered.
        for (old, new) in [(&BASE.value, &edited), (&edited, &BASE.value)] {
            let changes = values(old, new, &[]);
            assert!(old == new || !changes.is_empty(), "`{pointer}` is dropped");
            for change in changes {
                assert!(RULES.contains(&change.rule), "{:?}", change.rule);
            }
            count += 1;
        }
    }
    assert!(count > 2000, "{count}");
}

#[test]
fn unclaimed_differences_are_unclassified_and_breaking() {
    let mut edited = BASE.value.clone();
    edited["unknown"] = json!("2.0.0");
    edited["paths"]["/public/oauth2/1/revoke"]["post"]["requestBody"]["required"] = json!(false);
    // A walk in which no rule has run.
    let [old, new] = [&BASE.value, &edited].map(|document| Normal::of(document, &[]));
    let rows = Walk::new(&old, &new).finish();
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.rule.id, row.wire, row.pointer.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (
                "unclassified",
                WireImpact::Breaking,
                "/paths/~1public~1oauth2~11~1revoke/post/requestBody/required"
            ),
            ("unclassified", WireImpact::Breaking, "/unknown"),
        ]
    );
}

#[test]
fn listed_extensions_are_breaking() {
    let mut edited = BASE.value.clone();
    edited["info"]["x-owner"] = json!("tokens");
    let changes = values(&BASE.value, &edited, &["x-owner".to_owned()]);
    let wire: Vec<_> = changes.iter().map(|change| change.wire).collect();
    assert_eq!(wire, [WireImpact::Breaking]);
}
