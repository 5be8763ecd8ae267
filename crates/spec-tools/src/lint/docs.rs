//! Documentation: `info`, descriptions, tags, and unused components.

use std::collections::HashSet;

use serde_json::Value;

use super::group::{Context, Group};
use super::walk::{entries, strings};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::escape;

static INFO_DESCRIPTION_MISSING: Rule = Rule::warning(
    "info-description-missing",
    "it becomes the documentation of the client",
    "describe what the API is for",
);

static INFO_LICENSE_MISSING: Rule = Rule::warning(
    "info-license-missing",
    "the terms of use of the document are unknown",
    "add `info.license`",
);

static INFO_CONTACT_MISSING: Rule = Rule::warning(
    "info-contact-missing",
    "readers do not know whom to ask",
    "add `info.contact`",
);

static OPERATION_DESCRIPTION_MISSING: Rule = Rule::warning(
    "operation-description-missing",
    "it becomes the documentation of the function",
    "describe the operation in `summary` or `description`",
);

static OPERATION_TAG_MISSING: Rule = Rule::warning(
    "operation-tag-missing",
    "documentation is grouped by tags",
    "give it one of the document's `tags`",
);

static OPERATION_TAG_UNKNOWN: Rule = Rule::warning(
    "operation-tag-unknown",
    "the tag has no description",
    "declare it in the document's `tags`",
);

static COMPONENT_UNUSED: Rule = Rule::warning(
    "component-unused",
    "no operation uses it; an unused schema still becomes a type",
    "remove it, or refer to it",
);

pub(super) const INFO: Group = Group {
    rules: &[
        &INFO_DESCRIPTION_MISSING,
        &INFO_LICENSE_MISSING,
        &INFO_CONTACT_MISSING,
    ],
    check: info,
};

pub(super) const OPERATIONS: Group = Group {
    rules: &[
        &OPERATION_DESCRIPTION_MISSING,
        &OPERATION_TAG_MISSING,
        &OPERATION_TAG_UNKNOWN,
    ],
    check: operations,
};

pub(super) const COMPONENTS: Group = Group {
    rules: &[&COMPONENT_UNUSED],
    check: components,
};

/// `info-description-missing`, `info-license-missing`, `info-contact-missing`.
fn info(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    [
        ("description", &INFO_DESCRIPTION_MISSING),
        ("license", &INFO_LICENSE_MISSING),
        ("contact", &INFO_CONTACT_MISSING),
    ]
    .into_iter()
    .filter(|(field, _)| document.value.pointer(&format!("/info/{field}")).is_none())
    .map(|(field, rule)| {
        Finding::new(
            rule,
            document.span("/info"),
            format!("`info` has no `{field}`"),
        )
    })
    .collect()
}

/// `operation-description-missing`, `operation-tag-missing`, `operation-tag-unknown`.
fn operations(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let tags = document.value.get("tags").and_then(Value::as_array);
    let known: HashSet<_> = tags
        .into_iter()
        .flatten()
        .filter_map(|tag| tag.get("name")?.as_str())
        .collect();
    let mut findings = Vec::new();
    for operation in document.operations() {
        let has = |field| operation.value.get(field).is_some();
        if !has("summary") && !has("description") {
            findings.push(Finding::new(
                &OPERATION_DESCRIPTION_MISSING,
                document.span(&operation.pointer),
                format!("`{}` has no description", operation.name()),
            ));
        }
        if strings(operation.value, "tags").next().is_none() {
            findings.push(Finding::new(
                &OPERATION_TAG_MISSING,
                document.span(&operation.pointer),
                format!("`{}` has no tag", operation.name()),
            ));
        }
        for (index, tag) in strings(operation.value, "tags").enumerate() {
            if !known.contains(tag) {
                findings.push(Finding::new(
                    &OPERATION_TAG_UNKNOWN,
                    document.span(&format!("{}/tags/{index}", operation.pointer)),
                    format!("the tag `{tag}` is not declared"),
                ));
            }
        }
    }
    findings
}

/// `component-unused`.
fn components(context: &Context<'_>) -> Vec<Finding> {
    let document = context.document;
    let components = document.value.get("components").unwrap_or(&Value::Null);
    let mut findings = Vec::new();
    for kind in [
        "schemas",
        "responses",
        "parameters",
        "requestBodies",
        "headers",
        "examples",
    ] {
        for (name, _) in entries(components, kind) {
            let at = format!("/components/{kind}/{}", escape(name));
            if !context.references.contains(format!("#{at}").as_str()) {
                findings.push(Finding::new(
                    &COMPONENT_UNUSED,
                    document.span(&at),
                    format!("nothing refers to `{name}`"),
                ));
            }
        }
    }
    findings
}
