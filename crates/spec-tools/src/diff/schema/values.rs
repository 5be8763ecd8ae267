//! Rules for `enum`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::rules;
use super::effect::constraint;
use crate::diff::change::WireImpact;
use crate::diff::reach::{Directions, Effect};
use crate::diff::walk::{Pair, Walk, shown, verb};

/// Compares two `enum`s.
pub(super) fn values(walk: &mut Walk, field: &Pair, directions: Directions) {
    let list = |value: Option<&Value>| -> BTreeSet<String> {
        let values = value.and_then(Value::as_array).into_iter().flatten();
        values.map(|value| shown(Some(value))).collect()
    };
    let (old, new) = (list(field.old), list(field.new));
    let none = directions.verdict(Effect::Same);
    if field.old.is_none() || field.new.is_none() {
        let effect = constraint(field);
        let message = format!("`enum` {}", verb(field.old, field.new));
        walk.note(
            &rules::ENUM_CHANGED,
            field,
            directions.verdict(effect),
            message,
        );
        return;
    }
    for value in new.difference(&old) {
        let wire = directions.verdict(Effect::Wider);
        walk.note(
            &rules::ENUM_VALUE_ADDED,
            field,
            wire,
            format!("value {value} added"),
        );
    }
    for value in old.difference(&new) {
        let wire = directions.verdict(Effect::Narrower);
        let message = format!("value {value} removed");
        walk.note(&rules::ENUM_VALUE_REMOVED, field, wire, message);
    }
    if old == new {
        let message = "`enum` values reordered".to_owned();
        walk.note(
            &rules::ORDER_CHANGED,
            field,
            none.min(WireImpact::Cosmetic),
            message,
        );
    }
}
