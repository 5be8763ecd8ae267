//! Rules for schemas.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::WireImpact;
use super::defaults::is_default;
use super::reach::{Directions, Effect};
use super::rules;
use super::walk::{Pair, Walk, shown, verb};
use crate::rule::Rule;

use self::effect::{bound, constraint, flag, format_effect, type_effect};
use self::values::values;

mod effect;
mod values;

/// Compares two schemas that are sent in `directions`.
pub(super) fn schema<'a>(walk: &mut Walk<'a>, pair: &Pair<'a>, directions: Directions) {
    if let Some(inner) = unwrapped(pair) {
        let message = format!("`{}`: single-member `allOf` added or removed", pair.key);
        walk.note(
            &rules::REFERENCE_CHANGED,
            pair,
            WireImpact::Cosmetic,
            message,
        );
        return if inner.differs() {
            schema(walk, &inner, directions);
        };
    }
    if walk.follow(pair, directions, schema).is_some() {
        return;
    }
    if !pair.has_members() || pair.old.is_none() || pair.new.is_none() {
        let wire = directions.verdict(match (pair.old, pair.new) {
            (None, _) => Effect::Narrower,
            (_, None) => Effect::Wider,
            _ => Effect::Other,
        });
        let message = format!("the schema `{}` {}", pair.key, verb(pair.old, pair.new));
        walk.note(&rules::SCHEMA_CHANGED, pair, wire, message);
        return;
    }
    for field in pair.changed() {
        keyword(walk, pair, &field, directions);
    }
}

/// An `allOf` with one member and no other keyword equals that member. If only one side has it, returns the pair
/// without it.
fn unwrapped<'a>(pair: &Pair<'a>) -> Option<Pair<'a>> {
    let member = |value: Option<&'a Value>| match value?.as_object() {
        Some(map) if map.len() == 1 => match map.get("allOf")?.as_array()?.as_slice() {
            [member] => Some(member),
            _ => None,
        },
        _ => None,
    };
    let (old, new) = (member(pair.old), member(pair.new));
    (old.is_some() != new.is_some() && pair.old.is_some() && pair.new.is_some()).then(|| Pair {
        old: old.or(pair.old),
        new: new.or(pair.new),
        ..pair.clone()
    })
}

fn keyword<'a>(walk: &mut Walk<'a>, owner: &Pair<'a>, field: &Pair<'a>, directions: Directions) {
    if is_default(walk, owner, field) {
        return;
    }
    let (rule, effect) = match field.key.as_str() {
        "title" | "description" => return text(walk, field, &rules::DESCRIPTION_CHANGED),
        "example" | "examples" => return text(walk, field, &rules::EXAMPLE_CHANGED),
        "externalDocs" => return text(walk, field, &rules::METADATA_CHANGED),
        "deprecated" => return deprecated(walk, field),
        "properties" if field.has_members() => return properties(walk, owner, field, directions),
        "required" => return required(walk, owner, field, directions),
        "enum" => return values(walk, field, directions),
        "items" | "not" => return schema(walk, field, directions),
        "allOf" | "oneOf" | "anyOf" => return alternatives(walk, field, directions),
        "additionalProperties" => return additional(walk, field, directions),
        "type" => (&rules::TYPE_CHANGED, type_effect(field)),
        "format" => (&rules::FORMAT_CHANGED, format_effect(field)),
        "nullable" => match field.flags() {
            (false, true) => (&rules::NULLABLE_ADDED, Effect::Wider),
            (true, false) => (&rules::NULLABLE_REMOVED, Effect::Narrower),
            _ => (&rules::NULLABLE_CHANGED, Effect::Same),
        },
        "minLength" | "maxLength" => (&rules::LENGTH_CHANGED, bound(field)),
        "pattern" => (&rules::PATTERN_CHANGED, constraint(field)),
        "minimum" | "maximum" | "multipleOf" => (&rules::RANGE_CHANGED, bound(field)),
        "exclusiveMinimum" | "exclusiveMaximum" => (&rules::RANGE_CHANGED, flag(field)),
        "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            (&rules::SIZE_CHANGED, bound(field))
        }
        "uniqueItems" => (&rules::SIZE_CHANGED, flag(field)),
        // Omitting the value now has a different meaning.
        "default" => (&rules::DEFAULT_CHANGED, Effect::Narrower),
        _ => return walk.unclassified(field),
    };
    let message = format!(
        "`{}` of `{}`: {} → {}{}",
        field.key,
        owner.key,
        shown(field.old),
        shown(field.new),
        match effect {
            Effect::Narrower => ", narrower",
            Effect::Wider => ", wider",
            Effect::Other | Effect::Same => "",
        },
    );
    let wire = match effect {
        Effect::Same => WireImpact::Cosmetic,
        effect => directions.verdict(effect),
    };
    walk.note(rule, field, wire, message);
}

