//! The effect of a changed keyword on the set of allowed values.

use std::cmp::Ordering;

use serde_json::Value;

use crate::diff::reach::Effect;
use crate::diff::walk::Pair;

pub(super) fn type_effect(field: &Pair) -> Effect {
    let name = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    match (name(field.old).as_deref(), name(field.new).as_deref()) {
        (Some("integer"), Some("number")) => Effect::Wider,
        (Some("number"), Some("integer")) => Effect::Narrower,
        _ => constraint(field),
    }
}

pub(super) fn format_effect(field: &Pair) -> Effect {
    // `password` is only a hint for display.
    let hint = |value: Option<&Value>| value.is_none_or(|value| value == "password");
    if hint(field.old) && hint(field.new) {
        return Effect::Same;
    }
    match (hint(field.old), hint(field.new)) {
        (true, _) => Effect::Narrower,
        (_, true) => Effect::Wider,
        _ => Effect::Other,
    }
}

/// The effect of a constraint that was added, removed or changed.
pub(super) fn constraint(field: &Pair) -> Effect {
    match (field.old, field.new) {
        (None, _) => Effect::Narrower,
        (_, None) => Effect::Wider,
        _ => Effect::Other,
    }
}

pub(super) fn bound(field: &Pair) -> Effect {
    let (Some(old), Some(new)) = (field.old, field.new) else {
        return constraint(field);
    };
    let order = match (old.as_f64(), new.as_f64()) {
        (Some(old), Some(new)) if field.key != "multipleOf" => old.partial_cmp(&new),
        _ => None,
    };
    let order = order.filter(|order| *order != Ordering::Equal);
    if field.key.starts_with("max") {
        Effect::of_order(order).reverse()
    } else {
        Effect::of_order(order)
    }
}

pub(super) fn flag(field: &Pair) -> Effect {
    match field.flags() {
        (false, true) => Effect::Narrower,
        (true, false) => Effect::Wider,
        _ => Effect::Same,
    }
}
