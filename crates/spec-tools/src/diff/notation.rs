//! Differences of two documents that have one normal form: documentation, names, order, notation. None of them
//! changes a byte.

use std::collections::HashSet;

use serde_json::Value;

use super::change::{Change, Side, WireImpact};
use super::normal::reference;
use super::rules;
use super::walk::{Pair, shown, verb};

/// The differences between both documents that neither `known` nor a part in `covered` has, as changes.
pub(super) fn notation(
    (old, new): (&Value, &Value),
    known: &[Change],
    covered: &[String],
) -> Vec<Change> {
    let mut covered = Covered {
        exactly: covered.iter().map(String::as_str).collect(),
        around: HashSet::new(),
    };
    for change in known {
        covered.exactly.insert(change.pointer.as_str());
        let ends = change.pointer.match_indices('/').map(|(at, _)| at);
        covered
            .around
            .extend(ends.map(|end| &change.pointer[..end]));
    }
    let mut changes = Vec::new();
    differences(&Pair::root(old, new), &covered, &mut changes);
    changes
}

/// The places of changes that are known.
struct Covered<'a> {
    exactly: HashSet<&'a str>,
    /// Everything around one of them.
    around: HashSet<&'a str>,
}

fn differences(pair: &Pair<'_>, covered: &Covered<'_>, changes: &mut Vec<Change>) {
    if !pair.differs() || covered.exactly.contains(pair.pointer.as_str()) {
        return;
    }
    let is_around = covered.around.contains(pair.pointer.as_str());
    match (pair.old, pair.new) {
        (Some(old @ Value::Object(_)), Some(new @ Value::Object(_))) => {
            let is_whole = is_documentation(&pair.key) || is_rewritten(old, new);
            if is_around || !is_whole {
                for member in pair.changed() {
                    differences(&member, covered, changes);
                }
                return;
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new)))
            if old.len() == new.len()
                && old.iter().zip(new).all(|(old, new)| is_same(old, new)) =>
        {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                let member = Pair {
                    pointer: format!("{}/{index}", pair.pointer),
                    key: index.to_string(),
                    old: Some(old),
                    new: Some(new),
                };
                differences(&member, covered, changes);
            }
            return;
        }
        _ => {}
    }
    if !is_around {
        changes.push(change(pair));
    }
}

/// Whether one is a reference or composition, and the other is not.
fn is_rewritten(old: &Value, new: &Value) -> bool {
    let words = ["allOf", "oneOf", "anyOf"];
    let has = |value: &Value| words.map(|word| value.get(word).is_some());
    reference(old).is_some() != reference(new).is_some() || has(old) != has(new)
}

/// Whether two members of a list are about the same thing.
fn is_same(old: &Value, new: &Value) -> bool {
    let is_nested = |value: &Value| value.is_object() || value.is_array();
    let identity = ["name", "in", "url", "$ref"];
    is_nested(old)
        && is_nested(new)
        && identity
            .iter()
            .all(|field| old.get(field) == new.get(field))
}

/// Whether the field `key` is documentation, wherever it is.
fn is_documentation(key: &str) -> bool {
    matches!(
        key,
        "title"
            | "description"
            | "summary"
            | "example"
            | "examples"
            | "externalDocs"
            | "contact"
            | "license"
            | "termsOfService"
            | "tags"
    )
}

fn change(pair: &Pair<'_>) -> Change {
    let mut wire = WireImpact::Cosmetic;
    let how = verb(pair.old, pair.new);
    let values = || format!("{} → {}", shown(pair.old), shown(pair.new));
    let mut message = format!("`{}` {how}", pair.key);
    let steps: Vec<&str> = pair.pointer.split('/').skip(1).collect();
    let rule = match (steps.as_slice(), pair.flags()) {
        (["info", "version"], _) => {
            message = values();
            &rules::INFO_VERSION_CHANGED
        }
        (["components", _, _], _) if how != "changed" => {
            message = format!("component `{}` {how}", pair.key);
            match pair.old {
                None => &rules::COMPONENT_ADDED,
                Some(_) => &rules::COMPONENT_REMOVED,
            }
        }
        ([.., "operationId"], _) => {
            message = values();
            &rules::OPERATION_ID_CHANGED
        }
        // It should be announced.
        ([.., "deprecated"], (false, true)) => {
            wire = WireImpact::Compatible;
            "now deprecated".clone_into(&mut message);
            &rules::DEPRECATED
        }
        ([.., "deprecated"], (true, false)) => {
            wire = WireImpact::Compatible;
            "no longer deprecated".clone_into(&mut message);
            &rules::DEPRECATION_WITHDRAWN
        }
        _ if is_documentation(&pair.key) => &rules::DOCUMENTATION_CHANGED,
        _ if pair.key.starts_with("x-") => &rules::EXTENSION_CHANGED,
        _ => &rules::NOTATION_CHANGED,
    };
    let side = match pair.new {
        Some(_) => Side::Working,
        None => Side::Base,
    };
    Change {
        side,
        seen: vec![pair.pointer.clone()],
        ..Change::new(rule, &pair.pointer, wire, message)
    }
}
