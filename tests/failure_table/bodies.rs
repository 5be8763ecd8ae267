//! Bodies shared by several sections of the table.

use std::sync::LazyLock;

use xtask::exposure::{operation, resolve};

use crate::{SPEC, response};

/// The success body of the spec.
pub(super) static DOCUMENTED: LazyLock<String> = LazyLock::new(|| {
    let success = resolve(&SPEC, &operation(&SPEC).unwrap()["responses"]["200"]);
    let examples = &success["content"]["application/json"]["examples"];
    let example = examples.as_object().unwrap().values().next().unwrap();
    resolve(&SPEC, example)["value"].to_string()
});

/// The header of a JSON body.
pub(super) const JSON: &[&str] = &["content-type: application/json"];

/// The error body of the published reference, with this code.
pub(super) fn documented_error(code: &str) -> String {
    format!(r#"{{"success": false, "error": {{"code": "{code}", "message": "m"}}}}"#)
}

/// The error body of RFC 6749 §5.2, with this code.
pub(super) fn oauth_error(code: &str) -> String {
    format!(r#"{{"error": "{code}", "error_description": "d"}}"#)
}

/// A 200 with a JSON body.
pub(super) fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    response(200, JSON, body)
}
