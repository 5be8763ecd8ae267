//! The errors that the sandbox itself sends.

use http::StatusCode;
use serde_json::Value;

use crate::contract::Contract;
use crate::dialect::Dialect;

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
        let is_invalid_token = |example: &&Value| example["error"]["code"] == INVALID_TOKEN;
        let example = match self {
            Self::InvalidToken => examples.iter().find(is_invalid_token),
            _ => examples.iter().find(|example| !is_invalid_token(example)),
        };
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