/// Adds a cosmetic change of documentation.
pub(super) fn text(walk: &mut Walk, field: &Pair, rule: &'static Rule) {
    let message = format!("`{}` {}", field.key, verb(field.old, field.new));
    walk.note(rule, field, WireImpact::Cosmetic, message);
}

/// Adds a change of `deprecated`, which affects no byte.
pub(super) fn deprecated(walk: &mut Walk, field: &Pair) {
    let (rule, message) = match field.flags() {
        (false, true) => (&rules::DEPRECATED, "now deprecated"),
        (true, false) => (&rules::DEPRECATION_WITHDRAWN, "no longer deprecated"),
        _ => (
            &rules::DEPRECATION_WITHDRAWN,
            "`deprecated` changed, with the same meaning",
        ),
    };
    walk.note(rule, field, WireImpact::Compatible, message.to_owned());
}

fn properties<'a>(walk: &mut Walk<'a>, owner: &Pair<'a>, field: &Pair<'a>, dirs: Directions) {
    let listed = |value: Option<&Value>, name: &str| {
        value
            .and_then(|value| value.get("required")?.as_array())
            .is_some_and(|names| names.iter().any(|other| other == name))
    };
    // Old clients reject unknown properties of a closed object.
    let closed = owner.old.and_then(|old| old.get("additionalProperties"));
    let open = closed != Some(&Value::Bool(false));
    for property in field.changed() {
        let name = &property.key;
        if property.old.is_none() {
            let must = listed(owner.new, name);
            let rule = if must {
                &rules::PROPERTY_ADDED_REQUIRED
            } else {
                &rules::PROPERTY_ADDED
            };
            let breaking = (dirs.request && must) || (dirs.response && !open);
            let wire = if breaking {
                WireImpact::Breaking
            } else {
                dirs.verdict(Effect::Same)
            };
            let how = if must { "required" } else { "optional" };
            let message = format!("`{name}` added to `{}`, {how}", owner.key);
            walk.note(rule, &property, wire, message);
        } else if property.new.is_none() {
            // A client that sends it expects an effect. A client that receives it must already handle the
            // absence of an optional property.
            let breaking = dirs.request || (dirs.response && listed(owner.old, name));
            let wire = if breaking {
                WireImpact::Breaking
            } else {
                dirs.verdict(Effect::Same)
            };
            let message = format!("`{name}` removed from `{}`", owner.key);
            walk.note(&rules::PROPERTY_REMOVED, &property, wire, message);
        } else {
            schema(walk, &property, dirs);
        }
    }
    if field.old.is_none() || field.new.is_none() {
        walk.claim(field);
    }
}

fn required<'a>(walk: &mut Walk<'a>, owner: &Pair<'a>, field: &Pair<'a>, dirs: Directions) {
    let (Some(old), Some(new)) = (strings(field.old), strings(field.new)) else {
        return walk.unclassified(field);
    };
    walk.claim(field);
    let properties = owner.child("properties");
    for name in old.symmetric_difference(&new) {
        let property = properties.child(name);
        let listed = new.contains(name);
        let (rule, effect, how) = if listed {
            (&rules::PROPERTY_NOW_REQUIRED, Effect::Narrower, "now")
        } else {
            (&rules::PROPERTY_NOW_OPTIONAL, Effect::Wider, "no longer")
        };
        // An added or removed property has its own row.
        let added = listed && property.old.is_none() && property.new.is_some();
        let removed = !listed && property.new.is_none() && property.old.is_some();
        if !added && !removed {
            let message = format!("`{name}` of `{}` is {how} required", owner.key);
            walk.row(rule, &property, dirs.verdict(effect), message);
        }
    }
    if old == new {
        let message = "`required` reordered".to_owned();
        walk.row(&rules::ORDER_CHANGED, field, WireImpact::Cosmetic, message);
    }
}

