//! Operation ids, which become function names.

use std::collections::HashMap;

use serde_json::Value;

use super::group::{Context, group};
use super::walk::entries;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

group! {
    operation_ids, paths;

    Error OPERATION_ID_MISSING = "operation-id-missing",
        "it becomes the name of the client's function: the generator fails without it",
        "add `operationId: verb_noun`";
    Error OPERATION_ID_DUPLICATE = "operation-id-duplicate",
        "each id becomes a function name: the generator fails at a second one",
        "use a different id for each operation";
    Error PATH_SLASH = "path-slash", "the generator drops such a path, and its operations with it",
        "start it with `/`";
    Error PATH_ITEM_REF = "path-item-ref", "the generator does not follow it, and fails",
        "write the operations here";
}

/// `operation-id-missing`, `operation-id-duplicate`.
fn operation_ids(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    let mut seen: HashMap<&str, String> = HashMap::new();
    for operation in document.operations() {
        let at = format!("{}/operationId", operation.pointer);
        let Some(id) = operation.value.get("operationId").and_then(Value::as_str) else {
            let message = format!("`{}` has no `operationId`", operation.name());
            let span = document.span(&operation.pointer);
            findings.push(Finding::new(&OPERATION_ID_MISSING, span, message));
            continue;
        };
        match seen.get(id) {
            None => {
                seen.insert(id, at);
            }
            Some(first) => findings.push(
                Finding::new(
                    &OPERATION_ID_DUPLICATE,
                    document.span(&at),
                    format!("two operations have the id `{id}`"),
                )
                .related(document.span(first), "the first one"),
            ),
        }
    }
    findings
}

/// `path-slash`, `path-item-ref`.
fn paths(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    for (path, item) in entries(&document.value, "paths") {
        let at = format!("/paths/{}", escape(path));
        if !path.starts_with('/') && !path.starts_with("x-") {
            let message = format!("the path `{path}` does not start with a slash");
            findings.push(Finding::new(&PATH_SLASH, document.span(&at), message));
        }
        if item.get("$ref").is_some() {
            let message = format!("the path item `{path}` is a reference");
            let span = document.span(&format!("{at}/$ref"));
            findings.push(Finding::new(&PATH_ITEM_REF, span, message));
        }
    }
    findings
}
