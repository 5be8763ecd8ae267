//! What an operation says and the generator does not hear.

use serde_json::Value;

use super::group::{Context, Group};
use super::structure::Object;
use super::walk::{is_true, visit};
use crate::finding::Finding;
use crate::rule::Rule;

static METHOD_UNSUPPORTED: Rule = Rule::error(
    "method-unsupported",
    "reqwest has no method for it: rustc refuses it",
    "leave it out of the spec",
);

static OPERATION_SERVERS_IGNORED: Rule = Rule::warning(
    "operation-servers-ignored",
    "the client has one base URL for all operations",
    "declare servers at the top",
);

static DEPRECATED_IGNORED: Rule = Rule::warning(
    "deprecated-ignored",
    "nobody who uses the client is told",
    "say it in the `description`, which becomes documentation",
);

pub(super) const UNSUPPORTED: Group = Group {
    rules: &[
        &METHOD_UNSUPPORTED,
        &OPERATION_SERVERS_IGNORED,
        &DEPRECATED_IGNORED,
    ],
    check: unsupported,
};

/// `method-unsupported`, `operation-servers-ignored`, `deprecated-ignored`.
fn unsupported(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for operation in document.operations() {
        if matches!(operation.method, "trace" | "options") {
            findings.push(Finding::new(
                &METHOD_UNSUPPORTED,
                document.span(&operation.pointer),
                format!(
                    "`{}` is called by {}",
                    operation.name(),
                    operation.method.to_uppercase()
                ),
            ));
        }
    }
    visit(document, &mut |object, at, value| {
        let has_servers = value.get("servers").and_then(Value::as_array).is_some();
        if matches!(object, Object::Operation | Object::PathItem) && has_servers {
            findings.push(Finding::new(
                &OPERATION_SERVERS_IGNORED,
                document.span(&format!("{at}/servers")),
                "servers of one path are not used",
            ));
        }
        let may = matches!(
            object,
            Object::Operation | Object::Parameter | Object::Schema
        );
        if may && is_true(value, "deprecated") {
            findings.push(Finding::new(
                &DEPRECATED_IGNORED,
                document.span(&format!("{at}/deprecated")),
                "`deprecated` does not reach the generated code",
            ));
        }
    });
    findings
}