/// The strings of a list; an absent list is empty.
fn strings(value: Option<&Value>) -> Option<BTreeSet<&str>> {
    match value {
        None => Some(BTreeSet::new()),
        Some(value) => value.as_array()?.iter().map(Value::as_str).collect(),
    }
}

/// Compares `allOf`, `oneOf` or `anyOf`: by position if the lengths are equal, else by added and removed members.
fn alternatives<'a>(walk: &mut Walk<'a>, field: &Pair<'a>, directions: Directions) {
    walk.claim(field);
    let list = |value: Option<&'a Value>| -> Vec<&'a Value> {
        let items = value.and_then(Value::as_array).into_iter().flatten();
        items.collect()
    };
    let (old, new) = (list(field.old), list(field.new));
    let before = walk.changes.len();
    if old.len() == new.len() {
        for (index, (old, new)) in old.into_iter().zip(new).enumerate() {
            let member = Pair {
                pointer: format!("{}/{index}", field.pointer),
                key: title(new).unwrap_or_else(|| index.to_string()),
                old: Some(old),
                new: Some(new),
            };
            if member.differs() {
                schema(walk, &member, directions);
            }
        }
    } else {
        let of_one = if field.key == "allOf" {
            Effect::Narrower
        } else {
            Effect::Wider
        };
        let effect = if new.len() > old.len() {
            of_one
        } else {
            of_one.reverse()
        };
        // The effect is known only if one list contains the other.
        let text = |list: &[&Value]| -> BTreeSet<String> {
            list.iter().map(ToString::to_string).collect()
        };
        let (before, after) = (text(&old), text(&new));
        let kept = before.is_subset(&after) || after.is_subset(&before);
        let effect = if kept { effect } else { Effect::Other };
        let named = |these: &[&Value], those: &BTreeSet<String>, sign: &str| -> String {
            let only = these.iter().filter(|one| !those.contains(&one.to_string()));
            let names = only.filter_map(|one| title(one));
            names.fold(String::new(), |all, name| format!("{all} {sign}`{name}`"))
        };
        let message = format!(
            "members of `{}`: {} → {}{}{}",
            field.key,
            old.len(),
            new.len(),
            named(&new, &before, "+"),
            named(&old, &after, "-"),
        );
        walk.note(
            &rules::ALTERNATIVES_CHANGED,
            field,
            directions.verdict(effect),
            message,
        );
    }
    if walk.changes.len() == before {
        walk.unclassified(field);
    }
}

/// The name of an alternative: its title, or the component that it refers to.
fn title(schema: &Value) -> Option<String> {
    let text = |field| schema.get(field).and_then(Value::as_str);
    let component = || text("$ref")?.rsplit('/').next();
    text("title").or_else(component).map(str::to_owned)
}

fn additional<'a>(walk: &mut Walk<'a>, field: &Pair<'a>, directions: Directions) {
    let (old, new) = (field.old, field.new);
    let is = |value: Option<&Value>, flag: bool| match value {
        None => flag,
        Some(value) => value.as_bool() == Some(flag),
    };
    let closed = |value: Option<&Value>| value == Some(&Value::Bool(false));
    let (rule, effect) = match (old, new) {
        (Some(Value::Object(_)), Some(Value::Object(_))) => return schema(walk, field, directions),
        _ if is(old, true) && is(new, true) => {
            (&rules::ADDITIONAL_PROPERTIES_CHANGED, Effect::Same)
        }
        _ if closed(old) || is(new, true) => (&rules::ADDITIONAL_PROPERTIES_ALLOWED, Effect::Wider),
        _ if closed(new) || is(old, true) => {
            (&rules::ADDITIONAL_PROPERTIES_REFUSED, Effect::Narrower)
        }
        _ => (&rules::ADDITIONAL_PROPERTIES_CHANGED, Effect::Other),
    };
    let message = format!("`additionalProperties`: {} → {}", shown(old), shown(new));
    let wire = match effect {
        Effect::Same => WireImpact::Cosmetic,
        effect => directions.verdict(effect),
    };
    walk.note(rule, field, wire, message);
}
