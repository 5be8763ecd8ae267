//! The errors that the sandbox itself answers with.

use serde_json::{Value, json};

/// A refusal, in both of the languages that DigiLocker's endpoints speak.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// The code in the documented envelope.
    code: &'static str,
    /// The code in the form of RFC 6749 section 5.2.
    error: &'static str,
    message: &'static str,
}

impl Refusal {
    pub(crate) const INVALID_REQUEST: Self = Self {
        status: 400,
        code: "VALIDATION_ERROR",
        error: "invalid_request",
        message: "Invalid request parameters",
    };
    pub(crate) const INVALID_TOKEN: Self =
        Self::plain(400, "invalid_token", "The token is invalid");
    pub(crate) const INVALID_CLIENT: Self =
        Self::plain(401, "invalid_client", "Client authentication failed");
    pub(crate) const NOT_FOUND: Self = Self::plain(404, "not_found", "There is nothing here");
    pub(crate) const METHOD_NOT_ALLOWED: Self =
        Self::plain(405, "method_not_allowed", "The method is not allowed here");
    pub(crate) const NOT_ACCEPTABLE: Self =
        Self::plain(406, "not_acceptable", "Only JSON can be answered");
    pub(crate) const UNSUPPORTED_MEDIA_TYPE: Self = Self::plain(
        415,
        "unsupported_media_type",
        "The body must be JSON or a form",
    );

    const fn plain(status: u16, code: &'static str, message: &'static str) -> Self {
        Self {
            status,
            code,
            error: code,
            message,
        }
    }

    pub(crate) fn body(&self, rfc6749: bool) -> Value {
        if rfc6749 {
            rfc6749_body(self.error, self.message)
        } else {
            envelope(self.code, self.message)
        }
    }
}

/// The documented error envelope.
pub(crate) fn envelope(code: &str, message: &str) -> Value {
    json!({ "success": false, "error": { "code": code, "message": message } })
}

/// The error form of RFC 6749 section 5.2.
pub(crate) fn rfc6749_body(error: &str, description: &str) -> Value {
    json!({ "error": error, "error_description": description })
}
