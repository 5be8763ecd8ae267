//! Rules for schemas.

use serde_json::Value;

use super::normal::reference;
use super::reach::{Directions, Effect};
use super::rules;
use super::walk::{Pair, Walk, shown, verb};

use self::alternatives::{alternatives, choice};
use self::effect::{bound, constraint, flag, format_effect, type_effect};
use self::members::members;
use self::values::values;

mod alternatives;
mod effect;
mod members;
mod values;

/// Compares two schemas that are sent in `directions`.
pub(super) fn schema<'a>(walk: &mut Walk<'a>, pair: &Pair<'a>, directions: Directions) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        let wire = directions.verdict(match pair.old {
            None => Effect::Narrower,
            Some(_) => Effect::Wider,
        });
        let message = format!("the schema `{}` {}", pair.key, verb(pair.old, pair.new));
        return walk.note(&rules::SCHEMA_CHANGED, pair, wire, message);
    };
    if choice(walk, pair, directions, schema) || follow(walk, pair, directions) {
        return;
    }
    if !old.is_object() || !new.is_object() {
        let message = format!("the schema `{}` changed", pair.key);
        let wire = directions.verdict(Effect::Other);
        return walk.note(&rules::SCHEMA_CHANGED, pair, wire, message);
    }
    let changed = pair.changed();
    let is_member = |field: &Pair| {
        matches!(
            field.key.as_str(),
            "properties" | "required" | "readOnly" | "writeOnly"
        )
    };
    if changed.iter().any(is_member) {
        members(walk, pair, directions, schema);
    }
    for field in changed.iter().filter(|field| !is_member(field)) {
        keyword(walk, pair, field, directions);
    }
}

/// If a `$ref` was added, removed or changed, compares the targets of both sides.
fn follow<'a>(walk: &mut Walk<'a>, pair: &Pair<'a>, directions: Directions) -> bool {
    let (from, to) = (pair.old.and_then(reference), pair.new.and_then(reference));
    if from == to {
        return false;
    }
    walk.claim(pair);
    // Recursive schemas: each pair of targets is compared once.
    let name = |reference: Option<&str>| reference.unwrap_or(&pair.pointer).to_owned();
    if !walk.followed.insert((
        name(from),
        name(to),
        directions.request,
        directions.response,
    )) {
        return true;
    }
    let target = |reference: Option<&'a str>| reference.and_then(|text| text.strip_prefix('#'));
    let sides = [(walk.old, target(from)), (walk.new, target(to))];
    for (side, target) in sides {
        if let Some(target) = target {
            side.follow(&pair.pointer, target);
        }
    }
    let resolved = Pair {
        old: pair.old.and_then(|old| walk.old.resolve(old)),
        new: pair.new.and_then(|new| walk.new.resolve(new)),
        ..pair.clone()
    };
    if resolved.old.is_none() || resolved.new.is_none() {
        walk.unclassified(pair);
    } else if resolved.differs() {
        schema(walk, &resolved, directions);
    }
    true
}

fn keyword<'a>(walk: &mut Walk<'a>, owner: &Pair<'a>, field: &Pair<'a>, directions: Directions) {
    let (rule, effect) = match field.key.as_str() {
        "enum" => return values(walk, field, directions),
        "items" | "not" => return schema(walk, field, directions),
        "allOf" | "oneOf" | "anyOf" => return alternatives(walk, field, directions, schema),
        "additionalProperties" => return additional(walk, field, directions),
        "discriminator" => return discriminator(walk, field, directions),
        "type" => (&rules::TYPE_CHANGED, type_effect(field)),
        "format" => (&rules::FORMAT_CHANGED, format_effect(field)),
        "nullable" => match field.flags() {
            (false, true) => (&rules::NULLABLE_ADDED, Effect::Wider),
            (true, false) => (&rules::NULLABLE_REMOVED, Effect::Narrower),
            _ => return walk.unclassified(field),
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
    walk.note(rule, field, directions.verdict(effect), message);
}

/// A discriminator does not change which values are allowed. Clients that have one select schemas by it.
fn discriminator(walk: &mut Walk, field: &Pair, directions: Directions) {
    let effect = match (field.old, field.new) {
        (Some(_), Some(_)) => Effect::Other,
        _ => Effect::Same,
    };
    let message = format!("`discriminator` {}", verb(field.old, field.new));
    let wire = directions.verdict(effect);
    walk.note(&rules::DISCRIMINATOR_CHANGED, field, wire, message);
}

fn additional<'a>(walk: &mut Walk<'a>, field: &Pair<'a>, directions: Directions) {
    let (old, new) = (field.old, field.new);
    let closed = |value: Option<&Value>| value == Some(&Value::Bool(false));
    let effect = match (old, new) {
        (Some(Value::Object(_)), Some(Value::Object(_))) => return schema(walk, field, directions),
        // Everything is allowed if it is absent.
        _ if closed(old) || new.is_none() => Effect::Wider,
        _ if closed(new) || old.is_none() => Effect::Narrower,
        _ => Effect::Other,
    };
    let message = format!("`additionalProperties`: {} → {}", shown(old), shown(new));
    let wire = directions.verdict(effect);
    walk.note(&rules::ADDITIONAL_PROPERTIES_CHANGED, field, wire, message);
}
