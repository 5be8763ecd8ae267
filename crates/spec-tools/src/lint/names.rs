//! Values of an `enum` that become the same name in Rust, because the generator changes the case.

use std::collections::HashMap;

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;

use super::group::{Context, Group};
use super::walk::typed;
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::{Rule, rules};

rules! {
    error ENUM_COLLISION = "enum-collision", "the generator panics at two variants of one name",
        "choose values that differ in letters or digits";
}

pub(super) const GROUP: Group = Group {
    rules: RULES,
    checks: &[variants],
};

/// `enum-collision`.
fn variants(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (at, schema) in typed(context) {
        let values = schema.get("enum").and_then(Value::as_array);
        let named = || {
            let values = values.into_iter().flatten().enumerate();
            values
                .filter_map(|(index, value)| Some((value.as_str()?, format!("{at}/enum/{index}"))))
        };
        // The generator replaces punctuation by `X` only if names collide after removing it.
        if !collisions_of(document, pascal, named()).is_empty() {
            findings.extend(collisions_of(document, with_x, named()));
        }
    }
    findings
}

/// Reports each of `names` that becomes the same Rust name as an earlier, different one.
fn collisions_of<'a>(
    document: &Document,
    to_rust: fn(&str) -> String,
    names: impl Iterator<Item = (&'a str, String)>,
) -> Vec<Finding> {
    let mut seen: HashMap<String, (&str, String)> = HashMap::new();
    let mut findings = Vec::new();
    let mut names: Vec<_> = names.collect();
    names.sort_by_cached_key(|(_, at)| document.span(at).map(|span| span.start));
    for (name, at) in names {
        let rust = to_rust(name);
        match seen.get(&rust) {
            Some((first, there)) if *first != name => findings.push(
                Finding::new(
                    &ENUM_COLLISION,
                    document.span(&at),
                    format!("`{first}` and `{name}` both become the variant `{rust}`"),
                )
                .related(document.span(there), "the first one"),
            ),
            Some(_) => {}
            None => {
                seen.insert(rust, (name, at));
            }
        }
    }
    findings
}

/// The name of the function, argument or field that the generator makes from `name`.
pub(crate) fn snake(name: &str) -> String {
    sanitized(name, str::to_snake_case)
}

pub(super) fn pascal(name: &str) -> String {
    sanitized(name, str::to_pascal_case)
}

fn with_x(name: &str) -> String {
    name.replace(|letter: char| !letter.is_alphanumeric(), "X")
        .to_pascal_case()
}

// Mirrors `sanitize` of typify-impl's and progenitor-impl's `util.rs`. The two differ in the prefix before a
// digit, which causes no collision.
fn sanitized(name: &str, to_case: fn(&str) -> String) -> String {
    match name {
        "+1" => return to_case("plus1"),
        "-1" => return to_case("minus1"),
        _ => {}
    }
    let plain = name.replace('\'', "").replace(
        |letter: char| letter != '_' && !letter.is_alphanumeric(),
        "-",
    );
    let rust = to_case(&plain);
    if rust.is_empty() { to_case("x") } else { rust }
}
