//! Rules about the YAML syntax, reported while parsing.

use crate::rule::Rule;

pub(super) static YAML_SYNTAX: Rule = Rule::error(
    "yaml-syntax",
    "tools fail, or read it differently",
    "indent with spaces, close brackets and quotes, quote text that contains `: ` or ` #`",
);

pub(super) static YAML_DOCUMENTS: Rule = Rule::error(
    "yaml-documents",
    "an OpenAPI description is one YAML document",
    "keep one document per file",
);

pub(super) static YAML_ANCHOR: Rule = Rule::error(
    "yaml-anchor",
    "tools that read the spec as JSON lose it",
    "make it a component, and refer to it with `$ref`",
);

pub(super) static YAML_ALIAS: Rule = Rule::error(
    "yaml-alias",
    "tools that read the spec as JSON lose it",
    "write `$ref: '#/components/…'`",
);

pub(super) static YAML_TAG: Rule = Rule::error(
    "yaml-tag",
    "tools that read the spec as JSON lose it",
    "remove the tag; quote the value to make it a string",
);

pub(super) static YAML_KEY: Rule = Rule::error(
    "yaml-key",
    "tools that read the spec as JSON see another key, or none",
    "quote the key",
);

pub(super) static YAML_DUPLICATE_KEY: Rule = Rule::error(
    "yaml-duplicate-key",
    "tools differ in which of the two they use",
    "keep one of the two",
);

pub(super) static YAML_NUMBER: Rule = Rule::error(
    "yaml-number",
    "tools read a different number, or fail",
    "quote it if it is text, or write a finite number",
);

pub(super) static YAML_DEPTH: Rule = Rule::error(
    "yaml-depth",
    "deep nesting overflows the stack of recursive consumers",
    "move inner schemas to `components`",
);

/// All rules about YAML.
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
