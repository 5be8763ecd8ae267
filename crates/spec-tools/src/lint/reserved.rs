//! Names that generated code uses itself.

use serde_json::Value;

use super::group::{Context, group};
use super::names::{pascal, snake};
use super::walk::entries;
use crate::finding::Finding;
use crate::project::Interface;
use crate::rule::Rule;
use crate::yaml::escape;

group! {
    names;

    Error NAME_RESERVED = "name-reserved", "generated code uses this name itself: it does not compile",
        "rename it";
}

/// The client's constructors, and trait functions that each generated function calls.
const FUNCTIONS: &str = "new new_with_client pre exec post api_version";

/// Names that the module of builders uses without a path.
const BUILDERS: &str = "ByteStream ClientHooks ClientInfo Default Error OperationInfo RequestBuilderExt \
     ResponseValue Result String";

/// `name-reserved`.
fn names(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let builders = match context.project.generator.interface {
        Interface::Builder => BUILDERS,
        Interface::Positional => "",
    };
    let mut found: Vec<(String, String)> = Vec::new();
    for operation in document.operations() {
        let id = operation.value.get("operationId").and_then(Value::as_str);
        let id = id.unwrap_or_default();
        for (name, taken) in [(snake(id), FUNCTIONS), (pascal(id), builders)] {
            if taken.split(' ').any(|one| one == name) {
                found.push((format!("{}/operationId", operation.pointer), name));
            }
        }
        let has_body = operation.value.get("requestBody").is_some();
        for (at, parameter) in document.parameters(&operation) {
            let text = |field| parameter.get(field).and_then(Value::as_str);
            let name = text("name").map(snake).unwrap_or_default();
            if arguments(context, text("in"), has_body).contains(&name.as_str()) {
                found.push((format!("{at}/name"), name));
            }
        }
    }
    let components = document.value.get("components").unwrap_or(&Value::Null);
    for (name, schema) in entries(components, "schemas") {
        let rust = pascal(name);
        if types(context, schema).contains(&rust.as_str()) {
            found.push((format!("/components/schemas/{}", escape(name)), rust));
        }
    }
    // A parameter of a path, or a component, is visited once per operation.
    found.sort();
    found.dedup();
    let finding = |(at, name): (String, String)| {
        let message = format!("it becomes `{name}`, which is taken");
        Finding::new(&NAME_RESERVED, document.span(&at), message)
    };
    found.into_iter().map(finding).collect()
}

/// Names that each generated function has, in the client or the mock.
fn arguments(context: &Context<'_>, place: Option<&str>, has_body: bool) -> Vec<&'static str> {
    let mut names = Vec::new();
    // Path parameters are used before `header_map` is declared.
    if place != Some("path") {
        names.push("header_map");
    }
    if has_body {
        names.push("body");
    }
    if context.project.mock.is_some() {
        names.extend(["new", "into_inner"]);
    }
    if context.project.generator.interface == Interface::Builder {
        names.extend(["new", "send"]);
    }
    names
}

/// Names that the module of types uses without a path.
fn types(context: &Context<'_>, schema: &Value) -> Vec<&'static str> {
    let mut names = Vec::new();
    // Only a newtype has a constructor function that shadows the variant.
    if schema.get("enum").is_none() && entries(schema, "properties").next().is_none() {
        names.extend(["Ok", "Err"]);
    }
    if context.project.generator.interface == Interface::Builder {
        names.push("Default");
    }
    names
}
