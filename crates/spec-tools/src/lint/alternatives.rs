//! Alternatives that are objects and overlap.

use serde_json::Value;

use super::group::{Context, Group};
use super::structure::Object;
use super::walk::{all, entries, strings};
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;

static ALTERNATIVES_OVERLAP: Rule = Rule::warning(
    "alternatives-overlap",
    "the generated enum takes the first variant that fits, and drops the properties that it lacks",
    "put the one with more required properties first, or give each a required property with an `enum` of one value",
);

pub(super) const ALTERNATIVES: Group = Group {
    rules: &[&ALTERNATIVES_OVERLAP],
    check: alternatives,
};

/// `alternatives-overlap`.
fn alternatives(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (at, schema) in all(document, Object::Schema) {
        for word in ["oneOf", "anyOf"] {
            let count = schema
                .get(word)
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            let members: Vec<_> = (0..count)
                .filter_map(|index| {
                    let pointer = format!("{at}/{word}/{index}");
                    let (_, member) = document.resolve(&pointer)?;
                    Some((pointer, member))
                })
                .collect();
            for (index, (later_at, later)) in members.iter().enumerate() {
                let first = members[..index]
                    .iter()
                    .find(|(_, earlier)| hides(document, earlier, later));
                if let Some((earlier_at, _)) = first {
                    findings.push(
                        Finding::new(
                            &ALTERNATIVES_OVERLAP,
                            document.span(later_at),
                            "a value of this alternative also fits an earlier one",
                        )
                        .related(document.span(earlier_at), "it is taken for this one"),
                    );
                }
            }
        }
    }
    findings
}

/// Whether some value of `later` is read as `earlier`, and loses a property.
fn hides(document: &Document, earlier: &Value, later: &Value) -> bool {
    let is_plain = |schema: &Value| {
        schema.get("properties").is_some()
            && ["allOf", "anyOf", "oneOf"]
                .iter()
                .all(|word| schema.get(word).is_none())
    };
    let closed = earlier.get("additionalProperties") == Some(&Value::Bool(false));
    if closed || !is_plain(earlier) || !is_plain(later) {
        return false;
    }
    let property = |schema: &'_ Value, name: &str| schema.get("properties")?.get(name).cloned();
    let requires = |schema: &Value, name: &str| strings(schema, "required").any(|one| one == name);
    let loses = entries(later, "properties").any(|(name, _)| property(earlier, name).is_none());
    let fits = strings(earlier, "required").all(|name| property(later, name).is_some());
    // One property that both must have, and of different kinds, tells them apart.
    let differ = entries(earlier, "properties").any(|(name, one)| {
        let other = property(later, name);
        let must = requires(earlier, name) || requires(later, name);
        must && other.is_some_and(|other| are_disjoint(document, one, &other))
    });
    loses && fits && !differ
}

/// Whether no value is of both schemas, as far as their types and values say.
fn are_disjoint(document: &Document, one: &Value, other: &Value) -> bool {
    let resolved = |schema: &Value| -> Option<Value> {
        match schema.get("$ref").and_then(Value::as_str) {
            None => Some(schema.clone()),
            Some(reference) => {
                let pointer = crate::document::local(reference)?;
                document.resolve(&pointer).map(|(_, value)| value.clone())
            }
        }
    };
    let (Some(one), Some(other)) = (resolved(one), resolved(other)) else {
        return false;
    };
    let kind = |schema: &Value| match schema.get("type")?.as_str()? {
        "integer" => Some("number".to_owned()),
        kind => Some(kind.to_owned()),
    };
    if let (Some(one), Some(other)) = (kind(&one), kind(&other))
        && one != other
    {
        return true;
    }
    let values = |schema: &'_ Value| schema.get("enum").and_then(Value::as_array).cloned();
    match (values(&one), values(&other)) {
        (Some(one), Some(other)) => !one.iter().any(|value| other.contains(value)),
        _ => false,
    }
}
