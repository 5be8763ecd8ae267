//! Rules for parameters and headers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::WireImpact;
use super::defaults::is_default;
use super::media::content;
use super::reach::{Directions, Effect};
use super::rules;
use super::schema::{deprecated, schema, text};
use super::walk::{Pair, Walk, resolve, verb};

/// Compares two lists of parameters, which are identified by location and name.
pub(super) fn parameters<'a>(walk: &mut Walk<'a>, field: &Pair<'a>) {
    let (Some(old), Some(new)) = (
        by_name(walk.old, &field.pointer, field.old),
        by_name(walk.new, &field.pointer, field.new),
    ) else {
        return walk.unclassified(field);
    };
    walk.claim(field);
    let before = walk.changes.len();
    named(walk, &old, &new);
    if walk.changes.len() == before {
        let message = "parameters reordered".to_owned();
        walk.row(&rules::ORDER_CHANGED, field, WireImpact::Cosmetic, message);
    }
}

/// Compares the parameters of an operation, `own`, together with those of its path. Returns `false` if a list is
/// invalid.
pub(super) fn inherited<'a>(walk: &mut Walk<'a>, shared: &Pair<'a>, own: &Pair<'a>) -> bool {
    let all = |document, shared_list, own_list| {
        let mut named = by_name(document, &shared.pointer, shared_list)?;
        named.extend(by_name(document, &own.pointer, own_list)?);
        Some(named)
    };
    let old = all(walk.old, shared.old, own.old);
    let new = all(walk.new, shared.new, own.new);
    let (Some(old), Some(new)) = (old, new) else {
        return false;
    };
    walk.claim(own);
    named(walk, &old, &new);
    true
}

fn named<'a>(walk: &mut Walk<'a>, old: &ByName<'a>, new: &ByName<'a>) {
    for (key, (pointer, value)) in new {
        let pair = Pair {
            pointer: pointer.clone(),
            key: key.1.to_owned(),
            old: old.get(key).map(|(_, value)| *value),
            new: Some(value),
        };
        match pair.old {
            Some(_) if pair.differs() => parameter(walk, &pair, Directions::REQUEST),
            Some(_) => {}
            None => added(walk, &pair, key.0),
        }
    }
    for (key, (pointer, value)) in old {
        if !new.contains_key(key) {
            let pair = Pair {
                pointer: pointer.clone(),
                key: key.1.to_owned(),
                old: Some(value),
                new: None,
            };
            let message = format!("{} parameter `{}` removed", key.0, key.1);
            walk.note(
                &rules::PARAMETER_REMOVED,
                &pair,
                WireImpact::Breaking,
                message,
            );
        }
    }
}

fn added<'a>(walk: &mut Walk<'a>, pair: &Pair<'a>, place: &str) {
    let required = pair
        .new
        .and_then(|value| resolve(walk.new, value)?.get("required"))
        == Some(&Value::Bool(true));
    let (rule, wire, how) = if required {
        (
            &rules::PARAMETER_ADDED_REQUIRED,
            WireImpact::Breaking,
            "required",
        )
    } else {
        (&rules::PARAMETER_ADDED, WireImpact::Compatible, "optional")
    };
    let message = format!("{place} parameter `{}` added, {how}", pair.key);
    walk.note(rule, pair, wire, message);
}

/// The pointer to each parameter, and its value, by location and name.
type ByName<'a> = BTreeMap<(&'a str, &'a str), (String, &'a Value)>;

fn by_name<'a>(document: &'a Value, pointer: &str, list: Option<&'a Value>) -> Option<ByName<'a>> {
    let Some(list) = list else {
        return Some(BTreeMap::new());
    };
    let mut named = BTreeMap::new();
    for (index, value) in list.as_array()?.iter().enumerate() {
        let parameter = resolve(document, value)?;
        let key = (
            parameter.get("in")?.as_str()?,
            parameter.get("name")?.as_str()?,
        );
        let pointer = format!("{pointer}/{index}");
        if named.insert(key, (pointer, value)).is_some() {
            return None;
        }
    }
    Some(named)
}

/// Compares two parameters, or two headers.
pub(super) fn parameter<'a>(walk: &mut Walk<'a>, pair: &Pair<'a>, directions: Directions) {
    if walk.follow(pair, directions, parameter).is_some() {
        return;
    }
    for field in pair.changed() {
        if is_default(walk, pair, &field) {
            continue;
        }
        match field.key.as_str() {
            "description" => text(walk, &field, &rules::DESCRIPTION_CHANGED),
            "example" | "examples" => text(walk, &field, &rules::EXAMPLE_CHANGED),
            "deprecated" => deprecated(walk, &field),
            "schema" => schema(walk, &field, directions),
            "content" => content(walk, &field, directions),
            "required" => {
                let (rule, effect, how) = match field.flags() {
                    (false, true) => (&rules::PARAMETER_NOW_REQUIRED, Effect::Narrower, "is now"),
                    (true, false) => (
                        &rules::PARAMETER_NOW_OPTIONAL,
                        Effect::Wider,
                        "is no longer",
                    ),
                    _ => (&rules::PARAMETER_CHANGED, Effect::Same, "is still not"),
                };
                let message = format!("`{}` {how} required", pair.key);
                walk.note(rule, &field, directions.verdict(effect), message);
            }
            "name" | "in" | "style" | "explode" | "allowReserved" => {
                let how = verb(field.old, field.new);
                let message = format!("`{}` of `{}` {how}", field.key, pair.key);
                walk.note(
                    &rules::PARAMETER_CHANGED,
                    &field,
                    WireImpact::Breaking,
                    message,
                );
            }
            _ => walk.unclassified(&field),
        }
    }
}
