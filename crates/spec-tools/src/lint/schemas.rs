//! Schemas that the generator does not support, or generates differently.

use serde_json::Value;

use super::group::{Context, group};
use super::walk::{is_true, typed};
use crate::finding::Finding;
use crate::rule::Rule;

group! {
    schemas;

    Error SCHEMA_NOT = "schema-not", "the generator panics, or makes a type without values",
        "describe the allowed values instead of the excluded ones";
    Error SCHEMA_TYPE_UNKNOWN = "schema-type-unknown", "the generator panics",
        "use one of string, number, integer, boolean, array, object";
    Warning DISCRIMINATOR_IGNORED = "discriminator-ignored",
        "the generated enum is untagged: it uses the first variant that matches",
        "give each variant a required property with a one-value `enum`, and remove `discriminator`";
    Warning ADDITIONAL_PROPERTIES_FALSE = "additional-properties-false",
        "the client rejects a response if the server adds a field",
        "remove it";
    Warning WRITE_ONLY_IGNORED = "write-only-ignored",
        "requests and responses share one type, which has the field",
        "use separate schemas for requests and responses";
    Warning ENUM_BOOLEAN = "enum-boolean", "the generator ignores it and accepts both values",
        "remove the `enum`, or keep one value: that becomes a separate type";
    Error ENUM_MIXED = "enum-mixed", "the generator panics",
        "use values of one type";
}

/// `schema-not`, `schema-type-unknown`, `enum-mixed`, `enum-boolean`,
/// `discriminator-ignored`, `additional-properties-false`, `write-only-ignored`.
fn schemas(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (at, schema) in typed(context) {
        let mut report = |rule, field: &str, message: &str| {
            findings.push(Finding::new(
                rule,
                document.span(&format!("{at}{field}")),
                message,
            ));
        };
        let is_part = at.rsplit('/').nth(1) == Some("allOf");
        if schema.get("not").is_some() && !is_part {
            report(&SCHEMA_NOT, "/not", "`not` does not define a type");
        }
        if let Some(kind) = schema.get("type").and_then(Value::as_str)
            && !["string", "number", "integer", "boolean", "array", "object"].contains(&kind)
        {
            report(
                &SCHEMA_TYPE_UNKNOWN,
                "/type",
                &format!("unknown type `{kind}`"),
            );
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            enumeration(values, &mut report);
        }
        if schema.get("discriminator").is_some() {
            report(
                &DISCRIMINATOR_IGNORED,
                "/discriminator",
                "`discriminator` is not used",
            );
        }
        if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
            report(
                &ADDITIONAL_PROPERTIES_FALSE,
                "/additionalProperties",
                "this becomes `deny_unknown_fields`",
            );
        }
        if is_true(schema, "writeOnly") {
            report(&WRITE_ONLY_IGNORED, "/writeOnly", "`writeOnly` is not used");
        }
    }
    findings
}

fn enumeration(values: &[Value], report: &mut impl FnMut(&'static Rule, &str, &str)) {
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
        ["booleans"] if values.len() > 1 => {
            report(
                &ENUM_BOOLEAN,
                "/enum",
                "this `enum` allows what a boolean allows",
            );
        }
        [_, _, ..] => report(
            &ENUM_MIXED,
            "/enum",
            &format!("the values of this `enum` are {}", kinds.join(" and ")),
        ),
        _ => {}
    }
}
