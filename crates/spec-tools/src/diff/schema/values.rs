//! Rules for `enum`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::rules;
use super::effect::constraint;
use crate::diff::reach::{Directions, Effect};
use crate::diff::walk::{Pair, Walk, shown, verb};

/// Compares two `enum`s.
pub(super) fn values<'a>(walk: &mut Walk, field: &Pair<'a>, directions: Directions) {
    let list = |value: Option<&'a Value>| -> BTreeMap<String, &'a Value> {
        let values = value.and_then(Value::as_array).into_iter().flatten();
        values.map(|value| (value.to_string(), value)).collect()
    };
    let (old, new) = (list(field.old), list(field.new));
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
    walk.claim(field);
    let sides = [
        (&new, &old, &rules::ENUM_VALUE_ADDED, Effect::Wider, "added"),
        (
            &old,
            &new,
            &rules::ENUM_VALUE_REMOVED,
            Effect::Narrower,
            "removed",
        ),
    ];
    for (these, those, rule, effect, how) in sides {
        let wire = directions.verdict(effect);
        for (_, value) in these.iter().filter(|(key, _)| !those.contains_key(*key)) {
            let message = format!("value {} {how}", shown(Some(value)));
            walk.row(rule, field, wire, message);
            if let Some(change) = walk.changes.last_mut() {
                change.enum_value = value.as_str().map(str::to_owned);
            }
        }
    }
}
