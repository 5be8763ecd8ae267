//! `required` and the properties that it names.

use std::collections::HashSet;

use serde_json::Value;

use super::group::{Context, group};
use super::kinds::members;
use super::walk::{entries, nearest, strings, suggested, typed};
use crate::document::{Document, local};
use crate::finding::Finding;
use crate::rule::Rule;

group! {
    required;

    Error REQUIRED_UNKNOWN = "required-unknown",
        "the property gets the type `serde_json::Value`, or is dropped",
        "correct the name, or add the property";
}

const COMPOSITIONS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// `required-unknown`.
fn required(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (at, schema) in typed(context) {
        if schema.get("required").and_then(Value::as_array).is_none() {
            continue;
        }
        let mut known = HashSet::new();
        let mut seen = HashSet::new();
        let mut is_open = collect(document, schema, &mut known, &mut seen);
        // A member may require properties of the enclosing schema, and in `allOf` those of its siblings.
        let around = at
            .rsplit_once('/')
            .and_then(|(list, _)| list.rsplit_once('/'));
        if let Some((owner, word)) = around.filter(|(_, word)| COMPOSITIONS.contains(word))
            && let Some(owner) = document.value.pointer(owner)
        {
            if word == "allOf" {
                is_open |= collect(document, owner, &mut known, &mut seen);
            } else {
                known.extend(entries(owner, "properties").map(|(name, _)| name));
            }
        }
        // Without properties, the schema only constrains properties defined elsewhere.
        if is_open || known.is_empty() {
            continue;
        }
        for (index, name) in strings(schema, "required").enumerate() {
            if !known.contains(name) {
                let finding = Finding::new(
                    &REQUIRED_UNKNOWN,
                    document.span(&format!("{at}/required/{index}")),
                    format!("there is no property `{name}`"),
                );
                findings.push(suggested(finding, nearest(name, known.iter().copied())));
            }
        }
    }
    findings
}

/// Adds the properties of `schema` and of its parts to `known`. Returns whether it has additional properties
/// with a schema.
fn collect<'a>(
    document: &'a Document,
    schema: &'a Value,
    known: &mut HashSet<&'a str>,
    seen: &mut HashSet<&'a str>,
) -> bool {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = local(reference).and_then(|pointer| document.value.pointer(&pointer));
        return match target {
            Some(target) if seen.insert(reference) => collect(document, target, known, seen),
            _ => false,
        };
    }
    known.extend(entries(schema, "properties").map(|(name, _)| name));
    let mut is_open = matches!(schema.get("additionalProperties"), Some(Value::Object(_)));
    for word in COMPOSITIONS {
        for member in members(schema, word) {
            is_open |= collect(document, member, known, seen);
        }
    }
    is_open
}
