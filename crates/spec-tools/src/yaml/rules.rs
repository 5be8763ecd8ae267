//! Rules about the YAML syntax, reported while parsing.

use crate::rule::{Rule, rules};

rules! {
    Error YAML_SYNTAX = "yaml-syntax", "tools fail, or read it differently",
        "indent with spaces, close brackets and quotes, quote text that contains `: ` or ` #`";
    Error YAML_DOCUMENTS = "yaml-documents", "an OpenAPI description is one YAML document",
        "keep one document per file: remove the `---` and everything after it";
    Error YAML_ANCHOR = "yaml-anchor", "tools that read the spec as JSON lose it",
        "make it a component, and refer to it with `$ref`";
    Error YAML_ALIAS = "yaml-alias", "tools that read the spec as JSON lose it",
        "write `$ref: '#/components/…'`, which every OpenAPI tool supports";
    Error YAML_TAG = "yaml-tag", "tools that read the spec as JSON lose it",
        "remove the tag; quote the value to make it a string";
    Error YAML_KEY = "yaml-key", "tools that read the spec as JSON see another key, or none",
        "quote the key, or remove the `?`, the `[` or the `{`";
    Error YAML_DUPLICATE_KEY = "yaml-duplicate-key", "tools differ in which of the two they use",
        "keep one of the two";
    Error YAML_NUMBER = "yaml-number", "tools read a different number, or fail",
        "quote it if it is text, or write a finite number";
    Error YAML_DEPTH = "yaml-depth", "deep nesting overflows the stack of recursive consumers",
        "move inner schemas to `components`, and refer to them with `$ref`";
}
