//! Values of an `enum` that become the same name in Rust, because the generator changes the case.

use std::collections::HashMap;

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;

use super::group::{Context, group};
use super::walk::typed;
use crate::finding::Finding;
use crate::rule::Rule;

group! {
    variants;

    Error ENUM_COLLISION = "enum-collision", "the generator panics at two variants of one name",
        "choose values that differ in letters or digits";
}

/// `enum-collision`.
fn variants(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (at, schema) in typed(context) {
        let values = schema.get("enum").and_then(Value::as_array);
        let named = values.into_iter().flatten().enumerate();
        let named = named.filter_map(|(index, value)| Some((index, value.as_str()?)));
        let named: Vec<(usize, &str)> = named.collect();
        // The generator replaces punctuation by `X` only if names collide after removing it.
        if collisions(&named, pascal).is_empty() {
            continue;
        }
        for (first, other, rust) in collisions(&named, with_x) {
            let place = |index: usize| document.span(&format!("{at}/enum/{index}"));
            let [one, two] = [first, other].map(|at| named[at].1);
            let message = format!("`{one}` and `{two}` both become the variant `{rust}`");
            let finding = Finding::new(&ENUM_COLLISION, place(named[other].0), message);
            findings.push(finding.related(place(named[first].0), "the first one"));
        }
    }
    findings
}

/// Each name that becomes the same Rust name as an earlier, different one: the indexes of both, and that name.
fn collisions(names: &[(usize, &str)], to_rust: fn(&str) -> String) -> Vec<(usize, usize, String)> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut found = Vec::new();
    for (at, (_, name)) in names.iter().enumerate() {
        let rust = to_rust(name);
        let first = *seen.entry(rust.clone()).or_insert(at);
        if names[first].1 != *name {
            found.push((first, at, rust));
        }
    }
    found
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
