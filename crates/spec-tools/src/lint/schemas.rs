//! Schemas that the generator stops at, or makes something else of.

use serde_json::Value;

use super::group::{Context, Group};
use super::walk::{entries, is_true, typed};
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;

static SCHEMA_NOT: Rule = Rule::error(
    "schema-not",
    "the generator panics, or makes a type that nobody can use",
    "say what it is, not what it is not",
);

static SCHEMA_TYPE_UNKNOWN: Rule = Rule::error(
    "schema-type-unknown",
    "the generator panics",
    "use one of string, number, integer, boolean, array, object",
);

static DISCRIMINATOR_IGNORED: Rule = Rule::warning(
    "discriminator-ignored",
    "the generated enum is untagged: the first variant that fits is taken",
    "give each variant a required property with an `enum` of one value, and leave `discriminator` out",
);

static ADDITIONAL_PROPERTIES_FALSE: Rule = Rule::warning(
    "additional-properties-false",
    "the client would refuse an answer to which the server adds a field",
    "leave it out",
);

static WRITE_ONLY_IGNORED: Rule = Rule::warning(
    "write-only-ignored",
    "the field is in the type of requests and answers alike",
    "make one schema for requests and one for answers",
);

static ENUM_NUMBER: Rule = Rule::error(
    "enum-number",
    "rustc refuses the code that is made of it",
    "make it a string, or say the values in the `description`",
);

static ENUM_BOOLEAN: Rule = Rule::warning(
    "enum-boolean",
    "the generator drops it: both values are accepted",
    "leave out an `enum` of both values, or name one: that becomes a type of its own",
);

static ENUM_MIXED: Rule = Rule::error(
    "enum-mixed",
    "the generator panics",
    "use values of one type",
);

static CLIENT_DEPENDENCY: Rule = Rule::error(
    "client-dependency",
    "what is generated names a crate that the client does not depend on: rustc refuses it",
    "say it in the `description`, or describe the type in full",
);

pub(super) const SCHEMAS: Group = Group {
    rules: &[
        &SCHEMA_NOT,
        &SCHEMA_TYPE_UNKNOWN,
        &ENUM_MIXED,
        &ENUM_NUMBER,
        &ENUM_BOOLEAN,
        &DISCRIMINATOR_IGNORED,
        &ADDITIONAL_PROPERTIES_FALSE,
        &WRITE_ONLY_IGNORED,
        &CLIENT_DEPENDENCY,
    ],
    check: schemas,
};

/// `schema-not`, `schema-type-unknown`, `enum-mixed`, `enum-number`, `enum-boolean`,
/// `discriminator-ignored`, `additional-properties-false`, `write-only-ignored`, `client-dependency`.
fn schemas(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (at, schema) in typed(document) {
        let mut report = |rule, field: &str, message: &str| {
            findings.push(Finding::new(
                rule,
                document.span(&format!("{at}{field}")),
                message,
            ));
        };
        let is_part = at.rsplit('/').nth(1) == Some("allOf");
        if schema.get("not").is_some() && !is_part {
            report(&SCHEMA_NOT, "/not", "`not` has no type");
        }
        if let Some(kind) = schema.get("type").and_then(Value::as_str)
            && !["string", "number", "integer", "boolean", "array", "object"].contains(&kind)
        {
            report(
                &SCHEMA_TYPE_UNKNOWN,
                "/type",
                &format!("there is no type `{kind}`"),
            );
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            let kind = schema.get("type").and_then(Value::as_str);
            enumeration(kind, values, &mut report);
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
        let component = at.strip_prefix("/components/schemas/");
        if !component.is_some_and(|name| context.project.is_replaced(name)) {
            dependency(context, &at, schema, &mut report);
        }
    }
    findings
}

fn enumeration(
    declared: Option<&str>,
    values: &[Value],
    report: &mut impl FnMut(&'static Rule, &str, &str),
) {
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
        ["numbers"] if declared != Some("integer") => report(
            &ENUM_NUMBER,
            "/enum",
            "the values of this `enum` are numbers",
        ),
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

/// What is generated for some schemas names crates that may not be among the client's.
fn dependency(
    context: &Context<'_>,
    at: &str,
    schema: &Value,
    report: &mut impl FnMut(&'static Rule, &str, &str),
) {
    let Some(known) = &context.crates else {
        return;
    };
    if is_merged(context.document, at, schema) {
        return;
    }
    if let Some((name, field, what)) = needs(schema)
        && !known.contains(name)
    {
        let message = format!("{what} needs the crate `{name}`");
        report(&CLIENT_DEPENDENCY, field, &message);
    }
}

/// Whether the schema at `at` is merged into others, so that what it says alone is no type.
fn is_merged(document: &Document, at: &str, schema: &Value) -> bool {
    let steps = at
        .rsplit_once('/')
        .and_then(|(list, _)| list.rsplit_once('/'));
    let has = |field| schema.get(field).is_some();
    let is_bare = !TYPED.into_iter().any(has) && !has("additionalProperties");
    let is_object = schema.get("type").and_then(Value::as_str) == Some("object");
    match steps {
        Some((_, "allOf")) => is_bare && (is_object || !has("type")),
        // Alternatives beside properties only say which of them are required.
        Some((owner, "anyOf" | "oneOf")) => {
            let owner = document.value.pointer(owner);
            is_bare && !has("type") && owner.is_some_and(|owner| owner.get("properties").is_some())
        }
        _ => false,
    }
}

/// The crate that the type of `schema` is of or uses, the field that says so, and what that is.
fn needs(schema: &Value) -> Option<(&'static str, &'static str, &'static str)> {
    let kind = schema.get("type").and_then(Value::as_str);
    let format = schema.get("format").and_then(Value::as_str);
    let has = |field| schema.get(field).is_some();
    match (kind, format) {
        // One of some values is an enum, whatever its format.
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

/// A schema without a `type` gets one by any of these.
const TYPED: [&str; 7] = [
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "enum",
    "properties",
    "items",
];
