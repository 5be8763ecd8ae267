//! Which objects a schema allows: the properties of each of its alternatives.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::kinds::{DEPTH, Kind, members, own, resolved};
use super::walk::{entries, strings};
use crate::document::Document;

/// One of the shapes of the values of a schema.
#[derive(Clone, Debug)]
pub(super) enum Shape<'a> {
    Object(Object<'a>),
    /// With what its items are, if that is said.
    Array(Option<&'a Value>),
    Other,
}

/// Objects with these properties.
#[derive(Clone, Debug, Default)]
pub(super) struct Object<'a> {
    pub(super) properties: BTreeMap<&'a str, &'a Value>,
    pub(super) required: BTreeSet<&'a str>,
    pub(super) is_closed: bool,
}

impl<'a> Object<'a> {
    fn and(mut self, other: &Self) -> Self {
        self.properties.extend(&other.properties);
        self.required.extend(&other.required);
        self.is_closed |= other.is_closed;
        self
    }

    pub(super) fn own(schema: &'a Value) -> Self {
        Self {
            properties: entries(schema, "properties").collect(),
            required: strings(schema, "required").collect(),
            is_closed: schema.get("additionalProperties") == Some(&Value::Bool(false)),
        }
    }
}

/// More are not looked at.
const LIMIT: usize = 64;

/// The shapes of `schema`, in the order of its alternatives.
pub(super) fn shapes<'a>(document: &'a Document, schema: &'a Value) -> Vec<Shape<'a>> {
    of(document, schema, DEPTH)
}

fn of<'a>(document: &'a Document, schema: &'a Value, depth: usize) -> Vec<Shape<'a>> {
    let Some(schema) = resolved(document, schema).filter(|_| depth > 0) else {
        return vec![Shape::Other];
    };
    let mut shapes = match own(schema) {
        Kind::Object | Kind::Unknown => vec![Shape::Object(Object::own(schema))],
        Kind::Array => return vec![Shape::Array(schema.get("items"))],
        _ => return vec![Shape::Other],
    };
    for member in members(schema, "allOf") {
        shapes = both(&shapes, &of(document, member, depth - 1));
    }
    for word in ["oneOf", "anyOf"] {
        let choices = members(schema, word).flat_map(|one| of(document, one, depth - 1));
        let choices: Vec<_> = choices.take(LIMIT).collect();
        if !choices.is_empty() {
            shapes = both(&shapes, &choices);
        }
    }
    shapes
}

/// Each shape that is one of both.
pub(super) fn both<'a>(first: &[Shape<'a>], second: &[Shape<'a>]) -> Vec<Shape<'a>> {
    let pairs = first
        .iter()
        .flat_map(|one| second.iter().map(move |other| (one, other)));
    let merged = pairs.map(|(one, other)| match (one, other) {
        (Shape::Object(one), Shape::Object(other)) => Shape::Object(one.clone().and(other)),
        // What says nothing is no object, either.
        (Shape::Object(said), other) | (other, Shape::Object(said))
            if said.properties.is_empty() =>
        {
            other.clone()
        }
        _ => Shape::Other,
    });
    merged.take(LIMIT).collect()
}
