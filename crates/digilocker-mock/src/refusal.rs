//! The errors that the sandbox itself sends.

use serde_json::Value;

use crate::dialect::Dialect;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    InvalidRequest,
    InvalidToken,
    InvalidClient,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    ContentTooLarge,
    UnsupportedMediaType,
}

/// The statuses that the sandbox sends and that are not in the spec, each with its reason.
pub(crate) const STATUSES_NOT_IN_SPEC: [(u16, &str); 5] = [
    (404, "the path is not in the spec: RFC 9110 section 15.5.5"),
    (
        405,
        "the method is not in the spec: RFC 9110 section 15.5.6",
    ),
    (406, "`Accept` excludes JSON: RFC 9110 section 15.5.7"),
    (
        413,
        "the body is larger than 1 MiB: RFC 9110 section 15.5.14",
    ),
    (
        415,
        "the body is neither JSON nor a form: RFC 9110 section 15.5.16",
    ),
];

impl Refusal {
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::InvalidRequest | Self::InvalidToken => 400,
            Self::InvalidClient => 401,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::NotAcceptable => 406,
            Self::ContentTooLarge => 413,
            Self::UnsupportedMediaType => 415,
        }
    }

    pub(crate) fn body(self, dialect: Dialect) -> Value {
        let (code, message) = match self {
            Self::InvalidRequest => {
                let code = match dialect {
                    Dialect::Documented => "VALIDATION_ERROR",
                    Dialect::Rfc6749 | Dialect::Partner => "invalid_request",
                };
                (code, "Invalid request parameters")
            }
            Self::InvalidToken => ("invalid_token", "The token is invalid"),
            Self::InvalidClient => ("invalid_client", "Client authentication failed"),
            Self::NotFound => ("not_found", "The path does not exist"),
            Self::MethodNotAllowed => ("method_not_allowed", "The method is not allowed"),
            Self::NotAcceptable => ("not_acceptable", "Responses are JSON only"),
            Self::ContentTooLarge => ("content_too_large", "The body is too large"),
            Self::UnsupportedMediaType => {
                let message = "The body must be JSON or a form";
                ("unsupported_media_type", message)
            }
        };
        dialect.error(code, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;

    const ALL: [Refusal; 8] = [
        Refusal::InvalidRequest,
        Refusal::InvalidToken,
        Refusal::InvalidClient,
        Refusal::NotFound,
        Refusal::MethodNotAllowed,
        Refusal::NotAcceptable,
        Refusal::ContentTooLarge,
        Refusal::UnsupportedMediaType,
    ];

    #[test]
    fn every_status_is_in_the_spec_or_a_named_exception() {
        let exception = |status| {
            STATUSES_NOT_IN_SPEC
                .iter()
                .any(|(known, _)| *known == status)
        };
        for refusal in ALL {
            let status = refusal.status();
            let in_spec = Contract::get().statuses().any(|known| known == status);
            assert_ne!(in_spec, exception(status), "{refusal:?}");
        }
        for (status, reason) in STATUSES_NOT_IN_SPEC {
            assert!(
                ALL.iter().any(|refusal| refusal.status() == status),
                "{reason}"
            );
            // The table in the documentation.
            let row = format!("//! | {status} | {reason} |");
            assert!(include_str!("lib.rs").contains(&row), "{row}");
        }
    }
}
