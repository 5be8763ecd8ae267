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

/// The values of a number format: the numbers of bits of its range below and above zero.
fn range(format: Option<&Value>) -> Option<(u32, u32)> {
    Some(match format?.as_str()? {
        "int8" => (7, 7),
        "int16" => (15, 15),
        "int32" => (31, 31),
        "int64" => (63, 63),
        "uint8" => (0, 8),
        "uint16" => (0, 16),
        "uint32" => (0, 32),
        "uint64" => (0, 64),
        "float" => (128, 128),
        "double" => (1024, 1024),
        _ => return None,
    })
}

pub(super) fn format_effect(field: &Pair) -> Effect {
    let (Some(old), Some(new)) = (range(field.old), range(field.new)) else {
        return constraint(field);
    };
    match (new.0.cmp(&old.0), new.1.cmp(&old.1)) {
        (Ordering::Less, Ordering::Greater) | (Ordering::Greater, Ordering::Less) => Effect::Other,
        (Ordering::Less, _) | (_, Ordering::Less) => Effect::Narrower,
        _ => Effect::Wider,
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
