//! Examples that are invalid against their schema.

use std::collections::{BTreeMap, HashSet};

use jsonschema::Draft;
use serde_json::{Map, Value, json};

use super::group::{Context, Group};
use super::structure::Object;
use super::walk::{entries, visit};
use crate::document::{Document, references};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

static EXAMPLE_INVALID: Rule = Rule::warning(
    "example-invalid",
    "people copy examples, and mocks respond with them",
    "correct the example or the schema",
);

pub(super) const EXAMPLES: Group = Group {
    rules: &[&EXAMPLE_INVALID],
    check: examples,
};

/// `example-invalid`.
fn examples(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    // Grouped by schema, so that each schema is compiled once.
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
        .flat_map(|(schema, examples)| validate(document, schema, examples))
        .collect()
}

fn validate(document: &Document, schema: &str, examples: &[String]) -> Vec<Finding> {
    let Some(value) = document.value.pointer(schema) else {
        return Vec::new();
    };
    // Other rules report invalid schemas.
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
                .related(document.span(schema), "the schema")
        }));
    }
    findings
}

/// The schema with the components it refers to, as JSON Schema draft 4. That draft and OpenAPI 3.0 have the same
/// `exclusiveMinimum`.
pub(crate) fn self_contained(document: &Document, schema: &Value) -> Value {
    let mut components = Map::new();
    let mut seen = HashSet::new();
    let mut pending = references(schema);
    while let Some(pointer) = pending.pop() {
        if let (Some(value), true) = (
            document.value.pointer(&pointer),
            seen.insert(pointer.clone()),
        ) {
            pending.extend(references(value));
            if let Some(name) = pointer.strip_prefix("/components/schemas/")
                && !name.contains('/')
            {
                components.insert(name.to_owned(), draft4(value));
            }
        }
    }
    json!({"allOf": [draft4(schema)], "components": {"schemas": components}})
}

/// Translates `nullable` to JSON Schema.
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
