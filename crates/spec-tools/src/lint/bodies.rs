//! Request and response bodies. The generator supports one request type, one success type and one error type
//! per operation.

use serde_json::Value;

use super::group::{Context, group};
use super::walk::{bodies, entries};
use crate::document::{Document, Operation};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

group! {
    requests, responses;

    Error ONE_REQUEST_MEDIA_TYPE = "one-request-media-type",
        "the generated function sends one media type; the generator panics at a second",
        "keep the documented media type";
    Error REQUEST_SCHEMA_MISSING = "request-schema-missing",
        "there is no type to generate, and the generator fails",
        "give it a `schema`";
    Error RESPONSE_SCHEMA_MISSING = "response-schema-missing",
        "there is no type to generate, and the generator panics",
        "give it a `schema`, or remove `content` if there is no body";
    Error ONE_SUCCESS_SCHEMA = "one-success-schema",
        "the generated function returns one success type; the generator panics at a second",
        "use the same component for all success responses";
    Error ONE_ERROR_SCHEMA = "one-error-schema",
        "the generated function returns one error type; the generator panics at a second",
        "use the same component for all error responses";
}

/// `one-request-media-type`, `request-schema-missing`.
fn requests(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (operation, at, body) in bodies(document) {
        let media: Vec<_> = entries(body, "content").collect();
        if let [(first, _), (second, _), ..] = media.as_slice() {
            findings.push(
                Finding::new(
                    &ONE_REQUEST_MEDIA_TYPE,
                    document.span(&format!("{at}/content/{}", escape(second))),
                    format!("`{}` takes {} media types", operation.name(), media.len()),
                )
                .related(
                    document.span(&format!("{at}/content/{}", escape(first))),
                    "the first one",
                )
                .help("keep the documented media type; send others from the wrapper"),
            );
        }
        findings.extend(without_schema(
            document,
            &operation,
            &at,
            body,
            &REQUEST_SCHEMA_MISSING,
        ));
    }
    findings
}

/// `response-schema-missing`, `one-error-schema`, `one-success-schema`.
fn responses(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for operation in document.operations() {
        let mut successes = Vec::new();
        let mut errors = Vec::new();
        for (status, _) in entries(operation.value, "responses") {
            let pointer = format!("{}/responses/{}", operation.pointer, escape(status));
            let Some((at, response)) = document.resolve(&pointer) else {
                continue;
            };
            findings.extend(without_schema(
                document,
                &operation,
                &at,
                response,
                &RESPONSE_SCHEMA_MISSING,
            ));
            let response = Response {
                pointer,
                status,
                body: Body::of(response),
            };
            // `default` covers errors, and successes unless `2XX` is listed.
            if status.starts_with('2') || status == "default" {
                successes.push(response.clone());
            }
            if status.starts_with(['4', '5']) || status == "default" {
                errors.push(response);
            }
        }
        if successes
            .iter()
            .any(|response| response.status.eq_ignore_ascii_case("2XX"))
        {
            successes.retain(|response| response.status != "default");
        }
        findings.extend(one_body(
            document,
            &operation,
            &successes,
            &ONE_SUCCESS_SCHEMA,
            "successes",
        ));
        findings.extend(one_body(
            document,
            &operation,
            &errors,
            &ONE_ERROR_SCHEMA,
            "errors",
        ));
    }
    findings
}

/// One response of an operation.
#[derive(Clone)]
struct Response<'a> {
    pointer: String,
    status: &'a str,
    body: Body<'a>,
}

/// The body of a response, as the generator compares bodies.
#[derive(Clone, PartialEq)]
enum Body<'a> {
    Nothing,
    Raw,
    Json(Option<&'a Value>),
}

impl<'a> Body<'a> {
    fn of(response: &'a Value) -> Self {
        let mut media = entries(response, "content").peekable();
        if media.peek().is_none() {
            return Self::Nothing;
        }
        media
            .find(|(name, _)| is_json(name))
            .map_or(Self::Raw, |(_, media)| Self::Json(media.get("schema")))
    }

    fn describe(&self) -> String {
        let reference = |schema: &Value| Some(schema.get("$ref")?.as_str()?.to_owned());
        match self {
            Self::Nothing => "no body".to_owned(),
            Self::Raw => "a body that is not JSON".to_owned(),
            Self::Json(schema) => match schema.and_then(reference) {
                Some(path) => format!("`{}`", path.rsplit('/').next().unwrap_or(&path)),
                None => "an inline schema".to_owned(),
            },
        }
    }
}

fn without_schema(
    document: &Document,
    operation: &Operation<'_>,
    at: &str,
    holder: &Value,
    rule: &'static Rule,
) -> Vec<Finding> {
    let needs_schema = |name: &str| *rule == REQUEST_SCHEMA_MISSING || is_json(name);
    entries(holder, "content")
        .filter(|(name, media)| needs_schema(name) && media.get("schema").is_none())
        .map(|(name, _)| {
            Finding::new(
                rule,
                document.span(&format!("{at}/content/{}", escape(name))),
                format!("`{name}` of `{}` has no schema", operation.name()),
            )
        })
        .collect()
}

/// Whether the generator makes a type of a response of this media type. It reads others as bytes.
fn is_json(name: &str) -> bool {
    name == "application/json" || name.starts_with("application/json;")
}

fn one_body(
    document: &Document,
    operation: &Operation<'_>,
    responses: &[Response<'_>],
    rule: &'static Rule,
    what: &str,
) -> Option<Finding> {
    let first = responses.first()?;
    let other = responses
        .iter()
        .find(|response| response.body != first.body)?;
    let label =
        |response: &Response<'_>| format!("`{}` has {}", response.status, response.body.describe());
    Some(
        Finding::new(
            rule,
            document.span(&other.pointer),
            format!("the {what} of `{}` have different bodies", operation.name()),
        )
        .label(label(other))
        .related(document.span(&first.pointer), label(first))
        .help(remedy(first, other)),
    )
}

/// How to give both responses one body. `default` covers every status that is not listed, so listing ranges
/// separates successes from errors.
fn remedy(first: &Response<'_>, other: &Response<'_>) -> String {
    let (("default", listed) | (listed, "default")) = (first.status, other.status) else {
        return "use the same component for all of them".to_owned();
    };
    if listed.starts_with('2') {
        format!("replace `{listed}` by `2XX`, or `default` by `4XX` and `5XX`")
    } else {
        "use the same component for both, or replace `default` by `2XX` if it is a success"
            .to_owned()
    }
}
