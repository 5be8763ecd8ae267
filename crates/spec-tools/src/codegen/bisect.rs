//! Finds the part of a spec that the generator fails on, by bisection: the generator does not name it.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::generator::{CodeGenerator, file};
use crate::document::{Operation, references};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::spec::Spec;
use crate::yaml::{escape, unescape};

/// Finds the schemas or operations that the generator fails on, by running it on parts of the spec.
pub(super) fn bisect(
    rule: &'static Rule,
    spec: &Spec,
    generator: &CodeGenerator<'_>,
    error: &str,
) -> Vec<Finding> {
    let refused = |piece: Value| match serde_json::from_value(piece) {
        Ok(openapi) => file(&openapi, generator).err(),
        Err(_) => None,
    };
    let finding = |pointer: &str, what: String, error: &str| {
        Finding::new(
            rule,
            spec.document.span(pointer),
            format!("the generator fails on {what}"),
        )
        .label(error.to_owned())
    };
    let value = &spec.document.value;
    let schemas = value
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    let names: Vec<&String> = schemas.into_iter().flat_map(Map::keys).collect();
    let mut found = Vec::new();
    narrow(
        &names,
        &|names| refused(of_schemas(value, names)),
        &mut found,
    );
    let mut findings: Vec<Finding> = found
        .into_iter()
        .map(|(name, error)| {
            let pointer = format!("/components/schemas/{}", escape(name));
            finding(&pointer, format!("the schema `{name}`"), &error)
        })
        .collect();
    if findings.is_empty() {
        let operations = spec.document.operations();
        let mut found = Vec::new();
        narrow(
            &operations,
            &|operations| refused(of_operations(value, operations)),
            &mut found,
        );
        findings.extend(found.into_iter().map(|(operation, error)| {
            let id = format!("{}/operationId", operation.pointer);
            finding(&id, format!("the operation `{}`", operation.name()), &error)
        }));
    }
    if findings.is_empty() {
        findings.push(finding(
            "/paths",
            "the spec as a whole, but on no single schema or operation".to_owned(),
            error,
        ));
    }
    findings
}

/// Finds the items that are refused by themselves. A set with a refused item is refused too, so only refused halves
/// are searched: one item among a thousand takes about twenty runs, most of them on small sets.
fn narrow<'a, T>(
    items: &'a [T],
    refused: &impl Fn(&'a [T]) -> Option<String>,
    found: &mut Vec<(&'a T, String)>,
) {
    if items.is_empty() {
        return;
    }
    if let Some(error) = refused(items) {
        if let [item] = items {
            found.push((item, error));
        } else {
            let (first, second) = items.split_at(items.len() / 2);
            narrow(first, refused, found);
            narrow(second, refused, found);
        }
    }
}

/// The spec with these schemas only, and no operations.
fn of_schemas(spec: &Value, names: &[&String]) -> Value {
    let pointers = names
        .iter()
        .map(|name| format!("/components/schemas/{}", escape(name)));
    piece(spec, Map::new(), pointers.collect())
}

/// The spec with these operations only.
fn of_operations(spec: &Value, operations: &[Operation<'_>]) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let item = spec
            .get("paths")
            .and_then(|paths| paths.get(operation.path)?.get("parameters"))
            .map(|parameters| ("parameters".to_owned(), parameters.clone()));
        let kept = paths
            .entry(operation.path)
            .or_insert_with(|| Value::Object(item.into_iter().collect()));
        if let Some(kept) = kept.as_object_mut() {
            kept.insert(operation.method.to_owned(), operation.value.clone());
        }
    }
    piece(spec, paths, Vec::new())
}

/// The spec with these `paths`, and the components at `pointers` or referred to, directly or indirectly.
fn piece(spec: &Value, paths: Map<String, Value>, mut pointers: Vec<String>) -> Value {
    let paths = Value::Object(paths);
    pointers.extend(references(&paths));
    let mut components: Map<String, Value> = Map::new();
    let mut seen = HashSet::new();
    while let Some(pointer) = pointers.pop() {
        // A reference may point inside a component.
        let steps: Vec<_> = pointer.splitn(5, '/').take(4).collect();
        let (["", "components", kind, name], pointer) = (steps.as_slice(), steps.join("/")) else {
            continue;
        };
        if let (Some(component), true) = (spec.pointer(&pointer), seen.insert(pointer.clone())) {
            pointers.extend(references(component));
            let kind = components
                .entry(*kind)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Some(kind) = kind.as_object_mut() {
                kind.insert(unescape(name), component.clone());
            }
        }
    }
    let rest = spec.as_object().into_iter().flatten();
    let mut piece: Map<String, Value> = rest
        .filter(|(field, _)| !matches!(field.as_str(), "paths" | "components"))
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect();
    piece.insert("paths".to_owned(), paths);
    piece.insert("components".to_owned(), Value::Object(components));
    Value::Object(piece)
}

#[cfg(test)]
mod tests;
