//! What makes an operation a function: an id of its own.

use std::collections::HashMap;

use serde_json::Value;

use crate::document::Document;
use crate::finding::Finding;
use crate::yaml::escape;

/// `operation-id-missing`, `operation-id-duplicate`.
pub(super) fn operation_ids(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: HashMap<&str, String> = HashMap::new();
    for operation in document.operations() {
        let at = format!("{}/operationId", operation.pointer);
        let Some(id) = operation.value.get("operationId").and_then(Value::as_str) else {
            findings.push(
                Finding::error(
                    "operation-id-missing",
                    document.span(&operation.pointer),
                    format!("`{}` has no `operationId`", operation.name()),
                )
                .help("the id becomes the client's function: say `operationId: verb_noun`"),
            );
            continue;
        };
        match seen.get(id) {
            None => {
                seen.insert(id, at);
            }
            Some(first) => findings.push(
                Finding::error(
                    "operation-id-duplicate",
                    document.span(&at),
                    format!("two operations are called `{id}`"),
                )
                .related(document.span(first), "the first one")
                .help("each becomes a function of the client: give each a name of its own"),
            ),
        }
    }
    findings
}

/// `path-item-ref`: the generator does not follow a `$ref` in place of a path item.
pub(super) fn path_item_references(document: &Document) -> Vec<Finding> {
    let paths = document.value.get("paths").and_then(Value::as_object);
    paths
        .into_iter()
        .flatten()
        .filter(|(_, item)| item.get("$ref").is_some())
        .map(|(path, _)| {
            let at = format!("/paths/{}/$ref", escape(path));
            Finding::error(
                "path-item-ref",
                document.span(&at),
                format!("the operations of `{path}` are by reference, which the generator does not follow"),
            )
            .help("write the operations here")
        })
        .collect()
}
