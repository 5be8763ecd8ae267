//! In which directions each component travels.
//!
//! A component is judged where it is used: what widens a request narrows no client, and the same edit
//! in a response may be more than an old client can read.

use std::collections::HashMap;

use serde_json::Value;

use super::change::Wire;
use crate::document::{METHODS, local};
use crate::yaml::escape;

/// The directions in which something is sent; none, if nothing refers to it.
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

    fn union(self, other: Self) -> Self {
        Self {
            request: self.request || other.request,
            response: self.response || other.response,
        }
    }
}

/// The directions of each component, by its pointer.
pub(super) type Reach = HashMap<String, Directions>;

/// Adds what `document` reaches. Each component is looked into once a direction: linear in its size.
pub(super) fn reach(document: &Value, reached: &mut Reach) {
    let mut ahead = Vec::new();
    for item in members(document.get("paths")) {
        parameters(item, &mut ahead);
        for operation in METHODS.iter().filter_map(|method| item.get(method)) {
            parameters(operation, &mut ahead);
            if let Some(body) = operation.get("requestBody") {
                references(body, Directions::REQUEST, &mut ahead);
            }
            if let Some(responses) = operation.get("responses") {
                references(responses, Directions::RESPONSE, &mut ahead);
            }
        }
    }
    while let Some((pointer, directions)) = ahead.pop() {
        let known = reached.entry(pointer.clone()).or_default();
        let both = known.union(directions);
        if both == *known {
            continue;
        }
        *known = both;
        if let Some(component) = document.pointer(&pointer) {
            references(component, directions, &mut ahead);
        }
    }
}

fn parameters(value: &Value, ahead: &mut Vec<(String, Directions)>) {
    if let Some(parameters) = value.get("parameters") {
        references(parameters, Directions::REQUEST, ahead);
    }
}

fn members(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(serde_json::Map::values)
}

fn references(value: &Value, directions: Directions, ahead: &mut Vec<(String, Directions)>) {
    match value {
        Value::Object(map) => {
            let reference = map.get("$ref").and_then(Value::as_str);
            ahead.extend(
                reference
                    .and_then(local)
                    .map(|pointer| (pointer, directions)),
            );
            map.values()
                .for_each(|value| references(value, directions, ahead));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|value| references(value, directions, ahead)),
        _ => {}
    }
}

/// The directions of the component `name` of `kind`.
pub(super) fn of(reached: &Reach, kind: &str, name: &str) -> Directions {
    let pointer = format!("/components/{kind}/{}", escape(name));
    reached.get(&pointer).copied().unwrap_or_default()
}

/// What a change does to the set of values that may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Fewer values: a client may send what is no longer taken.
    Narrower,
    /// More values: a client may get what it does not know.
    Wider,
    /// Other values.
    Other,
    /// The same values.
    Same,
}

impl Effect {
    /// Narrower if `old` is less than `new`: for lower bounds, and the other way round for upper ones.
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
    /// The verdict on `effect` where it is sent in these directions.
    pub(super) fn judge(self, effect: Effect) -> Wire {
        let breaking = match effect {
            _ if self == Self::default() => return Wire::Cosmetic,
            Effect::Same => false,
            Effect::Narrower => self.request,
            Effect::Wider => self.response,
            Effect::Other => true,
        };
        if breaking {
            Wire::Breaking
        } else {
            Wire::Compatible
        }
    }
}
