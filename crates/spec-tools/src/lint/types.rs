//! Types that are unsupported as a parameter or body: the generated code does not compile.

use serde_json::Value;

use super::group::{Context, Group};
use super::kinds::members;
use super::structure::Object;
use super::walk::{entries, is_true, used};
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

static PARAMETER_TYPE: Rule = Rule::error(
    "parameter-type",
    "a parameter is sent as text, and its Rust type has no `Display`: the code does not compile",
    "use a string, number, boolean or enum, not nullable and not a secret; describe how a list is written in the `description`",
);

static PARAMETER_DATE_TIME: Rule = Rule::error(
    "parameter-date-time",
    "the generated function writes `2020-01-02 03:04:05 UTC`, which is not a valid `date-time`",
    "remove `format` and describe how it is written, or move it to the query",
);

static BODY_TYPE: Rule = Rule::error(
    "body-type",
    "the mock's helper takes such a type by value, and httpmock needs a reference: the code does not compile",
    "wrap it in an object with one property, which can also be extended later",
);

pub(super) const PARAMETERS: Group = Group {
    rules: &[&PARAMETER_TYPE, &PARAMETER_DATE_TIME],
    check: parameters,
};

pub(super) const BODIES: Group = Group {
    rules: &[&BODY_TYPE],
    check: bodies,
};

/// Maximum length of a chain of references. `ref-cycle` reports cycles.
const DEPTH: usize = 32;

/// `parameter-type`, `parameter-date-time`: client and mock write a parameter with `to_string`.
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
            findings.push(Finding::new(
                &PARAMETER_DATE_TIME,
                document.span(&format!("{at}/schema/format")),
                format!("the parameter `{name}` is a `date-time` in the {kind}"),
            ));
        }
        // Only the mock calls `to_string` on a query parameter. The client serializes it, lists included.
        let is_list = || {
            resolved.is_some_and(|(_, schema)| {
                schema.get("type").is_some_and(|kind| kind == "array")
                    && schema
                        .get("items")
                        .is_some_and(|items| is_text(context, items, DEPTH))
            })
        };
        if kind == "query" && context.project.mock.is_none() && is_list() {
            continue;
        }
        // A null query parameter is omitted.
        let is_null = kind != "query" && is_true(schema, "nullable");
        if is_null || !is_text(context, schema, DEPTH) {
            findings.push(Finding::new(
                &PARAMETER_TYPE,
                document.span(&format!("{at}/schema")),
                format!("the parameter `{name}` has a type that cannot be written as text"),
            ));
        }
    }
    findings
}

/// `body-type`: the mock passes a body by reference, unless its type is `Copy` or an `Option`.
fn bodies(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    if context.project.mock.is_none() {
        return findings;
    }
    let requests = used(context, Object::RequestBody).into_iter();
    let responses = used(context, Object::Response).into_iter();
    for (at, holder) in requests.chain(responses) {
        for (name, media) in entries(holder, "content") {
            let essence = name.split(';').next().unwrap_or(name).trim();
            let is_typed = matches!(
                essence,
                "application/json" | "application/x-www-form-urlencoded"
            );
            if let (true, Some(schema)) = (is_typed, media.get("schema"))
                && is_small(document, schema, DEPTH)
            {
                findings.push(Finding::new(
                    &BODY_TYPE,
                    document.span(&format!("{at}/content/{}/schema", escape(name))),
                    "this body is a number, a boolean, an enum or nullable".to_owned(),
                ));
            }
        }
    }
    findings
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

/// Whether the type generated from `schema` is `Copy`, or an `Option`.
fn is_small(document: &Document, schema: &Value, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    if let Some((_, target)) = component(document, schema) {
        return is_enum(document, target, depth - 1);
    }
    let kind = schema.get("type").and_then(Value::as_str);
    let has_values = schema.get("enum").is_some();
    // A number with `enum` becomes a newtype.
    let is_number = matches!(kind, Some("integer" | "number")) && !has_values;
    // `nullable` in one of several members does not make an `Option`.
    let part = |member| {
        let is_null = is_true(member, "nullable") && members(schema, "allOf").count() > 1;
        !is_null && is_small(document, member, depth - 1)
    };
    is_true(schema, "nullable")
        || is_number
        || kind == Some("boolean")
        || is_enum(document, schema, depth)
        || members(schema, "allOf").any(part)
        || only(schema).is_some_and(|member| is_small(document, member, depth - 1))
}

/// Whether the type generated from `schema` is an enum of strings.
fn is_enum(document: &Document, schema: &Value, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    if let Some((_, target)) = component(document, schema) {
        return is_enum(document, target, depth - 1);
    }
    let mut choices = members(schema, "oneOf").peekable();
    let values = schema.get("enum").and_then(Value::as_array);
    values.is_some_and(|values| !values.iter().any(Value::is_number))
        || members(schema, "allOf").any(|member| is_enum(document, member, depth - 1))
        || choices.peek().is_some() && choices.all(|choice| is_enum(document, choice, depth - 1))
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

/// The only member of `oneOf` and `anyOf`, if there is exactly one: the schema is that member.
fn only(schema: &Value) -> Option<&Value> {
    let mut choices = members(schema, "oneOf").chain(members(schema, "anyOf"));
    choices.next().filter(|_| choices.next().is_none())
}
