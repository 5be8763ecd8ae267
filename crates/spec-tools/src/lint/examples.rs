//! Examples that are not what their schema says.

use std::collections::{BTreeMap, HashSet};

use jsonschema::Draft;
use serde_json::{Map, Value, json};

use super::group::{Context, Group};
use super::structure::Object;
use super::walk::{entries, visit};
use crate::document::{Document, local};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

static EXAMPLE_INVALID: Rule = Rule::warning(
    "example-invalid",
    "it is what people copy, and mocks respond with",
    "make it what the schema says, or correct the schema",
);

pub(super) const EXAMPLES: Group = Group {
    rules: &[&EXAMPLE_INVALID],
    check: examples,
};

/// `example-invalid`.
fn examples(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    // By schema: what is compiled once may judge many.
    let mut by_schema: BTreeMap<String, Vec<String>> = BTreeMap::new();
    visit(document, &mut |object, at, value| {
        let schema = match object {
            Object::Schema => at.to_owned(),
            Object::MediaType | Object::Parameter | Object::Header => format!("{at}/schema"),
            _ => return,
        };
        let mut found = Vec::new();
        if value.get("example").is_some() {
            found.push(format!("{at}/example"));
        }
        for (name, _) in entries(value, "examples") {
            let example = format!("{at}/examples/{}", escape(name));
            if let Some((at, _)) = document.resolve(&example) {
                found.push(format!("{at}/value"));
            }
        }
        if object == Object::Schema && value.get("default").is_some() {
            found.push(format!("{at}/default"));
        }
        if let (false, Some((schema, _))) = (found.is_empty(), document.resolve(&schema)) {
            by_schema.entry(schema).or_default().extend(found);
        }
    });
    by_schema
        .iter()
        .flat_map(|(schema, examples)| judge(document, schema, examples))
        .collect()
}

fn judge(document: &Document, schema: &str, examples: &[String]) -> Vec<Finding> {
    let Some(value) = document.value.pointer(schema) else {
        return Vec::new();
    };
    // A schema that is none is what other rules find.
    let Ok(validator) = jsonschema::options()
        .with_draft(Draft::Draft4)
        .build(&self_contained(document, value))
    else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for at in examples {
        let Some(example) = document.value.pointer(at) else {
            continue;
        };
        findings.extend(validator.iter_errors(example).map(|error| {
            let place = format!("{at}{}", error.instance_path());
            Finding::new(&EXAMPLE_INVALID, document.span(&place), error.to_string())
                .related(document.span(schema), "by this schema")
        }));
    }
    findings
}

/// The schema with the components it refers to, as JSON Schema draft 4, whose `exclusiveMinimum` is
/// that of `OpenAPI` 3.0.
pub(crate) fn self_contained(document: &Document, schema: &Value) -> Value {
    let mut components = Map::new();
    let mut seen = HashSet::new();
    let mut ahead = Vec::new();
    references(schema, &mut ahead);
    while let Some(pointer) = ahead.pop() {
        if let (Some(value), true) = (
            document.value.pointer(&pointer),
            seen.insert(pointer.clone()),
        ) {
            references(value, &mut ahead);
            if let Some(name) = pointer.strip_prefix("/components/schemas/")
                && !name.contains('/')
            {
                components.insert(name.to_owned(), draft4(value));
            }
        }
    }
    json!({"allOf": [draft4(schema)], "components": {"schemas": components}})
}

fn references(value: &Value, ahead: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let reference = map.get("$ref").and_then(Value::as_str);
            ahead.extend(reference.and_then(local));
            map.values().for_each(|value| references(value, ahead));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, ahead)),
        _ => {}
    }
}

/// `nullable` said in JSON Schema.
fn draft4(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(draft4).collect(),
        Value::Object(map) => {
            let mut map: Map<_, _> = map
                .iter()
                .map(|(key, value)| (key.clone(), draft4(value)))
                .collect();
            match map.remove("nullable") {
                Some(Value::Bool(true)) => json!({"anyOf": [{"type": "null"}, map]}),
                Some(other) => {
                    map.insert("nullable".to_owned(), other);
                    Value::Object(map)
                }
                None => Value::Object(map),
            }
        }
        _ => schema.clone(),
    }
}
