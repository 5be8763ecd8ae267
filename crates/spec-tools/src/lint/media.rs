//! Media types and statuses that the generator does not support, or reads as raw bytes.

use super::group::{Context, group};
use super::walk::{bodies, entries, is_true};
use crate::finding::Finding;
use crate::rule::{Rule, Severity};
use crate::yaml::escape;

group! {
    requests, responses;

    Warning REQUEST_BODY_OPTIONAL = "request-body-optional", "the generated function always sends a body",
        "write `required: true`, or remove the body";
    Error REQUEST_MEDIA_TYPE_UNKNOWN = "request-media-type-unknown",
        "the generator supports JSON, forms, plain text and octet streams, and fails at others",
        "use one of the supported media types";
    Error HEAD_RESPONSE_BODY = "head-response-body",
        "a response to HEAD has no body (RFC 9110, section 9.3.2): every call fails to parse it",
        "remove `content`";
    Error NO_CONTENT_BODY = "no-content-body",
        "a 204 response has no body (RFC 9110, section 15.3.5): every call fails to parse it",
        "remove `content`, or use 200";
    Warning STATUS_IGNORED = "status-ignored",
        "the generated functions handle successes and errors only: a redirect is an unexpected response",
        "remove it, or use a status from 200 to 299";
    Warning RESPONSE_MEDIA_TYPE_RAW = "response-media-type-raw",
        "the generator makes types for `application/json` only",
        "write `application/json` if clients may read it as such";
}

/// The media types that the generated client sends.
const SENT: [&str; 5] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/x-markdown",
    "application/octet-stream",
];

/// `request-media-type-unknown`, `request-body-optional`.
fn requests(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (operation, at, body) in bodies(document) {
        if !is_true(body, "required") {
            let message = format!("the body of `{}` is not required", operation.name());
            let span = document.span(&format!("{at}/required"));
            findings.push(Finding::new(&REQUEST_BODY_OPTIONAL, span, message));
        }
        for (name, _) in entries(body, "content") {
            let essence = name.split(';').next().unwrap_or(name).trim();
            if !SENT.contains(&essence) {
                let message = format!("the generator cannot send `{name}`");
                let span = document.span(&format!("{at}/content/{}", escape(name)));
                findings.push(Finding::new(&REQUEST_MEDIA_TYPE_UNKNOWN, span, message));
            }
        }
    }
    findings.dedup();
    findings
}

/// `response-media-type-raw`, `head-response-body`, `no-content-body`, `status-ignored`.
fn responses(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for operation in document.operations() {
        for (status, _) in entries(operation.value, "responses") {
            let pointer = format!("{}/responses/{}", operation.pointer, escape(status));
            if status.starts_with('3') {
                let message = format!(
                    "the response {status} of `{}` is a redirect",
                    operation.name()
                );
                let span = document.span(&pointer);
                findings.push(Finding::new(&STATUS_IGNORED, span, message));
            }
            let Some((at, response)) = document.resolve(&pointer) else {
                continue;
            };
            let has_body = entries(response, "content").next().is_some();
            if status == "204" && has_body && operation.method != "head" {
                let message = format!(
                    "the response 204 of `{}` describes a body",
                    operation.name()
                );
                let span = document.span(&format!("{at}/content"));
                findings.push(Finding::new(&NO_CONTENT_BODY, span, message));
            }
            if operation.method == "head" && has_body {
                let mut finding = Finding::new(
                    &HEAD_RESPONSE_BODY,
                    document.span(&format!("{at}/content")),
                    format!(
                        "the HEAD operation `{}` describes a response body",
                        operation.name()
                    ),
                );
                // A success is still read as one.
                if status.starts_with(['4', '5']) {
                    finding.severity = Severity::Warning;
                }
                findings.push(finding);
            }
            let json =
                |name: &str| name == "application/json" || name.starts_with("application/json;");
            if entries(response, "content").any(|(name, _)| json(name)) {
                continue;
            }
            // Other media types are meant to be raw bytes.
            let is_raw = |name: &str| name.contains("json") || name.ends_with("/*");
            for (name, _) in entries(response, "content").filter(|(name, _)| is_raw(name)) {
                let message = format!("`{name}` becomes a stream of bytes");
                let span = document.span(&format!("{at}/content/{}", escape(name)));
                findings.push(Finding::new(&RESPONSE_MEDIA_TYPE_RAW, span, message));
            }
        }
    }
    findings.dedup();
    findings
}
