//! Constraints that generated types do not check.

use serde_json::Value;

use super::group::{Context, group};
use super::structure::Object;
use super::walk::all;
use crate::finding::Finding;
use crate::rule::Rule;

group! {
    constraints;

    Warning CONSTRAINT_DROPPED = "constraint-dropped", "the generated type does not check it",
        "state it in the `description`, and check it in the server";
}

/// `constraint-dropped`.
fn constraints(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (at, schema) in all(document, Object::Schema) {
        for field in dropped(schema) {
            let message = format!("`{field}` is dropped");
            let span = document.span(&format!("{at}/{field}"));
            findings.push(Finding::new(&CONSTRAINT_DROPPED, span, message));
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
        // These formats become types other than `String`.
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
        // Becomes an unsigned or non-zero type, unless `format` selects another.
        (Some("integer"), "minimum") => {
            number("minimum") == Some(1.0) || (number("minimum") == Some(0.0) && format.is_none())
        }
        // Becomes an array of that length.
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
