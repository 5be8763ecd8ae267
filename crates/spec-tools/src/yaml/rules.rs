//! Rules about YAML as a form of JSON. The parser reports them.

use crate::rule::Rule;

pub(super) static YAML_SYNTAX: Rule = Rule::error(
    "yaml-syntax",
    "tools would stop, or each read something else",
    "indent with spaces, close what is opened, quote text that holds `: ` or ` #`",
);

pub(super) static YAML_DOCUMENTS: Rule = Rule::error(
    "yaml-documents",
    "an OpenAPI document is one document",
    "keep one document a file",
);

pub(super) static YAML_ANCHOR: Rule = Rule::error(
    "yaml-anchor",
    "tools that read the spec as JSON do not see it",
    "make it a component and refer to it by `$ref`",
);

pub(super) static YAML_ALIAS: Rule = Rule::error(
    "yaml-alias",
    "tools that read the spec as JSON do not see it",
    "write `$ref: '#/components/…'`",
);

pub(super) static YAML_TAG: Rule = Rule::error(
    "yaml-tag",
    "tools that read the spec as JSON do not see it",
    "leave the tag out; quote the value to make it a string",
);

pub(super) static YAML_KEY: Rule = Rule::error(
    "yaml-key",
    "tools that read the spec as JSON see another key, or none",
    "quote the key",
);

pub(super) static YAML_DUPLICATE_KEY: Rule = Rule::error(
    "yaml-duplicate-key",
    "which of the two counts depends on the tool",
    "keep one of the two",
);

pub(super) static YAML_NUMBER: Rule = Rule::error(
    "yaml-number",
    "tools read another number, or fail",
    "quote it if it is text, or write a finite number",
);

pub(super) static YAML_DEPTH: Rule = Rule::error(
    "yaml-depth",
    "deep nesting overflows the stack of recursive consumers",
    "move inner schemas to `components`",
);

/// All of them.
pub const RULES: &[&Rule] = &[
    &YAML_SYNTAX,
    &YAML_DOCUMENTS,
    &YAML_ANCHOR,
    &YAML_ALIAS,
    &YAML_TAG,
    &YAML_KEY,
    &YAML_DUPLICATE_KEY,
    &YAML_NUMBER,
    &YAML_DEPTH,
];
