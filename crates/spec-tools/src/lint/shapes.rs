//! The objects that a schema allows, as the properties of each alternative.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::kinds::{DEPTH, Kind, members, own, resolved};
use super::walk::{entries, strings};
use crate::document::Document;

/// One alternative of a schema.
#[derive(Clone, Debug)]
pub(super) enum Shape<'a> {
    Object(Object<'a>),
    /// With the schema of its items, if there is one.
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

/// Maximum number of alternatives that are examined.
const LIMIT: usize = 64;

/// The alternatives of `schema`, in their order.
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

/// Every combination of a shape of `first` and one of `second`.
pub(super) fn both<'a>(first: &[Shape<'a>], second: &[Shape<'a>]) -> Vec<Shape<'a>> {
    let pairs = first
        .iter()
        .flat_map(|one| second.iter().map(move |other| (one, other)));
    let merged = pairs.map(|(one, other)| match (one, other) {
        (Shape::Object(one), Shape::Object(other)) => Shape::Object(one.clone().and(other)),
        // An object without properties does not constrain the other shape.
        (Shape::Object(object), other) | (other, Shape::Object(object))
            if object.properties.is_empty() =>
        {
            other.clone()
        }
        _ => Shape::Other,
    });
    merged.take(LIMIT).collect()
}
