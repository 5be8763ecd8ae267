//! Structure of the document: every `OpenAPI` object has the required fields, with the right types.

use openapiv3::{
    Components, Header, MediaType, OpenAPI, Operation, Parameter, PathItem, RequestBody, Response,
    Schema, SecurityScheme,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::group::{Context, group};
use crate::document::{Document, METHODS};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

group! {
    openapi_version, openapi_shape;

    Error OPENAPI_VERSION = "openapi-version", "OpenAPI 3.1 changed how schemas are written",
        "write `openapi: 3.0.3`";
    Error OPENAPI_SHAPE = "openapi-shape", "OpenAPI tools fail to read it",
        "see the OpenAPI 3.0.3 specification: https://spec.openapis.org/oas/v3.0.3";
    Error INFO_VERSION_NOT_ASCII = "info-version-not-ascii",
        "every request sends it as the header `api-version`, and building that header panics",
        "use printable ASCII";
}

/// `openapi-version`, `info-version-not-ascii`.
fn openapi_version(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let version = document.value.get("openapi");
    let known = version
        .and_then(Value::as_str)
        .is_some_and(|version| version.starts_with("3.0."));
    let mut findings = Vec::new();
    let info = document.value.pointer("/info/version");
    let is_header = |text: &str| text.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
    if let Some(text) = info.and_then(Value::as_str)
        && !is_header(text)
    {
        let message = "`info.version` has characters other than printable ASCII";
        let span = document.span("/info/version");
        findings.push(Finding::new(&INFO_VERSION_NOT_ASCII, span, message));
    }
    if known || version.is_none() {
        return findings;
    }
    let message = "the generator reads OpenAPI 3.0 only";
    findings.push(Finding::new(
        &OPENAPI_VERSION,
        document.span("/openapi"),
        message,
    ));
    findings
}

/// `openapi-shape`.
fn openapi_shape(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    check(
        document,
        Object::Document,
        &document.value,
        "",
        &mut findings,
    );
    findings
}

/// The `OpenAPI` objects that are deserialized one by one. Deserializing the whole document reports no location:
/// an object that may also be a reference is tried as both.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    Document,
    Components,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Schema,
    SecurityScheme,
}

/// Reports the innermost invalid objects. The objects around them are invalid only because of these.
fn check(
    document: &Document,
    object: Object,
    value: &Value,
    at: &str,
    findings: &mut Vec<Finding>,
) {
    if value.get("$ref").is_some() {
        return;
    }
    let before = findings.len();
    for (part, object, value) in parts(object, value) {
        check(document, object, value, &format!("{at}{part}"), findings);
    }
    if findings.len() > before {
        return;
    }
    if let Some((inner, message)) = object_error(object, value) {
        let span = document.span(&format!("{at}{inner}"));
        findings.push(Finding::new(&OPENAPI_SHAPE, span, message));
    }
}

fn object_error(object: Object, value: &Value) -> Option<(String, String)> {
    match object {
        Object::Document => error_as::<OpenAPI>(value),
        Object::Components => error_as::<Components>(value),
        Object::PathItem => error_as::<PathItem>(value),
        Object::Operation => error_as::<Operation>(value),
        Object::Parameter => error_as::<Parameter>(value),
        Object::RequestBody => error_as::<RequestBody>(value),
        Object::Response => error_as::<Response>(value),
        Object::Header => error_as::<Header>(value),
        Object::MediaType => error_as::<MediaType>(value),
        Object::Schema => error_as::<Schema>(value),
        Object::SecurityScheme => error_as::<SecurityScheme>(value),
    }
}

/// The pointer and the reason of the error, if `value` does not deserialize as a `T`.
fn error_as<T: DeserializeOwned>(value: &Value) -> Option<(String, String)> {
    let error = serde_path_to_error::deserialize::<_, T>(value).err()?;
    let pointer = error
        .path()
        .iter()
        .fold(String::new(), |pointer, segment| match segment {
            Segment::Seq { index } => format!("{pointer}/{index}"),
            Segment::Map { key } => format!("{pointer}/{}", escape(key)),
            Segment::Enum { .. } | Segment::Unknown => pointer,
        });
    Some((pointer, error.inner().to_string()))
}

/// The objects inside an object, each with its relative pointer.
pub(super) fn parts(object: Object, value: &Value) -> Vec<(String, Object, &Value)> {
    let one = |field: &str, object| -> Vec<_> {
        let value = value.get(field).into_iter();
        value
            .map(|value| (format!("/{field}"), object, value))
            .collect()
    };
    let all = |field: &str, object| match value.get(field) {
        Some(Value::Object(map)) => {
            // Only these two maps may contain `x-` extensions.
            let extensible = matches!(field, "paths" | "responses");
            map.iter()
                .filter(|(key, _)| !(extensible && key.starts_with("x-")))
                .map(|(key, value)| (format!("/{field}/{}", escape(key)), object, value))
                .collect()
        }
        Some(Value::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(index, value)| (format!("/{field}/{index}"), object, value))
            .collect(),
        _ => Vec::new(),
    };
    match object {
        Object::Document => [
            all("paths", Object::PathItem),
            one("components", Object::Components),
        ]
        .concat(),
        Object::Components => [
            all("schemas", Object::Schema),
            all("responses", Object::Response),
            all("parameters", Object::Parameter),
            all("requestBodies", Object::RequestBody),
            all("headers", Object::Header),
            all("securitySchemes", Object::SecurityScheme),
        ]
        .concat(),
        Object::PathItem => METHODS
            .iter()
            .flat_map(|method| one(method, Object::Operation))
            .chain(all("parameters", Object::Parameter))
            .collect(),
        Object::Operation => [
            all("parameters", Object::Parameter),
            one("requestBody", Object::RequestBody),
            all("responses", Object::Response),
        ]
        .concat(),
        Object::Parameter | Object::Header => [
            one("schema", Object::Schema),
            all("content", Object::MediaType),
        ]
        .concat(),
        Object::RequestBody => all("content", Object::MediaType),
        Object::Response => [
            all("headers", Object::Header),
            all("content", Object::MediaType),
        ]
        .concat(),
        Object::MediaType => one("schema", Object::Schema),
        Object::Schema => [
            all("properties", Object::Schema),
            one("items", Object::Schema),
            one("not", Object::Schema),
            // It may also be a boolean.
            match value.get("additionalProperties") {
                Some(Value::Bool(_)) => Vec::new(),
                _ => one("additionalProperties", Object::Schema),
            },
            all("allOf", Object::Schema),
            all("anyOf", Object::Schema),
            all("oneOf", Object::Schema),
        ]
        .concat(),
        Object::SecurityScheme => Vec::new(),
    }
}
