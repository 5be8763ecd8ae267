//! What makes an operation a function: an id of its own.

use std::collections::HashMap;

use serde_json::Value;

use super::group::{Context, Group};
use super::names::snake;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

static OPERATION_ID_MISSING: Rule = Rule::error(
    "operation-id-missing",
    "it becomes the client's function, and the generator stops without",
    "say `operationId: verb_noun`",
);

static OPERATION_ID_DUPLICATE: Rule = Rule::error(
    "operation-id-duplicate",
    "each becomes a function of the client, and the generator stops",
    "give each a name of its own",
);

static OPERATION_ID_RESERVED: Rule = Rule::error(
    "operation-id-reserved",
    "the generated client has or calls a function of that name: rustc refuses it",
    "say `verb_noun`",
);

static PATH_ITEM_REF: Rule = Rule::error(
    "path-item-ref",
    "the generator does not follow it, and stops",
    "write the operations here",
);

pub(super) const OPERATION_IDS: Group = Group {
    rules: &[
        &OPERATION_ID_MISSING,
        &OPERATION_ID_DUPLICATE,
        &OPERATION_ID_RESERVED,
    ],
    check: operation_ids,
};

pub(super) const PATH_ITEM_REFERENCES: Group = Group {
    rules: &[&PATH_ITEM_REF],
    check: path_item_references,
};

/// The client's constructors, and functions of its traits that each generated function calls.
const RESERVED: [&str; 6] = [
    "new",
    "new_with_client",
    "pre",
    "exec",
    "post",
    "api_version",
];

/// `operation-id-missing`, `operation-id-duplicate`, `operation-id-reserved`.
fn operation_ids(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let mut findings = Vec::new();
    let mut seen: HashMap<&str, String> = HashMap::new();
    for operation in document.operations() {
        let at = format!("{}/operationId", operation.pointer);
        let Some(id) = operation.value.get("operationId").and_then(Value::as_str) else {
            findings.push(Finding::new(
                &OPERATION_ID_MISSING,
                document.span(&operation.pointer),
                format!("`{}` has no `operationId`", operation.name()),
            ));
            continue;
        };
        let rust = snake(id);
        if RESERVED.contains(&rust.as_str()) {
            findings.push(Finding::new(
                &OPERATION_ID_RESERVED,
                document.span(&at),
                format!("the client has a function `{rust}` of its own"),
            ));
        }
        match seen.get(id) {
            None => {
                seen.insert(id, at);
            }
            Some(first) => findings.push(
                Finding::new(
                    &OPERATION_ID_DUPLICATE,
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
fn path_item_references(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let paths = document.value.get("paths").and_then(Value::as_object);
    paths
        .into_iter()
        .flatten()
        .filter(|(_, item)| item.get("$ref").is_some())
        .map(|(path, _)| {
            let at = format!("/paths/{}/$ref", escape(path));
            Finding::new(
                &PATH_ITEM_REF,
                document.span(&at),
                format!("the operations of `{path}` are by reference"),
            )
            .help("write the operations here")
        })
        .collect()
}
