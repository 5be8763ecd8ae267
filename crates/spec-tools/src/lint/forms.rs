//! Form bodies: schemas that cannot be form-encoded.

use serde_json::Value;

use super::group::{Context, group};
use super::kinds::{self, Kind};
use super::walk::{bodies, entries};
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

group! {
    forms;

    Error FORM_VALUE = "form-value", "form fields are strings: every call fails to serialize",
        "use strings, numbers, booleans and enums; describe how a list is written in the `description`";
}

/// `form-value`.
fn forms(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (_, at, body) in bodies(document) {
        for (name, _) in entries(body, "content") {
            let at = format!("{at}/content/{}", escape(name));
            if name.split(';').next() == Some("application/x-www-form-urlencoded") {
                form(
                    document,
                    &format!("{at}/schema"),
                    kinds::DEPTH,
                    &mut findings,
                );
            }
        }
    }
    findings.dedup();
    findings
}

/// Reports the parts of the form at `at` that cannot be form-encoded.
fn form(document: &Document, at: &str, depth: usize, findings: &mut Vec<Finding>) {
    let Some((at, schema)) = document.resolve(at).filter(|_| depth > 0) else {
        return;
    };
    let mut refuse = |at: &str, what: &str| {
        let message = format!("{what} cannot be form-encoded");
        findings.push(Finding::new(&FORM_VALUE, document.span(at), message));
    };
    if !matches!(kinds::kind(document, schema), Kind::Object | Kind::Unknown) {
        return refuse(&at, "a schema that is not an object");
    }
    let is_field = |at: &str| {
        let value = document.resolve(at);
        value.is_none_or(|(_, value)| kinds::is_scalar(document, value, kinds::DEPTH))
    };
    for (name, _) in entries(schema, "properties") {
        let property = format!("{at}/properties/{}", escape(name));
        if !is_field(&property) {
            refuse(&property, &format!("`{name}`"));
        }
    }
    let others = format!("{at}/additionalProperties");
    if schema
        .get("additionalProperties")
        .is_some_and(Value::is_object)
        && !is_field(&others)
    {
        refuse(&others, "an additional property");
    }
    for word in ["allOf", "oneOf", "anyOf"] {
        let count = schema
            .get(word)
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        for index in 0..count {
            form(
                document,
                &format!("{at}/{word}/{index}"),
                depth - 1,
                findings,
            );
        }
    }
}
