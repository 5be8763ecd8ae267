//! Parts of operations that the generator ignores or does not support.

use serde_json::Value;

use super::group::{Context, group};
use super::structure::Object;
use super::walk::{is_true, visit};
use crate::finding::Finding;
use crate::rule::Rule;

group! {
    unsupported;

    Error METHOD_UNSUPPORTED = "method-unsupported",
        "reqwest has no function for this method: the generated code does not compile",
        "remove the operation";
    Warning OPERATION_SERVERS_IGNORED = "operation-servers-ignored",
        "the client has one base URL for all operations",
        "declare servers at the top level";
    Warning DEPRECATED_IGNORED = "deprecated-ignored", "users of the client do not see it",
        "state it in the `description`, which becomes documentation";
}

/// `method-unsupported`, `operation-servers-ignored`, `deprecated-ignored`.
fn unsupported(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for operation in document.operations() {
        if matches!(operation.method, "trace" | "options") {
            let message = format!(
                "`{}` uses the method {}",
                operation.name(),
                operation.method.to_uppercase()
            );
            let span = document.span(&operation.pointer);
            findings.push(Finding::new(&METHOD_UNSUPPORTED, span, message));
        }
    }
    visit(document, &mut |object, at, value| {
        let has_servers = value.get("servers").and_then(Value::as_array).is_some();
        if matches!(object, Object::Operation | Object::PathItem) && has_servers {
            let message = "`servers` of a path or operation is ignored";
            let span = document.span(&format!("{at}/servers"));
            findings.push(Finding::new(&OPERATION_SERVERS_IGNORED, span, message));
        }
        let may = matches!(
            object,
            Object::Operation | Object::Parameter | Object::Schema
        );
        if may && is_true(value, "deprecated") {
            let message = "`deprecated` is ignored";
            let span = document.span(&format!("{at}/deprecated"));
            findings.push(Finding::new(&DEPRECATED_IGNORED, span, message));
        }
    });
    findings
}
