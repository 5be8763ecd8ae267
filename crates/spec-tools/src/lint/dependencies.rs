//! Crates that generated code uses, and its manifest does not list.

use std::collections::BTreeSet;

use serde_json::Value;

use super::group::{Context, Group};
use super::structure::Object;
use super::walk::{entries, typed, used};
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

static CLIENT_DEPENDENCY: Rule = Rule::error(
    "client-dependency",
    "the generated code uses a crate that the client does not depend on: it does not compile",
    "state it in the `description` instead, or write the full schema",
);

static MOCK_DEPENDENCY: Rule = Rule::error(
    "mock-dependency",
    "the generated code uses a crate that the mock does not depend on: it does not compile",
    "add the crate to the mock's manifest, or make the schema a component: the mock takes components from the client",
);

pub(super) const CLIENT: Group = Group {
    rules: &[&CLIENT_DEPENDENCY],
    check: client,
};

pub(super) const MOCK: Group = Group {
    rules: &[&MOCK_DEPENDENCY],
    check: mock,
};

/// `client-dependency`.
fn client(context: &Context<'_>) -> Vec<Finding> {
    let Some(known) = context.project.client_crates() else {
        return Vec::new();
    };
    let document = context.document;
    let mut findings = Vec::new();
    for (at, schema) in typed(context) {
        let component = at.strip_prefix("/components/schemas/");
        if component.is_some_and(|name| context.project.is_replaced(name))
            || is_merged(document, &at, schema)
        {
            continue;
        }
        findings.extend(missing_crate(
            document,
            &CLIENT_DEPENDENCY,
            &known,
            &at,
            schema,
        ));
    }
    findings
}

/// `mock-dependency`: every mock uses some crates, and also those of types that are inline in parameters and
/// bodies.
fn mock(context: &Context<'_>) -> Vec<Finding> {
    let project = context.project;
    let (Some(mock), Some(known)) = (&project.mock, project.mock_crates()) else {
        return Vec::new();
    };
    let client = mock.client_crate.split("::").next().unwrap_or_default();
    let mut findings: Vec<_> = ["httpmock", "regex", client]
        .into_iter()
        .filter(|name| *name != "crate" && !known.contains(*name))
        .map(|name| {
            let message = format!("the manifest of the mock does not list `{name}`");
            Finding::new(&MOCK_DEPENDENCY, None, message).help("add it to that manifest")
        })
        .collect();
    let document = context.document;
    let mut of = |at: String| {
        for (at, schema) in inline(document, at) {
            findings.extend(missing_crate(
                document,
                &MOCK_DEPENDENCY,
                &known,
                &at,
                schema,
            ));
        }
    };
    for (at, _) in used(context, Object::Parameter) {
        of(format!("{at}/schema"));
    }
    for kind in [Object::RequestBody, Object::Response] {
        for (at, holder) in used(context, kind) {
            for (name, _) in entries(holder, "content") {
                if name.split(';').next() == Some("application/json") {
                    of(format!("{at}/content/{}/schema", escape(name)));
                }
            }
        }
    }
    findings
}

/// The schema at `at` and the schemas inline in it. References and objects with properties are left out: they
/// become types of the client.
fn inline(document: &Document, mut at: String) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    while let Some(schema) = document.value.pointer(&at) {
        if schema.get("$ref").is_some() || schema.get("properties").is_some() {
            break;
        }
        found.push((at.clone(), schema));
        let inner = ["items", "additionalProperties"];
        let Some(field) = inner.into_iter().find(|field| schema.get(field).is_some()) else {
            break;
        };
        at = format!("{at}/{field}");
    }
    found
}

fn missing_crate(
    document: &Document,
    rule: &'static Rule,
    known: &BTreeSet<String>,
    at: &str,
    schema: &Value,
) -> Option<Finding> {
    let (name, field, what) = required_crate(schema)?;
    let message = format!("{what} needs the crate `{name}`");
    let unknown = !known.contains(name);
    unknown.then(|| Finding::new(rule, document.span(&format!("{at}{field}")), message))
}

/// Whether the schema at `at` is merged into other schemas, and does not become a type by itself.
fn is_merged(document: &Document, at: &str, schema: &Value) -> bool {
    let steps = at
        .rsplit_once('/')
        .and_then(|(list, _)| list.rsplit_once('/'));
    let has = |field| schema.get(field).is_some();
    let is_bare = !TYPED.into_iter().any(has) && !has("additionalProperties");
    let is_object = schema.get("type").and_then(Value::as_str) == Some("object");
    match steps {
        Some((_, "allOf")) => is_bare && (is_object || !has("type")),
        // Alternatives beside `properties` only list required properties.
        Some((owner, "anyOf" | "oneOf")) => {
            let owner = document.value.pointer(owner);
            is_bare && !has("type") && owner.is_some_and(|owner| owner.get("properties").is_some())
        }
        _ => false,
    }
}

/// The crate that the type of `schema` needs, the keyword that causes it, and its description.
fn required_crate(schema: &Value) -> Option<(&'static str, &'static str, &'static str)> {
    let kind = schema.get("type").and_then(Value::as_str);
    let format = schema.get("format").and_then(Value::as_str);
    let has = |field| schema.get(field).is_some();
    match (kind, format) {
        // `enum` makes a Rust enum, whatever the format.
        _ if has("enum") => None,
        (Some("string"), Some("uuid")) => Some(("uuid", "/format", "a `uuid`")),
        (Some("string"), Some("date")) => Some(("chrono", "/format", "a `date`")),
        (Some("string"), Some("date-time")) => Some(("chrono", "/format", "a `date-time`")),
        (Some("string"), None | Some("password")) if has("pattern") => {
            Some(("regress", "/pattern", "a `pattern`"))
        }
        (Some("object"), _)
            if entries(schema, "properties").next().is_none()
                && !has("allOf")
                && !matches!(
                    schema.get("additionalProperties"),
                    Some(Value::Object(_) | Value::Bool(false))
                ) =>
        {
            Some(("serde_json", "", "an object without `properties`"))
        }
        (Some("array"), _) if !has("items") => Some(("serde_json", "", "an array without `items`")),
        (None, _) if !TYPED.into_iter().any(has) => {
            Some(("serde_json", "", "a schema without `type`"))
        }
        _ => None,
    }
}

/// A schema without `type` still has a type if it has one of these keywords.
const TYPED: [&str; 7] = [
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "enum",
    "properties",
    "items",
];
