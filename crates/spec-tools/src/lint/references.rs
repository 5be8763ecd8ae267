//! `$ref`: each must point to a component of the same document, without cycles.

use serde_json::Value;

use super::group::{Context, group};
use super::structure::Object;
use super::walk::{nearest, suggested, visit};
use crate::document::{Document, local};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

group! {
    references;

    Error REF_NOT_COMPONENT = "ref-not-component",
        "the generator looks up the last part of the reference among the components of that kind, and panics",
        "move the target to `components`, under the right kind";
    Error REF_EXTERNAL = "ref-external", "the generator reads one file only, and panics",
        "copy the target into `components`";
    Error REF_DANGLING = "ref-dangling", "the generator panics",
        "define the target, or correct the reference";
    Warning REF_SIBLINGS_IGNORED = "ref-siblings-ignored",
        "OpenAPI 3.0 ignores what is beside a `$ref`, and so does the generator",
        "write `allOf: [{$ref: …}]` beside it, or move it to the component";
    Error REF_CYCLE = "ref-cycle", "the type would contain itself directly: it does not compile",
        "refer to the schema itself from a property or from `items` only";
}

/// Keys beside a `$ref` that are documentation only.
const BESIDE: [&str; 8] = [
    "$ref",
    "title",
    "summary",
    "description",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
];

/// `ref-external`, `ref-dangling`, `ref-cycle`, `ref-not-component`, `ref-siblings-ignored`.
fn references(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    visit(document, &mut |object, at, value| {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return;
        };
        let section = match object {
            Object::Schema => "schemas",
            Object::Parameter => "parameters",
            Object::RequestBody => "requestBodies",
            Object::Response => "responses",
            Object::Header => "headers",
            Object::SecurityScheme => "securitySchemes",
            _ => return,
        };
        findings.extend(check(document, at, reference, section));
        let siblings = value.as_object().into_iter().flatten().map(|(key, _)| key);
        if object == Object::Schema
            && let Some(key) = siblings
                .into_iter()
                .find(|key| !BESIDE.contains(&key.as_str()) && !key.starts_with("x-"))
        {
            let message = format!("`{key}` beside a `$ref` is ignored");
            let span = document.span(&format!("{at}/{}", escape(key)));
            findings.push(Finding::new(&REF_SIBLINGS_IGNORED, span, message));
        }
    });
    findings
}

/// Checks the `reference` of the part at `pointer`, which must be to a component in `section`.
fn check(document: &Document, pointer: &str, reference: &str, section: &str) -> Option<Finding> {
    let span = document.span(&format!("{pointer}/$ref"));
    let Some(target) = local(reference) else {
        let finding = Finding::new(
            &REF_EXTERNAL,
            span,
            format!("`{reference}` is in another document"),
        );
        return Some(finding);
    };
    if document.value.pointer(&target).is_none() {
        let finding = Finding::new(&REF_DANGLING, span, format!("`{reference}` does not exist"));
        return Some(suggested(finding, sibling(document, &target)));
    }
    let is_component = target
        .strip_prefix("/components/")
        .and_then(|rest| rest.strip_prefix(section)?.strip_prefix('/'))
        .is_some_and(|name| !name.contains('/'));
    if !is_component {
        let message = format!("`{reference}` is not in `#/components/{section}`");
        return Some(Finding::new(&REF_NOT_COMPONENT, span, message));
    }
    is_cyclic(document, pointer).then(|| {
        let message = format!("`{reference}` is part of a cycle");
        Finding::new(&REF_CYCLE, span, message)
    })
}

/// Whether the schema at `pointer` is composed of itself.
fn is_cyclic(document: &Document, pointer: &str) -> bool {
    let mut seen = std::collections::HashSet::new();
    let mut pending = composed_of(document, pointer);
    while let Some(next) = pending.pop() {
        if next == pointer {
            return true;
        }
        if seen.insert(next.clone()) {
            pending.extend(composed_of(document, &next));
        }
    }
    false
}

/// Pointers to the schemas that the schema at `pointer` refers to or composes.
fn composed_of(document: &Document, pointer: &str) -> Vec<String> {
    let Some(schema) = document.value.pointer(pointer) else {
        return Vec::new();
    };
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return local(reference).into_iter().collect();
    }
    ["allOf", "anyOf", "oneOf", "not"]
        .iter()
        .flat_map(|word| match schema.get(word) {
            Some(Value::Array(members)) => (0..members.len())
                .map(|index| format!("{pointer}/{word}/{index}"))
                .collect(),
            Some(_) => vec![format!("{pointer}/{word}")],
            None => Vec::new(),
        })
        .collect()
}

/// The sibling of `target` with the most similar name.
fn sibling<'a>(document: &'a Document, target: &'a str) -> Option<&'a str> {
    let (parent, name) = target.rsplit_once('/')?;
    let siblings = document.value.pointer(parent)?.as_object()?;
    nearest(name, siblings.keys().map(String::as_str))
}
