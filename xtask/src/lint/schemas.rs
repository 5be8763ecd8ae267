//! Schemas that the generator stops at, or makes something else of.

use serde_json::Value;

use super::rules::found;
use super::shape::Object;
use super::walk::{all, entries, is_true};
use crate::document::Document;
use crate::finding::Finding;

/// The component that a hand-written type stands for.
pub const REPLACED: &str = "Token";

/// `schema-not`, `schema-type-unknown`, `enum-mixed`, `enum-number`, `enum-boolean`,
/// `discriminator-ignored`, `additional-properties-false`, `write-only-ignored`, `client-dependency`.
pub(super) fn schemas(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, schema) in all(document, Object::Schema) {
        let mut report = |rule, field: &str, message: &str| {
            findings.push(found(rule, document.span(&format!("{at}{field}")), message));
        };
        if schema.get("not").is_some() {
            report("schema-not", "/not", "`not` has no type");
        }
        if let Some(kind) = schema.get("type").and_then(Value::as_str)
            && !["string", "number", "integer", "boolean", "array", "object"].contains(&kind)
        {
            report(
                "schema-type-unknown",
                "/type",
                &format!("there is no type `{kind}`"),
            );
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            enumeration(values, &mut report);
        }
        if schema.get("discriminator").is_some() {
            report(
                "discriminator-ignored",
                "/discriminator",
                "`discriminator` is not used",
            );
        }
        if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
            report(
                "additional-properties-false",
                "/additionalProperties",
                "this becomes `deny_unknown_fields`",
            );
        }
        if is_true(schema, "writeOnly") {
            report(
                "write-only-ignored",
                "/writeOnly",
                "`writeOnly` is not used",
            );
        }
        if at != format!("/components/schemas/{REPLACED}") {
            dependency(schema, &mut report);
        }
    }
    findings
}

fn enumeration(values: &[Value], report: &mut impl FnMut(&'static str, &str, &str)) {
    let kind = |value: &Value| match value {
        Value::Null => None,
        Value::Bool(_) => Some("booleans"),
        Value::Number(_) => Some("numbers"),
        Value::String(_) => Some("strings"),
        Value::Array(_) | Value::Object(_) => Some("structures"),
    };
    let mut kinds: Vec<_> = values.iter().filter_map(kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    match kinds.as_slice() {
        ["numbers"] => report(
            "enum-number",
            "/enum",
            "the values of this `enum` are numbers",
        ),
        ["booleans"] if values.len() > 1 => {
            report(
                "enum-boolean",
                "/enum",
                "this `enum` allows what a boolean allows",
            );
        }
        [_, _, ..] => report(
            "enum-mixed",
            "/enum",
            &format!("the values of this `enum` are {}", kinds.join(" and ")),
        ),
        _ => {}
    }
}

/// What is generated for some schemas names crates that are not among the client's.
fn dependency(schema: &Value, report: &mut impl FnMut(&'static str, &str, &str)) {
    let kind = schema.get("type").and_then(Value::as_str);
    let format = schema.get("format").and_then(Value::as_str);
    let has = |field| schema.get(field).is_some();
    match (kind, format) {
        (Some("string"), Some("uuid")) => {
            report(
                "client-dependency",
                "/format",
                "a `uuid` needs the crate `uuid`",
            );
        }
        (Some("string"), None | Some("password")) if has("pattern") => {
            report(
                "client-dependency",
                "/pattern",
                "a `pattern` needs the crate `regress`",
            );
        }
        (Some("object"), _)
            if entries(schema, "properties").next().is_none()
                && !has("allOf")
                && !matches!(
                    schema.get("additionalProperties"),
                    Some(Value::Object(_) | Value::Bool(false))
                ) =>
        {
            report(
                "client-dependency",
                "",
                "an object without `properties` needs the crate `serde_json`",
            );
        }
        (Some("array"), _) if !has("items") => {
            report(
                "client-dependency",
                "",
                "an array without `items` needs the crate `serde_json`",
            );
        }
        (None, _)
            if ![
                "allOf",
                "anyOf",
                "oneOf",
                "not",
                "enum",
                "properties",
                "items",
            ]
            .into_iter()
            .any(has) =>
        {
            report(
                "client-dependency",
                "",
                "a schema without `type` needs the crate `serde_json`",
            );
        }
        _ => {}
    }
}

/// `constraint-dropped`.
pub(super) fn constraints(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, schema) in all(document, Object::Schema) {
        for field in dropped(schema) {
            findings.push(found(
                "constraint-dropped",
                document.span(&format!("{at}/{field}")),
                format!("`{field}` is not checked by the generated type"),
            ));
        }
    }
    findings
}

fn dropped(schema: &Value) -> Vec<&'static str> {
    let kind = schema.get("type").and_then(Value::as_str);
    let format = schema.get("format").and_then(Value::as_str);
    let fields: &[&'static str] = match kind {
        Some("number" | "integer") => &["multipleOf", "minimum", "maximum"],
        Some("array") => &["minItems", "maxItems"],
        Some("object") => &["minProperties", "maxProperties"],
        // Formats that become types of their own.
        Some("string")
            if matches!(
                format,
                Some("date" | "date-time" | "uuid" | "ip" | "ipv4" | "ipv6")
            ) =>
        {
            &["minLength", "maxLength", "pattern"]
        }
        _ => &[],
    };
    let number = |field: &str| schema.get(field).and_then(Value::as_f64);
    let kept = |field: &str| match (kind, field) {
        // An unsigned and a non-zero type, unless `format` has chosen another already.
        (Some("integer"), "minimum") => {
            number("minimum") == Some(1.0) || (number("minimum") == Some(0.0) && format.is_none())
        }
        // An array of that length.
        (Some("array"), _) => {
            number("minItems").is_some() && number("minItems") == number("maxItems")
        }
        _ => false,
    };
    let there = |field: &&str| schema.get(*field).is_some() && !kept(field);
    fields
        .iter()
        .copied()
        .filter(|field| there(field))
        .collect()
}
