//! The kind of JSON value that a schema allows, if it can be determined.

use serde_json::Value;

use super::walk::entries;
use crate::document::{Document, local};

/// Maximum depth of compositions and references that is examined. `ref-cycle` reports cycles.
pub(super) const DEPTH: usize = 16;

/// A kind of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    String,
    Number,
    Boolean,
    /// Not determined, or more than one kind.
    Unknown,
}

/// The schema itself, or the component that it is a reference to.
pub(super) fn resolved<'a>(document: &'a Document, schema: &'a Value) -> Option<&'a Value> {
    match schema.get("$ref").and_then(Value::as_str) {
        None => Some(schema),
        Some(reference) => Some(document.resolve(&local(reference)?)?.1),
    }
}

/// The members of a composition.
pub(super) fn members<'a>(schema: &'a Value, word: &str) -> impl Iterator<Item = &'a Value> {
    let list = schema.get(word).and_then(Value::as_array);
    list.into_iter().flatten()
}

/// The kind of the values of `schema`.
pub(super) fn kind(document: &Document, schema: &Value) -> Kind {
    of(document, schema, DEPTH)
}

fn of(document: &Document, schema: &Value, depth: usize) -> Kind {
    let Some(schema) = resolved(document, schema).filter(|_| depth > 0) else {
        return Kind::Unknown;
    };
    let own = own(schema);
    if own != Kind::Unknown {
        return own;
    }
    let part = |word| members(schema, word).map(|one| of(document, one, depth - 1));
    let of_all = part("allOf").find(|kind| *kind != Kind::Unknown);
    let common = |word| {
        let mut kinds = part(word);
        let first = kinds.next()?;
        kinds.all(|kind| kind == first).then_some(first)
    };
    of_all
        .or_else(|| common("oneOf"))
        .or_else(|| common("anyOf"))
        .unwrap_or(Kind::Unknown)
}

/// The kind from the keywords of `schema` itself, without its compositions.
pub(super) fn own(schema: &Value) -> Kind {
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => return Kind::Object,
        Some("array") => return Kind::Array,
        Some("string") => return Kind::String,
        Some("integer" | "number") => return Kind::Number,
        Some("boolean") => return Kind::Boolean,
        _ => {}
    }
    let mut values = members(schema, "enum").filter(|value| !value.is_null());
    let of_value = |value: &Value| match value {
        Value::Object(_) => Kind::Object,
        Value::Array(_) => Kind::Array,
        Value::String(_) => Kind::String,
        Value::Number(_) => Kind::Number,
        Value::Bool(_) => Kind::Boolean,
        Value::Null => Kind::Unknown,
    };
    if let Some(first) = values.next().map(of_value) {
        return if values.all(|value| of_value(value) == first) {
            first
        } else {
            Kind::Unknown
        };
    }
    if entries(schema, "properties").next().is_some()
        || schema.get("additionalProperties").is_some()
    {
        Kind::Object
    } else if schema.get("items").is_some() {
        Kind::Array
    } else {
        Kind::Unknown
    }
}

/// Whether every value of `schema` is, or may be, a string, number or boolean.
pub(super) fn is_scalar(document: &Document, schema: &Value, depth: usize) -> bool {
    let Some(schema) = resolved(document, schema).filter(|_| depth > 0) else {
        return true;
    };
    !matches!(own(schema), Kind::Object | Kind::Array)
        && ["allOf", "oneOf", "anyOf"]
            .iter()
            .all(|word| members(schema, word).all(|one| is_scalar(document, one, depth - 1)))
}
