//! Names in every position that becomes a Rust name.

use super::parts::{Parts, Sample, json};

/// Names that generated code uses itself, and names that change in Rust's case styles.
pub(super) const NAMES: &[&str] = &[
    "new",
    "new_with_client",
    "pre",
    "exec",
    "post",
    "api_version",
    "baseurl",
    "client",
    "inner",
    "header_map",
    "info",
    "value",
    "request",
    "response",
    "result",
    "url",
    "body",
    "query",
    "self",
    "send",
    "stream",
    "into_inner",
    "mock",
    "when",
    "then",
    "config_fn",
    "types",
    "type",
    "Self",
    "async",
    "crate",
    "super",
    "extra",
    "error",
    "builder",
    "prelude",
    "operations",
    "status",
    "re",
    "ok",
    "err",
    "some",
    "none",
    "clone",
    "default",
    "from",
    "String",
    "Option",
    "Result",
    "Vec",
    "Box",
    "Error",
    "Client",
    "ResponseValue",
    "ByteStream",
    "id",
    "X-Id",
    "page_token",
    "$top",
    "filter[name]",
    "1st",
    "a b",
];

pub(super) fn samples(samples: &mut Vec<Sample>) {
    let string = "{type: string}";
    for name in NAMES {
        let object = format!("{{type: object, properties: {{'{name}': {string}}}}}");
        let in_path = format!("/parcels/{{{name}}}");
        samples.extend([
            Parts::new()
                .operation_id(name)
                .sample(format!("operation `{name}`")),
            Parts::new()
                .parameter("query", name, false, string)
                .sample(format!("query parameter `{name}`")),
            Parts::new()
                .parameter("header", name, false, string)
                .sample(format!("header parameter `{name}`")),
            Parts::new()
                .path(&in_path)
                .parameter("path", name, true, string)
                .sample(format!("path parameter `{name}`")),
            Parts::new()
                .schema(name, "{type: object, properties: {a: {type: string}}}")
                .sample(format!("schema `{name}`")),
            Parts::new()
                .schema(name, string)
                .sample(format!("schema `{name}` of strings")),
            Parts::new()
                .body(Some(json(&object)))
                .sample(format!("property `{name}`")),
        ]);
    }
}
