//! The directions in which each component is sent.
//!
//! The verdict on a component depends on where it is used: allowing more values in a request is compatible, but in
//! a response an old client may fail to read them.

use std::collections::HashMap;

use serde_json::Value;

use super::change::WireImpact;
use crate::document::{METHODS, references};
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

    fn union(self, other: Self) -> Self {
        Self {
            request: self.request || other.request,
            response: self.response || other.response,
        }
    }
}

/// The directions of each component, by its pointer.
pub(super) type Reach = HashMap<String, Directions>;

/// Adds the components that `document` uses. Each is visited once per direction, so this takes linear time.
pub(super) fn reach(document: &Value, reached: &mut Reach) {
    let mut pending = Vec::new();
    for item in members(document.get("paths")) {
        add(item.get("parameters"), Directions::REQUEST, &mut pending);
        for operation in METHODS.iter().filter_map(|method| item.get(method)) {
            let part = |field| operation.get(field);
            add(part("parameters"), Directions::REQUEST, &mut pending);
            add(part("requestBody"), Directions::REQUEST, &mut pending);
            add(part("responses"), Directions::RESPONSE, &mut pending);
        }
    }
    while let Some((pointer, directions)) = pending.pop() {
        let known = reached.entry(pointer.clone()).or_default();
        let both = known.union(directions);
        if both == *known {
            continue;
        }
        *known = both;
        add(document.pointer(&pointer), directions, &mut pending);
    }
}

fn add(value: Option<&Value>, directions: Directions, pending: &mut Vec<(String, Directions)>) {
    let pointers = value.map(references).unwrap_or_default();
    pending.extend(pointers.into_iter().map(|pointer| (pointer, directions)));
}

fn members(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(serde_json::Map::values)
}

/// The directions of the component `name` of `kind`.
pub(super) fn of(reached: &Reach, kind: &str, name: &str) -> Directions {
    let pointer = format!("/components/{kind}/{}", escape(name));
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
