//! Rules for schemas.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Wire;
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
        let message = format!("`{}` is written in another way", pair.key);
        walk.note(&rules::REFERENCE_CHANGED, pair, Wire::Cosmetic, message);
        return if inner.differs() {
            schema(walk, &inner, directions);
        };
    }
    if walk.follow(pair, directions, schema).is_some() {
        return;
    }
    if !pair.has_members() || pair.old.is_none() || pair.new.is_none() {
        let wire = directions.judge(match (pair.old, pair.new) {
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

/// `allOf` with one member and nothing beside it is that member: if only one side says it so, both
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
        // What a client leaves out now means something else.
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
        Effect::Same => Wire::Cosmetic,
        effect => directions.judge(effect),
    };
    walk.note(rule, field, wire, message);
}

/// Documentation.
pub(super) fn text(walk: &mut Walk, field: &Pair, rule: &'static Rule) {
    let message = format!("`{}` {}", field.key, verb(field.old, field.new));
    walk.note(rule, field, Wire::Cosmetic, message);
}

/// `deprecated`: a wish, which changes no byte yet.
pub(super) fn deprecated(walk: &mut Walk, field: &Pair) {
    let (rule, message) = match field.flags() {
        (false, true) => (&rules::DEPRECATED, "is deprecated now"),
        (true, false) => (&rules::DEPRECATION_WITHDRAWN, "is deprecated no longer"),
        _ => (&rules::DEPRECATION_WITHDRAWN, "is as deprecated as before"),
    };
    walk.note(rule, field, Wire::Compatible, message.to_owned());
}

fn properties<'a>(walk: &mut Walk<'a>, owner: &Pair<'a>, field: &Pair<'a>, dirs: Directions) {
    let listed = |value: Option<&Value>, name: &str| {
        value
            .and_then(|value| value.get("required")?.as_array())
            .is_some_and(|names| names.iter().any(|other| other == name))
    };
    // A closed object is read by old clients as one: what they do not know they refuse.
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
                Wire::Breaking
            } else {
                dirs.judge(Effect::Same)
            };
            let how = if must { "required" } else { "optional" };
            let message = format!("`{name}` added to `{}`, {how}", owner.key);
            walk.note(rule, &property, wire, message);
        } else if property.new.is_none() {
            // A client that sends it means something by it, and is heard no longer; one that gets it
            // has to live without an optional one already.
            let breaking = dirs.request || (dirs.response && listed(owner.old, name));
            let wire = if breaking {
                Wire::Breaking
            } else {
                dirs.judge(Effect::Same)
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
        // A property that came or went has a row that says so.
        let came = listed && property.old.is_none() && property.new.is_some();
        let went = !listed && property.new.is_none() && property.old.is_some();
        if !came && !went {
            let message = format!("`{name}` of `{}` is {how} required", owner.key);
            walk.row(rule, &property, dirs.judge(effect), message);
        }
    }
    if old == new {
        let message = "`required` written in another way".to_owned();
        walk.row(&rules::ORDER_CHANGED, field, Wire::Cosmetic, message);
    }
}

/// An absent list is an empty one.
fn strings(value: Option<&Value>) -> Option<BTreeSet<&str>> {
    match value {
        None => Some(BTreeSet::new()),
        Some(value) => value.as_array()?.iter().map(Value::as_str).collect(),
    }
}

/// `allOf`, `oneOf`, `anyOf`: member by member if there are as many, else by what is new and gone.
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
        // Only if all that was there still is can more, or fewer, be all there is to say.
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
            directions.judge(effect),
            message,
        );
    }
    if walk.changes.len() == before {
        walk.unclassified(field);
    }
}

/// What people call an alternative: its title, or the component that it is.
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
        Effect::Same => Wire::Cosmetic,
        effect => directions.judge(effect),
    };
    walk.note(rule, field, wire, message);
}
