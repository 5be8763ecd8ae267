//! Compositions: alternatives that overlap, and members that exclude one another.

use serde_json::Value;

use super::group::{Context, Group};
use super::kinds::{DEPTH, Kind, excludes, kind, members, own, resolved};
use super::shapes::{Object as Fields, Shape, both, shapes};
use super::structure::Object;
use super::walk::used;
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;

static ALTERNATIVES_OVERLAP: Rule = Rule::warning(
    "alternatives-overlap",
    "the generated enum takes the first variant that fits, and drops what it lacks",
    "put the one with more required properties first, or give each a required property with an `enum` of one value",
);

static ANY_OF_MERGED: Rule = Rule::warning(
    "any-of-merged",
    "where the generator cannot tell the members apart it makes a struct of all, which only an object can be read as",
    "use `oneOf`, or give each member a `type` of its own",
);

static ALL_OF_CONTRADICTION: Rule = Rule::error(
    "all-of-contradiction",
    "no value is all of them: there is no type, or one that rustc refuses",
    "use `oneOf` if a value is one of them",
);

pub(super) const ALTERNATIVES: Group = Group {
    rules: &[&ALTERNATIVES_OVERLAP, &ANY_OF_MERGED],
    check: alternatives,
};

pub(super) const COMPOSITIONS: Group = Group {
    rules: &[&ALL_OF_CONTRADICTION],
    check: compositions,
};

/// `alternatives-overlap`, `any-of-merged`.
fn alternatives(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (at, schema) in used(context, Object::Schema) {
        for word in ["oneOf", "anyOf"] {
            if members(schema, word).next().is_none() {
                continue;
            }
            let around = around(document, &at, schema);
            let shapes: Vec<_> = members(schema, word)
                .map(|member| both(&around, &shapes(document, member)))
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
                            "a value of this alternative also fits an earlier one",
                        )
                        .related(place(first), "it is taken for this one"),
                    );
                }
            }
        }
        if is_merged(document, schema) {
            findings.push(Finding::new(
                &ANY_OF_MERGED,
                document.span(&format!("{at}/anyOf")),
                "not all members of this `anyOf` are objects, and some may be one another",
            ));
        }
    }
    findings
}

/// What holds of each alternative of the schema at `at`: what it says beside them, and in `allOf` what the
/// other members do.
fn around<'a>(document: &'a Document, at: &str, schema: &'a Value) -> Vec<Shape<'a>> {
    let own = Shape::Object(Fields::own(schema));
    let mut around = vec![own];
    let list = at
        .rsplit_once('/')
        .filter(|(list, _)| list.ends_with("/allOf"));
    let owner = list.and_then(|(list, _)| document.value.pointer(list.trim_end_matches("/allOf")));
    for other in owner.into_iter().flat_map(|owner| members(owner, "allOf")) {
        if other != schema {
            around = both(&around, &shapes(document, other));
        }
    }
    around
}

/// Whether some value of `later` is read as `earlier`, and loses something.
fn hides(document: &Document, earlier: &Shape<'_>, later: &Shape<'_>) -> bool {
    let Shape::Object(earlier) = earlier else {
        return false;
    };
    match later {
        // A struct is read from a list of its fields, too.
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
            // One property that both must have, and of different kinds, tells them apart.
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

/// Whether no value is of both schemas, as far as their types and values say.
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

/// Whether the generator makes one struct of the members of `anyOf`, and not all of them are objects.
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

/// `all-of-contradiction`.
fn compositions(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (at, schema) in used(context, Object::Schema) {
        let kinds = members(schema, "allOf").map(|member| kind(document, member));
        let known = |kind: &Kind| *kind != Kind::Unknown;
        let Some(first) = std::iter::once(own(schema)).chain(kinds).find(known) else {
            continue;
        };
        let excluded = |member| excludes(document, member, first, DEPTH);
        if let Some(index) = members(schema, "allOf").position(excluded) {
            findings.push(Finding::new(
                &ALL_OF_CONTRADICTION,
                document.span(&format!("{at}/allOf/{index}")),
                format!("the rest is {}, and this is not", first.name()),
            ));
        }
    }
    findings
}
