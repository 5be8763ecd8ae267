//! `oneOf`, `anyOf`, `allOf`: alternatives that overlap.

use serde_json::Value;

use super::group::{Context, group};
use super::kinds::{Kind, kind, members, own, resolved};
use super::shapes::{Object as Fields, Shape, both, shapes};
use super::structure::Object;
use super::walk::used;
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;

group! {
    alternatives;

    Warning ALTERNATIVES_OVERLAP = "alternatives-overlap",
        "the generated enum uses the first variant that matches, and drops the fields that it lacks",
        "put the alternative with more required properties first, or give each a required property with a one-value `enum`";
    Warning ANY_OF_MERGED = "any-of-merged",
        "if the generator cannot tell the members apart, it merges them into one struct, which accepts objects only",
        "use `oneOf`, or give each member a different `type`";
}

/// `alternatives-overlap`, `any-of-merged`.
fn alternatives(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (at, schema) in used(context, Object::Schema) {
        for word in ["oneOf", "anyOf"] {
            if members(schema, word).next().is_none() {
                continue;
            }
            let common = common(document, &at, schema);
            let shapes: Vec<_> = members(schema, word)
                .map(|member| both(&common, &shapes(document, member)))
                .collect();
            for (index, later) in shapes.iter().enumerate() {
                let hides = |earlier: &&Vec<Shape<'_>>| {
                    let mut pairs = earlier
                        .iter()
                        .flat_map(|one| later.iter().map(move |other| (one, other)));
                    pairs.any(|(one, other)| hides(document, one, other))
                };
                if let Some(first) = shapes[..index].iter().position(|one| hides(&one)) {
                    let place = |index| document.span(&format!("{at}/{word}/{index}"));
                    findings.push(
                        Finding::new(
                            &ALTERNATIVES_OVERLAP,
                            place(index),
                            "a value of this alternative also matches an earlier one",
                        )
                        .related(place(first), "the earlier alternative"),
                    );
                }
            }
        }
        if is_merged(document, schema) {
            let message = "not all members of this `anyOf` are objects, and some may overlap";
            let span = document.span(&format!("{at}/anyOf"));
            findings.push(Finding::new(&ANY_OF_MERGED, span, message));
        }
    }
    findings
}

/// The constraints on every alternative of the schema at `at`: its own keywords, and inside `allOf` those of the
/// other members.
fn common<'a>(document: &'a Document, at: &str, schema: &'a Value) -> Vec<Shape<'a>> {
    let own = Shape::Object(Fields::own(schema));
    let mut common = vec![own];
    let list = at
        .rsplit_once('/')
        .filter(|(list, _)| list.ends_with("/allOf"));
    let owner = list.and_then(|(list, _)| document.value.pointer(list.trim_end_matches("/allOf")));
    for other in owner.into_iter().flat_map(|owner| members(owner, "allOf")) {
        if other != schema {
            common = both(&common, &shapes(document, other));
        }
    }
    common
}

/// Whether some value of `later` deserializes as `earlier` and loses fields.
fn hides(document: &Document, earlier: &Shape<'_>, later: &Shape<'_>) -> bool {
    let Shape::Object(earlier) = earlier else {
        return false;
    };
    match later {
        // Serde also deserializes a struct from a sequence of its fields.
        Shape::Array(items) => earlier
            .properties
            .values()
            .any(|field| items.is_none_or(|items| !are_disjoint(document, field, items))),
        Shape::Object(later) => {
            let has = |name: &&str| later.properties.contains_key(*name);
            let loses = later
                .properties
                .keys()
                .any(|name| !earlier.properties.contains_key(name));
            // A property that one of them requires, with different types, tells them apart.
            let differ = earlier.properties.iter().any(|(name, one)| {
                let must = earlier.required.contains(name) || later.required.contains(name);
                let other = later.properties.get(name);
                must && other.is_some_and(|other| are_disjoint(document, one, other))
            });
            !earlier.properties.is_empty()
                && !earlier.is_closed
                && loses
                && earlier.required.iter().all(has)
                && !differ
        }
        Shape::Other => false,
    }
}

/// Whether `type` or `enum` rule out a value that matches both schemas.
fn are_disjoint(document: &Document, one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (resolved(document, one), resolved(document, other)) else {
        return false;
    };
    let kinds = [kind(document, one), kind(document, other)];
    if !kinds.contains(&Kind::Unknown) && kinds[0] != kinds[1] {
        return true;
    }
    let mut values = members(one, "enum").peekable();
    let others: Vec<_> = members(other, "enum").collect();
    values.peek().is_some() && !others.is_empty() && values.all(|value| !others.contains(&value))
}

/// Whether the generator merges the members of `anyOf` into one struct although not all are objects.
fn is_merged(document: &Document, schema: &Value) -> bool {
    let members: Vec<_> = members(schema, "anyOf")
        .filter_map(|member| resolved(document, member))
        .collect();
    let is_apart = |one: &Value, other: &Value| {
        let is_seen = own(one) != Kind::Unknown && own(other) != Kind::Unknown;
        is_seen && are_disjoint(document, one, other)
    };
    let mut pairs = (0..members.len()).flat_map(|at| (0..at).map(move |before| (at, before)));
    members
        .iter()
        .any(|member| kind(document, member) != Kind::Object)
        && pairs.any(|(at, before)| !is_apart(members[at], members[before]))
}
