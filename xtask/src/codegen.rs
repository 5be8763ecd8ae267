//! Spec → Rust source.

use std::collections::BTreeSet;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use quote::quote;
use schemars08::schema::{InstanceType, SchemaObject};
use serde_json::{Map, Value};

use crate::document::METHODS;
use crate::finding::Finding;
use crate::header::header;
use crate::net;
use crate::spec::{Refused, Spec};
use crate::yaml::escape;

/// The component that a hand-written type stands for.
pub const REPLACED: &str = "Token";

/// What is generated: the text of each file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The client.
    pub client: String,
    /// The typed httpmock helpers.
    pub mock: String,
    /// The spec as JSON: a published mock has no `spec/` beside it.
    pub spec: String,
}

/// Generates all of them.
///
/// # Errors
///
/// A finding of rule `generator`, if the generator refuses the spec or panics over it; it names the
/// operation or the schema, if there is one that the generator refuses by itself.
pub fn generate(spec: &Spec) -> Result<Code, Refused> {
    let code = |make: Make| source(&spec.openapi, make).map(|code| header(spec) + &code);
    match (code(client), code(mock)) {
        (Ok(client), Ok(mock)) => Ok(Code {
            client,
            mock,
            spec: json(&spec.document.value),
        }),
        (Err(error), _) => Err(spec.refuse(blame(spec, client, &error))),
        (_, Err(error)) => Err(spec.refuse(blame(spec, mock, &error))),
    }
}

/// In the same order whatever features of `serde_json` other crates of the build turn on.
fn json(spec: &Value) -> String {
    let mut spec = spec.clone();
    spec.sort_all_objects();
    format!("{spec:#}\n")
}

type Make = fn(&OpenAPI) -> progenitor_impl::Result<TokenStream>;

fn source(openapi: &OpenAPI, make: Make) -> Result<String, String> {
    net::catch(|| {
        let tokens = make(openapi).map_err(|error| error.to_string())?;
        let file = syn::parse2(tokens).map_err(|error| error.to_string())?;
        Ok(prettyplease::unparse(&file))
    })?
}

fn client(openapi: &OpenAPI) -> progenitor_impl::Result<TokenStream> {
    Generator::new(&settings()).generate_tokens(openapi)
}

fn mock(openapi: &OpenAPI) -> progenitor_impl::Result<TokenStream> {
    Generator::new(&settings()).httpmock(openapi, "digilocker_client")
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::Bridge))
        .with_derive("::schemars::JsonSchema")
        .with_replacement(REPLACED, "crate::Token", std::iter::empty());
    // `enum: [true]` would become a plain bool.
    for value in [true, false] {
        let schema = SchemaObject {
            instance_type: Some(InstanceType::Boolean.into()),
            enum_values: Some(vec![Value::Bool(value)]),
            ..SchemaObject::default()
        };
        settings.with_conversion(
            schema,
            format!("crate::Always<{value}>"),
            std::iter::empty(),
        );
    }
    settings
}

/// Finds what the generator refuses, by giving it one piece of the spec at a time.
fn blame(spec: &Spec, make: Make, error: &str) -> Vec<Finding> {
    let refused = |kept: &Value| match serde_json::from_value(kept.clone()) {
        Ok(openapi) => source(&openapi, make).err(),
        Err(_) => None,
    };
    let finding = |pointer: &str, what: String, error: &str| {
        Finding::error(
            "generator",
            spec.document.span(pointer),
            format!("the generator refuses {what}"),
        )
        .label(error.to_owned())
        .help("this is legal OpenAPI that it has no code for: say it in another way")
    };
    let value = &spec.document.value;
    let schemas = value
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    let mut findings: Vec<Finding> = schemas
        .into_iter()
        .flatten()
        .filter_map(|(name, _)| {
            let error = refused(&only_schema(value, name))?;
            let pointer = format!("/components/schemas/{}", escape(name));
            Some(finding(&pointer, format!("the schema `{name}`"), &error))
        })
        .collect();
    if findings.is_empty() {
        findings = spec
            .document
            .operations()
            .iter()
            .filter_map(|operation| {
                let error = refused(&only_operation(value, operation.path, operation.method))?;
                let id = format!("{}/operationId", operation.pointer);
                Some(finding(
                    &id,
                    format!("the operation `{}`", operation.name()),
                    &error,
                ))
            })
            .collect();
    }
    if findings.is_empty() {
        findings.push(finding(
            "/paths",
            "this spec as a whole, and no operation by itself".to_owned(),
            error,
        ));
    }
    findings
}

fn only_operation(spec: &Value, path: &str, method: &str) -> Value {
    let mut spec = spec.clone();
    if let Some(paths) = spec.get_mut("paths").and_then(Value::as_object_mut) {
        paths.retain(|other, _| other == path);
    }
    if let Some(item) = spec
        .pointer_mut(&format!("/paths/{}", escape(path)))
        .and_then(Value::as_object_mut)
    {
        item.retain(|other, _| other == method || !METHODS.contains(&other.as_str()));
    }
    spec
}

/// The schema and what it refers to, with no operations.
fn only_schema(spec: &Value, name: &str) -> Value {
    let mut needed = BTreeSet::new();
    let mut ahead = vec![name.to_owned()];
    let schemas = spec.pointer("/components/schemas");
    while let Some(name) = ahead.pop() {
        let schema = schemas.and_then(|schemas| schemas.get(&name));
        if let (Some(schema), true) = (schema, needed.insert(name)) {
            references(schema, &mut ahead);
        }
    }
    let mut spec = spec.clone();
    if let Some(map) = spec.as_object_mut() {
        map.insert("paths".to_owned(), Value::Object(Map::new()));
    }
    if let Some(schemas) = spec
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.retain(|name, _| needed.contains(name));
    }
    spec
}

fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let reference = map.get("$ref").and_then(Value::as_str);
            names.extend(
                reference
                    .and_then(|reference| reference.strip_prefix("#/components/schemas/"))
                    .map(str::to_owned),
            );
            map.values().for_each(|value| references(value, names));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
