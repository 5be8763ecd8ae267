//! Traversal of a document, shared by several checks.

use std::collections::HashSet;

use serde_json::Value;

use super::group::Context;
use super::structure::{self, Object};
use crate::document::Document;
use crate::finding::Finding;

/// Every object of one kind, with its pointer. References are skipped: their targets are components, which are
/// visited themselves.
pub(super) fn all(document: &Document, wanted: Object) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    visit(document, &mut |object, at, value| {
        if object == wanted && value.is_object() && value.get("$ref").is_none() {
            found.push((at.to_owned(), value));
        }
    });
    found
}

/// Every object of one kind from which code is generated, with its pointer.
pub(super) fn used<'a>(context: &Context<'a>, wanted: Object) -> Vec<(String, &'a Value)> {
    let mut objects = all(context.document, wanted);
    objects.retain(|(at, _)| !is_unused(context, at));
    objects
}

/// Every schema from which a type is generated, with its pointer.
pub(super) fn typed<'a>(context: &Context<'a>) -> Vec<(String, &'a Value)> {
    let mut schemas = used(context, Object::Schema);
    schemas.retain(|(at, _)| !is_header(at));
    schemas
}

/// Whether `at` is in a component from which nothing is generated. The generator makes a type from every schema,
/// and uses other components only where something refers to them.
fn is_unused(context: &Context<'_>, at: &str) -> bool {
    let Some(rest) = at.strip_prefix("/components/") else {
        return false;
    };
    let mut steps = rest.split('/');
    let (Some(kind), Some(name)) = (steps.next(), steps.next()) else {
        return false;
    };
    let reference = format!("#/components/{kind}/{name}");
    kind != "schemas" && !context.references.contains(reference.as_str())
}

/// All references in `value`, as written.
pub(super) fn references(value: &Value) -> HashSet<&str> {
    let mut found = HashSet::new();
    add_references(value, &mut found);
    found
}

fn add_references<'a>(value: &'a Value, found: &mut HashSet<&'a str>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str));
            // A discriminator's mapping refers to schemas without `$ref`.
            found.extend(entries(value, "mapping").filter_map(|(_, target)| target.as_str()));
            map.values().for_each(|value| add_references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| add_references(value, found)),
        _ => {}
    }
}

/// Whether the schema at `at` is that of a response header. The generated client does not read headers.
fn is_header(at: &str) -> bool {
    let steps: Vec<_> = at.split('/').collect();
    match steps.as_slice() {
        ["", "components", kind, ..] => {
            *kind == "headers" || (*kind == "responses" && steps.get(4) == Some(&"headers"))
        }
        ["", "paths", _, _, "responses", _, part, ..] => *part == "headers",
        _ => false,
    }
}

/// Calls `visitor` with every object of the document, references included.
pub(super) fn visit<'a>(document: &'a Document, visitor: &mut impl FnMut(Object, &str, &'a Value)) {
    descend(
        Object::Document,
        &document.value,
        &mut String::new(),
        visitor,
    );
}

fn descend<'a>(
    object: Object,
    value: &'a Value,
    at: &mut String,
    visitor: &mut impl FnMut(Object, &str, &'a Value),
) {
    visitor(object, at, value);
    if value.get("$ref").is_some() {
        return;
    }
    let length = at.len();
    for (part, object, value) in structure::parts(object, value) {
        at.push_str(&part);
        descend(object, value, at, visitor);
        at.truncate(length);
    }
}

/// The strings of the array `field`.
pub(super) fn strings<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a str> {
    let items = value.get(field).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_str)
}

/// The names and values of the object `field`.
pub(super) fn entries<'a>(
    value: &'a Value,
    field: &str,
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let map = value.get(field).and_then(Value::as_object);
    map.into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

/// The most similar of `names`, if one is similar.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|other| (similar::TextDiff::from_chars(name, other).ratio(), other))
        .filter(|(ratio, _)| *ratio > 0.7)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, other)| other)
}

/// `finding`, with a help that names what may be meant.
pub(super) fn suggested(finding: Finding, name: Option<&str>) -> Finding {
    match name {
        Some(name) => finding.help(format!("did you mean `{name}`?")),
        None => finding,
    }
}

/// Whether `field` is present and `true`.
pub(super) fn is_true(value: &Value, field: &str) -> bool {
    value.get(field).and_then(Value::as_bool) == Some(true)
}
