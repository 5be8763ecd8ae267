//! Operation ids, which become function names.

use std::collections::HashMap;

use serde_json::Value;

use super::group::{Context, Group};
use super::names::snake;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

static OPERATION_ID_MISSING: Rule = Rule::error(
    "operation-id-missing",
    "it becomes the name of the client's function: the generator fails without it",
    "add `operationId: verb_noun`",
);

static OPERATION_ID_DUPLICATE: Rule = Rule::error(
    "operation-id-duplicate",
    "each id becomes a function name: the generator fails at a second one",
    "use a different id for each operation",
);

static OPERATION_ID_RESERVED: Rule = Rule::error(
    "operation-id-reserved",
    "generated code defines or calls a function of that name: it does not compile",
    "use a name like `verb_noun`",
);

static PATH_ITEM_REF: Rule = Rule::error(
    "path-item-ref",
    "the generator does not follow it, and fails",
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

/// The client's constructors, and trait functions that each generated function calls.
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
                format!("`{rust}` is a function of every generated client"),
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
                    format!("two operations have the id `{id}`"),
                )
                .related(document.span(first), "the first one")
                .help("use a different id for each operation"),
            ),
        }
    }
    findings
}

/// `path-item-ref`.
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
                format!("the path item `{path}` is a reference"),
            )
        })
        .collect()
}
