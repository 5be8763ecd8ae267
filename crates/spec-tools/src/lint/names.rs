//! Different names in the spec that become the same name in Rust, because the generator changes the case.

use std::collections::HashMap;

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;

use super::group::{Context, Group};
use super::walk::{entries, typed};
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

static OPERATION_ID_COLLISION: Rule = Rule::error(
    "operation-id-collision",
    "two functions of one name do not compile",
    "use names that differ in more than case style",
);

static SCHEMA_COLLISION: Rule = Rule::error(
    "schema-collision",
    "two types of one name do not compile",
    "use names that differ in more than case style",
);

static SCHEMA_RESERVED: Rule = Rule::error(
    "schema-reserved",
    "a newtype of this name shadows the `Result` variant that generated code uses: it does not compile",
    "rename it",
);

static PROPERTY_COLLISION: Rule = Rule::error(
    "property-collision",
    "two fields of one name do not compile",
    "rename one, or remove the older one",
);

static ENUM_COLLISION: Rule = Rule::error(
    "enum-collision",
    "the generator panics at two variants of one name",
    "choose values that differ in letters or digits",
);

pub(super) const COLLISIONS: Group = Group {
    rules: &[
        &OPERATION_ID_COLLISION,
        &SCHEMA_COLLISION,
        &SCHEMA_RESERVED,
        &PROPERTY_COLLISION,
    ],
    check: collisions,
};

pub(super) const VARIANTS: Group = Group {
    rules: &[&ENUM_COLLISION],
    check: variants,
};

/// `operation-id-collision`, `schema-collision`, `schema-reserved`, `property-collision`.
fn collisions(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let operations = document.operations();
    let ids = operations.iter().filter_map(|operation| {
        let id = operation.value.get("operationId")?.as_str()?;
        Some((id, format!("{}/operationId", operation.pointer)))
    });
    let mut findings = collisions_of(
        document,
        &OPERATION_ID_COLLISION,
        "the function",
        snake,
        ids,
    );

    let components = document.value.get("components").unwrap_or(&Value::Null);
    let schemas = entries(components, "schemas")
        .map(|(name, _)| (name, format!("/components/schemas/{}", escape(name))));
    findings.extend(collisions_of(
        document,
        &SCHEMA_COLLISION,
        "the type",
        pascal,
        schemas,
    ));

    // Only a newtype has a constructor function that shadows the variant.
    let is_newtype = |schema: &Value| {
        schema.get("enum").is_none() && entries(schema, "properties").next().is_none()
    };
    for (name, schema) in entries(components, "schemas") {
        let rust = pascal(name);
        if ["Ok", "Err"].contains(&rust.as_str()) && is_newtype(schema) {
            let at = format!("/components/schemas/{}", escape(name));
            findings.push(Finding::new(
                &SCHEMA_RESERVED,
                document.span(&at),
                format!("`{name}` becomes the type `{rust}`"),
            ));
        }
    }

    for (at, schema) in typed(context) {
        let properties = entries(schema, "properties")
            .map(|(name, _)| (name, format!("{at}/properties/{}", escape(name))));
        findings.extend(collisions_of(
            document,
            &PROPERTY_COLLISION,
            "the field",
            snake,
            properties,
        ));
    }
    findings
}

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
        if !collisions_of(document, &ENUM_COLLISION, "the variant", pascal, named()).is_empty() {
            findings.extend(collisions_of(
                document,
                &ENUM_COLLISION,
                "the variant",
                with_x,
                named(),
            ));
        }
    }
    findings
}

/// Reports each of `names` that becomes the same Rust name as an earlier, different one.
pub(super) fn collisions_of<'a>(
    document: &Document,
    rule: &'static Rule,
    what: &str,
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
                    rule,
                    document.span(&at),
                    format!("`{first}` and `{name}` both become {what} `{rust}`"),
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

fn pascal(name: &str) -> String {
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
