//! What an operation says and the generator does not hear.

use serde_json::Value;

use super::rules::found;
use super::shape::Object;
use super::walk::{is_true, visit};
use crate::document::Document;
use crate::finding::Finding;

/// `method-trace`, `operation-servers-ignored`, `deprecated-ignored`.
pub(super) fn ignored(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    for operation in document.operations() {
        if operation.method == "trace" {
            findings.push(found(
                "method-trace",
                document.span(&operation.pointer),
                format!("`{}` is a TRACE", operation.name()),
            ));
        }
    }
    visit(document, &mut |object, at, value| {
        let has_servers = value.get("servers").and_then(Value::as_array).is_some();
        if matches!(object, Object::Operation | Object::PathItem) && has_servers {
            findings.push(found(
                "operation-servers-ignored",
                document.span(&format!("{at}/servers")),
                "servers of one path are not used",
            ));
        }
        let may = matches!(
            object,
            Object::Operation | Object::Parameter | Object::Schema
        );
        if may && is_true(value, "deprecated") {
            findings.push(found(
                "deprecated-ignored",
                document.span(&format!("{at}/deprecated")),
                "`deprecated` does not reach the generated code",
            ));
        }
    });
    findings
}
