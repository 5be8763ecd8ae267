//! Rules for the properties of an object: which there are, which are required, and who sends them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::rules;
use crate::diff::change::WireImpact;
use crate::diff::reach::{Directions, Effect};
use crate::diff::walk::{Compare, Pair, Walk};

const LISTS: [&str; 3] = ["required", "readOnly", "writeOnly"];

/// Compares the properties of two objects, and their schemas by `schema`.
pub(super) fn members<'a>(
    walk: &mut Walk<'a>,
    owner: &Pair<'a>,
    directions: Directions,
    schema: Compare<'a>,
) {
    let properties = owner.child("properties");
    let lists = LISTS.map(|name| owner.child(name));
    let all = || lists.iter().chain([&properties]);
    if !all().all(Pair::has_members) {
        return walk.unclassified(owner);
    }
    walk.claim(&properties);
    for list in lists.iter().filter(|list| list.differs()) {
        walk.cover(list);
    }
    let names: BTreeSet<String> = all()
        .flat_map(Pair::changed)
        .map(|member| member.key)
        .collect();
    for name in names {
        member(walk, owner, &properties.child(&name), directions, schema);
    }
}

/// Whether a list of `object` has the name of `property`.
fn lists(object: Option<&Value>, list: &str, property: &Pair) -> bool {
    object.is_some_and(|object| object[list].get(&property.key).is_some())
}

/// The directions in which `property` of `object` is sent: one that is `readOnly` belongs to responses only, and
/// one that is `writeOnly` to requests only, `required` included (OpenAPI 3.0.3, section 4.7.24).
fn sent(object: Option<&Value>, property: &Pair, directions: Directions) -> Directions {
    Directions {
        request: directions.request && !lists(object, "readOnly", property),
        response: directions.response && !lists(object, "writeOnly", property),
    }
}

fn member<'a>(
    walk: &mut Walk<'a>,
    owner: &Pair<'a>,
    property: &Pair<'a>,
    directions: Directions,
    schema: Compare<'a>,
) {
    let [before, after] = [owner.old, owner.new].map(|object| sent(object, property, directions));
    let [was, is] = [owner.old, owner.new].map(|object| lists(object, "required", property));
    // Old clients reject unknown properties of a closed object.
    let closed = owner.old.and_then(|old| old.get("additionalProperties"));
    let is_closed = closed == Some(&Value::Bool(false));
    let adds = |now: Directions, old: Directions| {
        (now.request && !old.request && is) || (now.response && !old.response && is_closed)
    };
    // A client that sends it expects an effect. A client that receives it must already handle the absence of an
    // optional property.
    let removes = |now: Directions, old: Directions| {
        (old.request && !now.request) || (old.response && !now.response && was)
    };
    let wire = |breaking: bool| {
        if breaking {
            WireImpact::Breaking
        } else {
            directions.verdict(Effect::Same)
        }
    };
    let name = &property.key;
    let nothing = Directions::default();
    match (property.old, property.new) {
        (None, Some(_)) => {
            let (rule, how) = if is {
                (&rules::PROPERTY_ADDED_REQUIRED, "required")
            } else {
                (&rules::PROPERTY_ADDED, "optional")
            };
            let message = format!("`{name}` added to `{}`, {how}", walk.owner(property));
            walk.note(rule, property, wire(adds(after, nothing)), message);
        }
        (Some(_), None) => {
            let message = format!("`{name}` removed from `{}`", walk.owner(property));
            let wire = wire(removes(nothing, before));
            walk.note(&rules::PROPERTY_REMOVED, property, wire, message);
        }
        _ => {
            if before != after {
                let message = format!("`readOnly` or `writeOnly` of `{name}` changed");
                let wire = wire(adds(after, before) || removes(after, before));
                walk.row(&rules::ACCESS_CHANGED, property, wire, message);
            }
            let both = before.and(after);
            if was != is {
                let (rule, effect, how) = if is {
                    (&rules::PROPERTY_NOW_REQUIRED, Effect::Narrower, "now")
                } else {
                    (&rules::PROPERTY_NOW_OPTIONAL, Effect::Wider, "no longer")
                };
                let message = format!("`{name}` of `{}` is {how} required", walk.owner(property));
                walk.row(rule, property, both.verdict(effect), message);
            }
            if property.differs() {
                schema(walk, property, both);
            }
        }
    }
}
