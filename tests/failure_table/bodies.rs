//! Bodies shared by several sections of the table.

use crate::response;

/// The success body of the published reference.
pub(super) const DOCUMENTED: &str =
    r#"{"success": true, "data": {"id": "abc123", "created_at": "2025-01-01T00:00:00Z"}}"#;

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
