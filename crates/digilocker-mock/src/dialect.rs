//! The formats of responses, and the errors that the sandbox itself sends.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use http::StatusCode;
use serde_json::{Value, json};
use strum::{Display, EnumString, VariantNames};

use crate::contract::Contract;
use crate::error::SandboxError;

/// The format of the sandbox's responses; see
/// [`SandboxBuilder::dialect`](crate::SandboxBuilder::dialect). All dialects use the same statuses.
///
/// | dialect | success (200) | error | also in its contract |
/// |---|---|---|---|
/// | `documented` | `{"success": true, "data": {…}}` | `{"success": false, "error": {…}}` | |
/// | `rfc6749` | an empty body (RFC 7009 section 2.2) | `{"error": …, "error_description": …}` (RFC 6749 section 5.2) | forms |
/// | `partner` | `{"revoked": true}` | `{"revoked": false}` | forms, credentials in the body |
///
/// The client `digilocker` classifies them as follows:
///
/// | dialect | success | unknown token (400) |
/// |---|---|---|
/// | `documented` | `is_confirmed()` | `InvalidToken`, `NotRecognised` |
/// | `rfc6749` | not confirmed: the body is empty | `InvalidToken`, `NotRecognised` |
/// | `partner` | `is_confirmed()` | `InvalidRequest`, `Live`: the body has no code |
///
/// ```
/// use digilocker_mock::{Dialect, Sandbox};
///
/// let dialect: Dialect = "partner".parse()?;
/// let sandbox = Sandbox::builder().dialect(dialect).start();
/// # let response = reqwest::blocking::Client::new()
/// #     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
/// #     .form(&[("token", "unknown")])
/// #     .send()?;
/// # assert_eq!(response.text()?, r#"{"revoked":false}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumString, VariantNames)]
#[strum(serialize_all = "lowercase", parse_err_ty = SandboxError, parse_err_fn = unknown)]
#[non_exhaustive]
pub enum Dialect {
    /// The published format, which is in the spec. Only these responses are validated against the spec.
    #[default]
    Documented,
    /// The format of OAuth 2.0. Errors of DigiLocker's other endpoints have it.
    Rfc6749,
    /// The format that a production partner's client expects.
    Partner,
}

impl Dialect {
    /// The body of a success. `None` if it is empty.
    pub(crate) fn success(self, revocation: u64) -> Option<Value> {
        match self {
            Self::Documented => {
                let mut body = Contract::get().examples(200).first()?.clone();
                let now = DateTime::<Utc>::from(SystemTime::now());
                let now = now.to_rfc3339_opts(SecondsFormat::Millis, true);
                set(&mut body, "/data/id", &format!("revocation-{revocation}"));
                set(&mut body, "/data/created_at", &now);
                Some(body)
            }
            Self::Rfc6749 => None,
            Self::Partner => Some(json!({ "revoked": true })),
        }
    }

    pub(crate) fn error(self, code: &str, message: &str) -> Value {
        match self {
            Self::Documented => {
                let mut body = Contract::get().error_example().cloned().unwrap_or_default();
                set(&mut body, "/error/code", code);
                set(&mut body, "/error/message", message);
                body
            }
            Self::Rfc6749 => json!({ "error": code, "error_description": message }),
            Self::Partner => json!({ "revoked": false }),
        }
    }

    /// An example of the spec, in this dialect.
    pub(crate) fn translate(self, status: StatusCode, example: &Value) -> Option<Value> {
        let text = |name| example["error"][name].as_str().unwrap_or_default();
        match self {
            Self::Documented => Some(example.clone()),
            _ if status.is_success() => self.success(0),
            _ => Some(self.error(text("code"), text("message"))),
        }
    }
}

/// Replaces a member of an example. All others stay as the spec has them.
fn set(body: &mut Value, pointer: &str, text: &str) {
    if let Some(place) = body.pointer_mut(pointer) {
        *place = text.into();
    }
}

fn unknown(_: &str) -> SandboxError {
    let names = Dialect::VARIANTS.join("`, `");
    SandboxError(format!("unknown dialect: use one of `{names}`"))
}

/// The errors that the sandbox itself sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    InvalidRequest,
    InvalidToken,
    InvalidClient,
    /// HTTP itself refuses the request.
    Http(StatusCode),
}

const INVALID_TOKEN: &str = "invalid_token";

impl Refusal {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::InvalidRequest | Self::InvalidToken => StatusCode::BAD_REQUEST,
            Self::InvalidClient => StatusCode::UNAUTHORIZED,
            Self::Http(status) => status,
        }
    }

    /// In the documented dialect, the spec's example if it fits; else the code of RFC 6749 section 5.2, or
    /// the name of the status.
    pub(crate) fn body(self, dialect: Dialect) -> Value {
        let examples = Contract::get().examples(self.status().as_u16());
        let fits = |example: &&Value| {
            (example["error"]["code"] == INVALID_TOKEN) == (self == Self::InvalidToken)
        };
        let example = examples.iter().find(fits);
        if let Some(example) = example.filter(|_| dialect == Dialect::Documented) {
            return example.clone();
        }
        match self {
            Self::InvalidRequest => dialect.error("invalid_request", "The request is invalid"),
            Self::InvalidToken => dialect.error(INVALID_TOKEN, "The token is invalid"),
            Self::InvalidClient => dialect.error("invalid_client", "Client authentication failed"),
            Self::Http(status) => {
                let name = status.canonical_reason().unwrap_or_default();
                let code = name.to_ascii_lowercase().replace(' ', "_");
                dialect.error(&code, name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_and_from_str_round_trip() {
        for dialect in [Dialect::Documented, Dialect::Rfc6749, Dialect::Partner] {
            assert_eq!(dialect.to_string().parse(), Ok(dialect));
        }
        let error = "Partner"
            .parse::<Dialect>()
            .map_err(|error| error.to_string());
        let expected = "unknown dialect: use one of `documented`, `rfc6749`, `partner`";
        assert_eq!(error, Err(expected.to_owned()));
    }
}
