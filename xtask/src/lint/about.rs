//! What a document says about itself and its operations, and components that nothing refers to.

use std::collections::HashSet;

use serde_json::Value;

use super::rules::found;
use super::walk::{entries, strings};
use crate::document::Document;
use crate::finding::Finding;
use crate::yaml::escape;

/// `info-description-missing`, `info-license-missing`, `info-contact-missing`.
pub(super) fn info(document: &Document) -> Vec<Finding> {
    [
        ("description", "info-description-missing"),
        ("license", "info-license-missing"),
        ("contact", "info-contact-missing"),
    ]
    .into_iter()
    .filter(|(field, _)| document.value.pointer(&format!("/info/{field}")).is_none())
    .map(|(field, rule)| {
        found(
            rule,
            document.span("/info"),
            format!("`info` has no `{field}`"),
        )
    })
    .collect()
}

/// `operation-description-missing`, `operation-tag-missing`, `operation-tag-unknown`.
pub(super) fn operations(document: &Document) -> Vec<Finding> {
    let tags = document.value.get("tags").and_then(Value::as_array);
    let known: HashSet<_> = tags
        .into_iter()
        .flatten()
        .filter_map(|tag| tag.get("name")?.as_str())
        .collect();
    let mut findings = Vec::new();
    for operation in document.operations() {
        let has = |field| operation.value.get(field).is_some();
        if !has("summary") && !has("description") {
            findings.push(found(
                "operation-description-missing",
                document.span(&operation.pointer),
                format!("`{}` is not described", operation.name()),
            ));
        }
        if strings(operation.value, "tags").next().is_none() {
            findings.push(found(
                "operation-tag-missing",
                document.span(&operation.pointer),
                format!("`{}` has no tag", operation.name()),
            ));
        }
        for (index, tag) in strings(operation.value, "tags").enumerate() {
            if !known.contains(tag) {
                findings.push(found(
                    "operation-tag-unknown",
                    document.span(&format!("{}/tags/{index}", operation.pointer)),
                    format!("the tag `{tag}` is not declared"),
                ));
            }
        }
    }
    findings
}

/// `component-unused`.
pub(super) fn components(document: &Document) -> Vec<Finding> {
    let mut used = HashSet::new();
    references(&document.value, &mut used);
    let components = document.value.get("components").unwrap_or(&Value::Null);
    let mut findings = Vec::new();
    for kind in [
        "schemas",
        "responses",
        "parameters",
        "requestBodies",
        "headers",
        "examples",
    ] {
        for (name, _) in entries(components, kind) {
            let at = format!("/components/{kind}/{}", escape(name));
            if !used.contains(format!("#{at}").as_str()) {
                findings.push(found(
                    "component-unused",
                    document.span(&at),
                    format!("nothing refers to `{name}`"),
                ));
            }
        }
    }
    findings
}

fn references<'a>(value: &'a Value, used: &mut HashSet<&'a str>) {
    match value {
        Value::Object(map) => {
            used.extend(map.get("$ref").and_then(Value::as_str));
            // A discriminator refers without saying `$ref`.
            used.extend(entries(value, "mapping").filter_map(|(_, target)| target.as_str()));
            map.values().for_each(|value| references(value, used));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, used)),
        _ => {}
    }
}
