//! Traversal of a document, shared by several checks.

use serde_json::Value;

use super::group::Context;
use super::structure::{self, Object};
use crate::document::{Document, Operation};
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
    let component = format!("/components/{kind}/{name}");
    kind != "schemas" && !context.references.contains(&component)
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

/// The request bodies of all operations, each with its pointer.
pub(super) fn bodies(document: &Document) -> impl Iterator<Item = (Operation<'_>, String, &Value)> {
    let operations = document.operations().into_iter();
    operations.filter_map(|operation| {
        let (at, body) = document.resolve(&format!("{}/requestBody", operation.pointer))?;
        Some((operation, at, body))
    })
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

/// A name at a larger edit distance is another one, and not misspelled.
const MAX_TYPOS: usize = 2;

/// The most similar of `names`, if `name` may be a misspelling of it.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |other: &str| strsim::osa_distance(&name.to_lowercase(), &other.to_lowercase());
    let (distance, meant) = names.map(|other| (distance(other), other)).min()?;
    (distance <= MAX_TYPOS && distance < meant.len() / 2).then_some(meant)
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
