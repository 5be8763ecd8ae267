//! The directions in which each schema is sent.
//!
//! The verdict on a component depends on where it is used: allowing more values in a request is compatible, but in
//! a response an old client may fail to read them.

use std::collections::HashMap;

use serde_json::Value;

use super::change::WireImpact;
use super::normal::reference;
use crate::document::{METHODS, local};
use crate::yaml::escape;

/// The directions in which something is sent. Both are `false` if nothing refers to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Directions {
    /// From client to server.
    pub(super) request: bool,
    /// From server to client.
    pub(super) response: bool,
}

impl Directions {
    pub(super) const REQUEST: Self = Self {
        request: true,
        response: false,
    };
    pub(super) const RESPONSE: Self = Self {
        request: false,
        response: true,
    };

    /// The directions of both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            request: self.request && other.request,
            response: self.response && other.response,
        }
    }
}

/// The directions of each schema, by its pointer.
pub(super) type Reach = HashMap<String, Directions>;

/// Adds the schemas that the operations of a normal form use. Each is visited once per direction, so this takes
/// linear time.
pub(super) fn reach(document: &Value, reached: &mut Reach) {
    for directions in [Directions::REQUEST, Directions::RESPONSE] {
        let mut pending = Vec::new();
        let items = members(document.get("paths"));
        for operation in items.flat_map(|item| METHODS.iter().filter_map(|method| item.get(method)))
        {
            let parts: &[&str] = match directions {
                Directions::REQUEST => &["parameters", "requestBody"],
                _ => &["responses"],
            };
            for part in parts.iter().filter_map(|part| operation.get(part)) {
                references(part, directions, &mut pending);
            }
        }
        while let Some(pointer) = pending.pop() {
            let known = reached.entry(pointer.clone()).or_default();
            let seen = if directions.request {
                &mut known.request
            } else {
                &mut known.response
            };
            if !std::mem::replace(seen, true)
                && let Some(schema) = document.pointer(&pointer)
            {
                references(schema, directions, &mut pending);
            }
        }
    }
}

/// Adds the references in `value`, without those of properties that are not sent in this direction.
fn references(value: &Value, directions: Directions, found: &mut Vec<String>) {
    found.extend(reference(value).and_then(local));
    match value {
        Value::Object(map) => {
            let absent = if directions.request {
                "readOnly"
            } else {
                "writeOnly"
            };
            for (key, value) in map {
                match (key.as_str(), value, map.get(absent)) {
                    ("properties", Value::Object(properties), Some(Value::Object(names))) => {
                        let sent = properties
                            .iter()
                            .filter(|(name, _)| !names.contains_key(*name));
                        sent.for_each(|(_, property)| references(property, directions, found));
                    }
                    _ => references(value, directions, found),
                }
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| references(item, directions, found)),
        _ => {}
    }
}

fn members(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(serde_json::Map::values)
}

/// The directions of the schema `name`.
pub(super) fn of(reached: &Reach, name: &str) -> Directions {
    let pointer = format!("/components/schemas/{}", escape(name));
    reached.get(&pointer).copied().unwrap_or_default()
}

/// How a change affects the set of allowed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Fewer values: a client may send a value that is no longer accepted.
    Narrower,
    /// More values: a client may receive a value that it does not know.
    Wider,
    /// Other values.
    Other,
    /// The same values.
    Same,
}

impl Effect {
    /// The effect on a lower bound, given the order of `old` and `new`. For an upper bound, reverse it.
    pub(super) fn of_order(order: Option<std::cmp::Ordering>) -> Self {
        match order {
            Some(std::cmp::Ordering::Less) => Self::Narrower,
            Some(std::cmp::Ordering::Greater) => Self::Wider,
            _ => Self::Other,
        }
    }

    pub(super) fn reverse(self) -> Self {
        match self {
            Self::Narrower => Self::Wider,
            Self::Wider => Self::Narrower,
            other => other,
        }
    }
}

impl Directions {
    /// The wire verdict on `effect` in these directions.
    pub(super) fn verdict(self, effect: Effect) -> WireImpact {
        let breaking = match effect {
            _ if self == Self::default() => return WireImpact::Cosmetic,
            Effect::Same => false,
            Effect::Narrower => self.request,
            Effect::Wider => self.response,
            Effect::Other => true,
        };
        if breaking {
            WireImpact::Breaking
        } else {
            WireImpact::Compatible
        }
    }
}
