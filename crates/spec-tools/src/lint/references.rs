//! `$ref`: each must point to a component of the same document, without cycles.

use serde_json::Value;

use super::group::{Context, Group};
use super::structure::Object;
use super::walk::{self, nearest, suggested};
use crate::document::{Document, local};
use crate::finding::Finding;
use crate::rule::{Rule, rules};
use crate::yaml::escape;

rules! {
    error REF_NOT_COMPONENT = "ref-not-component",
        "the generator looks up the last part of the reference among the components of that kind, and panics",
        "move the target to `components`, under the right kind";
    error REF_EXTERNAL = "ref-external", "the generator reads one file only, and panics",
        "copy the target into `components`";
    error REF_DANGLING = "ref-dangling", "the generator panics",
        "define the target, or correct the reference";
    warning REF_SIBLINGS_IGNORED = "ref-siblings-ignored",
        "OpenAPI 3.0 ignores what is beside a `$ref`, and so does the generator",
        "write `allOf: [{$ref: …}]` beside it, or move it to the component";
    error REF_CYCLE = "ref-cycle", "the type would contain itself directly: it does not compile",
        "refer to the schema itself from a property or from `items` only";
}

pub(super) const GROUP: Group = Group {
    rules: RULES,
    checks: &[references, kinds],
};

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

/// `ref-external`, `ref-dangling`, `ref-cycle`.
fn references(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    visit(
        &document.value,
        &mut String::new(),
        &mut |pointer, reference| {
            findings.extend(check(document, pointer, reference));
        },
    );
    findings
}

/// `ref-not-component`, `ref-siblings-ignored`.
fn kinds(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    walk::visit(document, &mut |object, at, value| {
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
        let exists =
            local(reference).is_some_and(|target| document.value.pointer(&target).is_some());
        let is_component = reference
            .strip_prefix("#/components/")
            .and_then(|rest| rest.strip_prefix(section)?.strip_prefix('/'))
            .is_some_and(|name| !name.contains('/'));
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
        if exists && !is_component {
            let message = format!("`{reference}` is not in `#/components/{section}`");
            let span = document.span(&format!("{at}/$ref"));
            findings.push(Finding::new(&REF_NOT_COMPONENT, span, message));
        }
    });
    findings
}

fn check(document: &Document, pointer: &str, reference: &str) -> Option<Finding> {
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
    is_cyclic(document, pointer).then(|| {
        Finding::new(
            &REF_CYCLE,
            span,
            format!("`{reference}` is part of a cycle"),
        )
    })
}

fn visit(value: &Value, pointer: &mut String, found: &mut impl FnMut(&str, &str)) {
    let length = pointer.len();
    match value {
        Value::Object(map) => {
            if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
                found(pointer, reference);
            }
            for (key, value) in map {
                // Examples and values are data, not schemas.
                if !matches!(key.as_str(), "example" | "examples" | "default" | "enum")
                    || is_name(pointer)
                {
                    pointer.push('/');
                    pointer.push_str(&escape(key));
                    visit(value, pointer, found);
                    pointer.truncate(length);
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointer.push('/');
                pointer.push_str(&index.to_string());
                visit(value, pointer, found);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

/// Whether the keys below `pointer` are user-defined names, of which `example` may be one.
fn is_name(pointer: &str) -> bool {
    let mut steps = pointer.rsplit('/');
    let last = steps.next().unwrap_or_default();
    last == "properties" || last == "responses" || steps.next() == Some("components")
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
