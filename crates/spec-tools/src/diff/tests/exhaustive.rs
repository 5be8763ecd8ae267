//! No edit is dropped: every edit of the spec makes a change.

use serde_json::{Value, json};

use super::super::change::WireImpact;
use super::super::compare::values;
use super::super::normal::Normal;
use super::super::rules::RULES;
use super::super::walk::Walk;
use super::BASE;
use crate::yaml::{escape, unescape};

fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, value)| pointers(value, &format!("{at}/{}", escape(key)), all)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| pointers(value, &format!("{at}/{index}"), all)),
        _ => {}
    }
}

fn remove(document: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return;
    };
    let key = unescape(key);
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => drop(map.remove(&key)),
        Some(Value::Array(items)) => drop(items.remove(key.parse().expect("an index"))),
        _ => {}
    }
}

/// Edits of every part of the spec: other values, additions and removals.
fn edits() -> Vec<(String, Value)> {
    let base = &BASE.value;
    let mut all = Vec::new();
    pointers(base, "", &mut all);
    let mut edits = Vec::new();
    for pointer in all {
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
        let mut edited = base.clone();
        remove(&mut edited, &pointer);
        edits.push((pointer, edited));
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
fn only_listed_extensions_are_breaking() {
    let mut edited = BASE.value.clone();
    edited["info"]["x-owner"] = json!("tokens");
    let wire = |extensions: &[String]| {
        let changes = values(&BASE.value, &edited, extensions);
        changes.iter().map(|change| change.wire).collect::<Vec<_>>()
    };
    assert_eq!(wire(&[]), [WireImpact::Cosmetic]);
    assert_eq!(wire(&["x-owner".to_owned()]), [WireImpact::Breaking]);
}

#[test]
fn rules_are_sorted_and_unique() {
    assert!(RULES.is_sorted_by(|one, next| one.id < next.id));
}
