//! Types that are unsupported as a parameter.

use serde_json::Value;

use super::group::{Context, group};
use super::kinds::members;
use super::structure::Object;
use super::walk::{is_true, used};
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;

group! {
    parameters;

    Error PARAMETER_TYPE = "parameter-type",
        "a parameter is sent as text, and its Rust type has no `Display`: the code does not compile",
        "use a string, number, boolean or enum, not nullable and not a secret; describe how a list is written in the `description`";
    Error PARAMETER_DATE_TIME = "parameter-date-time",
        "the generated function writes `2020-01-02 03:04:05 UTC`, which is not a valid `date-time`",
        "remove `format` and describe how it is written, or move it to the query";
    Error PARAMETER_STYLE_IGNORED = "parameter-style-ignored",
        "the client sends a list as one parameter for each item (`ids=1&ids=2`)",
        "remove `explode: false` if the server reads that, or make it a string and describe how it is written";
}

/// Maximum length of a chain of references. `ref-cycle` reports cycles.
const DEPTH: usize = 32;

/// `parameter-type`, `parameter-date-time`, `parameter-style-ignored`: client and mock write a parameter with `to_string`.
fn parameters(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (at, parameter) in used(context, Object::Parameter) {
        let text = |field| parameter.get(field).and_then(Value::as_str);
        let (Some(schema), Some(kind), Some(name)) =
            (parameter.get("schema"), text("in"), text("name"))
        else {
            continue;
        };
        let resolved = document.resolve(&format!("{at}/schema"));
        let format = resolved
            .as_ref()
            .and_then(|(_, schema)| schema.get("format"));
        if kind != "query" && format.is_some_and(|format| format == "date-time") {
            let message = format!("the parameter `{name}` is a `date-time` in the {kind}");
            let span = document.span(&format!("{at}/schema/format"));
            findings.push(Finding::new(&PARAMETER_DATE_TIME, span, message));
        }
        // Only the mock calls `to_string` on a query parameter. The client serializes it, lists included.
        let is_list = || {
            resolved.as_ref().is_some_and(|(_, schema)| {
                is_array(schema)
                    && schema
                        .get("items")
                        .is_some_and(|items| is_text(context, items, DEPTH))
            })
        };
        let is_joined = parameter
            .get("explode")
            .is_some_and(|explode| explode == false);
        if kind == "query"
            && is_joined
            && resolved
                .as_ref()
                .is_some_and(|(_, schema)| is_array(schema))
        {
            let message = format!("`explode: false` of the parameter `{name}` is ignored");
            let span = document.span(&format!("{at}/explode"));
            findings.push(Finding::new(&PARAMETER_STYLE_IGNORED, span, message));
        }
        if kind == "query" && context.project.mock.is_none() && is_list() {
            continue;
        }
        // A null query parameter is omitted.
        let is_null = kind != "query" && is_true(schema, "nullable");
        if is_null || !is_text(context, schema, DEPTH) {
            let message =
                format!("the parameter `{name}` has a type that cannot be written as text");
            let span = document.span(&format!("{at}/schema"));
            findings.push(Finding::new(&PARAMETER_TYPE, span, message));
        }
    }
    findings
}

fn is_array(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "array")
}

/// Whether the type generated from `schema` implements `Display`.
fn is_text(context: &Context<'_>, schema: &Value, depth: usize) -> bool {
    if depth == 0 {
        return true;
    }
    if let Some((name, target)) = component(context.document, schema) {
        // A nullable component becomes a newtype of an `Option`.
        return !context.project.is_replaced(name)
            && !is_true(target, "nullable")
            && is_text(context, target, depth - 1);
    }
    let is_open = ["properties", "additionalProperties", "items"]
        .iter()
        .any(|field| schema.get(field).is_some());
    match schema.get("type").and_then(Value::as_str) {
        Some("object" | "array") => false,
        None if is_open => false,
        Some(_) => true,
        None => ["allOf", "oneOf", "anyOf"]
            .iter()
            .flat_map(|word| members(schema, word))
            .all(|member| is_text(context, member, depth - 1)),
    }
}

fn component<'a>(document: &'a Document, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
    let name = schema
        .get("$ref")?
        .as_str()?
        .strip_prefix("#/components/schemas/")?;
    let target = document
        .value
        .pointer(&format!("/components/schemas/{name}"))?;
    Some((name, target))
}
