//! Media types and statuses: what the generator has no code for, or makes bytes of.

use serde_json::Value;

use super::rules::found;
use super::walk::{entries, is_true};
use crate::document::Document;
use crate::finding::Finding;
use crate::yaml::escape;

/// `request-media-type-unknown`, `request-media-type-schema`, `form-encoding`, `request-body-optional`.
pub(super) fn requests(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    for operation in document.operations() {
        let Some((at, body)) = document.resolve(&format!("{}/requestBody", operation.pointer))
        else {
            continue;
        };
        if !is_true(body, "required") {
            findings.push(found(
                "request-body-optional",
                document.span(&format!("{at}/required")),
                format!("the body of `{}` is not required", operation.name()),
            ));
        }
        for (name, media) in entries(body, "content") {
            let at = format!("{at}/content/{}", escape(name));
            findings.extend(request(document, &at, name, media));
        }
    }
    findings.dedup();
    findings
}

fn request(document: &Document, at: &str, name: &str, media: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    let essence = name.split(';').next().unwrap_or(name).trim();
    match essence {
        "application/json" | "application/x-www-form-urlencoded" => {}
        "text/plain" | "text/x-markdown" | "application/octet-stream" => {
            if let Some(schema) = media.get("schema")
                && schema.get("type").and_then(Value::as_str) != Some("string")
            {
                findings.push(found(
                    "request-media-type-schema",
                    document.span(&format!("{at}/schema")),
                    format!("`{name}` is sent as it is: its schema is not a plain string"),
                ));
            }
        }
        _ => findings.push(found(
            "request-media-type-unknown",
            document.span(at),
            format!("the generator cannot send `{name}`"),
        )),
    }
    if entries(media, "encoding").next().is_some() {
        findings.push(found(
            "form-encoding",
            document.span(&format!("{at}/encoding")),
            format!("`{name}` says how its fields are encoded"),
        ));
    }
    findings
}

/// `response-media-type-raw`, `status-unknown`.
pub(super) fn responses(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    for operation in document.operations() {
        for (status, _) in entries(operation.value, "responses") {
            let pointer = format!("{}/responses/{}", operation.pointer, escape(status));
            if status.parse().is_ok_and(|status| !is_registered(status)) {
                findings.push(found(
                    "status-unknown",
                    document.span(&pointer),
                    format!("{status} is not a registered status"),
                ));
            }
            let Some((at, response)) = document.resolve(&pointer) else {
                continue;
            };
            let json =
                |name: &str| name == "application/json" || name.starts_with("application/json;");
            if entries(response, "content").any(|(name, _)| json(name)) {
                continue;
            }
            // What is not JSON by its name either is meant to be bytes.
            for (name, _) in entries(response, "content").filter(|(name, _)| name.contains("json"))
            {
                findings.push(found(
                    "response-media-type-raw",
                    document.span(&format!("{at}/content/{}", escape(name))),
                    format!("`{name}` becomes a stream of bytes"),
                ));
            }
        }
    }
    findings.dedup();
    findings
}

/// Those that `http::StatusCode` has a reason for, which is what the generator asks.
fn is_registered(status: u16) -> bool {
    matches!(status,
        100..=103 | 200..=208 | 226 | 300..=305 | 307 | 308 | 400..=418 | 421..=426 | 428 | 429 | 431
        | 451 | 500..=508 | 510 | 511)
}
