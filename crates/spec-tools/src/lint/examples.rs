//! Examples that are invalid against their schema.

use std::collections::{BTreeMap, HashSet};

use jsonschema::{Draft, Keyword, ValidationError, Validator};
use regress::Regex;
use serde_json::{Map, Value, json};

use super::group::{Context, group};
use super::structure::Object;
use super::walk::{entries, visit};
use crate::document::{Document, references};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

group! {
    examples;

    Warning EXAMPLE_INVALID = "example-invalid", "people copy examples, and mocks respond with them",
        "correct the example or the schema";
    Error DEFAULT_INVALID = "default-invalid", "the client panics when it reads a body without this member",
        "correct the `default`, or remove it";
}

/// `example-invalid`, `default-invalid`.
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
    let Ok(validator) = validator(document, value) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for at in examples {
        let Some(example) = document.value.pointer(at) else {
            continue;
        };
        if is_of_property(at) && !is_parsed(value, example) {
            let message = format!("`default`: {example} is not a `{}`", value["format"]);
            let message = message.replace('"', "");
            findings.push(Finding::new(&DEFAULT_INVALID, document.span(at), message));
            continue;
        }
        findings.extend(validator.iter_errors(example).map(|error| {
            let place = format!("{at}{}", error.instance_path());
            Finding::new(&EXAMPLE_INVALID, document.span(&place), error.to_string())
                .related(document.span(schema), "the schema")
        }));
    }
    findings
}

/// Whether `at` is the `default` of a property. The client uses no other one.
fn is_of_property(at: &str) -> bool {
    let mut steps = at.rsplit('/');
    steps.next() == Some("default") && steps.nth(1) == Some("properties")
}

/// Whether the type that the generator makes for the format of `schema` parses `default`.
fn is_parsed(schema: &Value, default: &Value) -> bool {
    let format = schema.get("format").and_then(Value::as_str);
    if !matches!(
        format,
        Some("date" | "date-time" | "uuid" | "ipv4" | "ipv6")
    ) {
        return true;
    }
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(&json!({"type": "string", "format": format}));
    validator.is_ok_and(|validator| validator.is_valid(default))
}

/// A validator of `schema`, which reads patterns as the generated client does.
pub(crate) fn validator(
    document: &Document,
    schema: &Value,
) -> Result<Validator, ValidationError<'static>> {
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .with_keyword("pattern", |_, pattern, _| {
            let pattern = pattern.as_str().unwrap_or_default();
            match Regex::new(pattern) {
                Ok(regex) => Ok(Box::new(Pattern(regex, pattern.to_owned()))),
                Err(error) => Err(ValidationError::custom(error.to_string())),
            }
        })
        .build(&self_contained(document, schema))
}

/// The keyword `pattern`.
struct Pattern(Regex, String);

impl<'a> Keyword<'a> for Pattern {
    fn validate(&self, instance: &'a Value) -> Result<(), ValidationError<'a>> {
        if self.is_valid(instance) {
            return Ok(());
        }
        let Self(_, pattern) = self;
        Err(ValidationError::custom(format!(
            "{instance} does not match \"{pattern}\""
        )))
    }

    fn is_valid(&self, instance: &'a Value) -> bool {
        let Self(regex, _) = self;
        instance
            .as_str()
            .is_none_or(|text| regex.find(text).is_some())
    }
}

/// The schema with the components it refers to, as JSON Schema draft 4. That draft and OpenAPI 3.0 have the same
/// `exclusiveMinimum`.
fn self_contained(document: &Document, schema: &Value) -> Value {
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
