//! The result of one revocation, as JSON and as an exit code.

use digilocker::{Error, Revoked, TokenState};
use serde::Serialize;

use crate::cause;
use crate::exit::Exit;

/// The result of one revocation, as `--json` writes it.
#[derive(Debug, Serialize)]
pub(crate) struct Outcome<'a> {
    /// `revoked`, `live`, `unknown` or `not_recognised`.
    #[serde(rename = "outcome")]
    label: &'static str,
    /// Whether the response body confirms the revocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorOutcome<'a>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ErrorOutcome<'a> {
    kind: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    /// The innermost cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    /// With `--verbose`: all causes, outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<f64>,
    retryable: bool,
}

impl<'a> Outcome<'a> {
    pub(crate) fn new(result: &'a Result<Revoked, Error>, is_verbose: bool) -> Self {
        match result {
            Ok(revoked) => Self {
                label: "revoked",
                confirmed: Some(revoked.is_confirmed()),
                id: revoked.id(),
                created_at: revoked.created_at().map(|at| at.to_rfc3339()),
                attempts: revoked.attempts(),
                status: Some(revoked.status().as_u16()),
                request_id: revoked.request_id(),
                error: None,
            },
            Err(error) => Self {
                label: error.token_state().as_str(),
                confirmed: None,
                id: None,
                created_at: None,
                attempts: error.attempts(),
                status: error.status().map(|status| status.as_u16()),
                request_id: error.request_id(),
                error: Some(ErrorOutcome::new(error, is_verbose)),
            },
        }
    }
}

impl<'a> ErrorOutcome<'a> {
    pub(crate) fn new(error: &'a Error, is_verbose: bool) -> Self {
        let sources = cause::sources(error).filter(|_| is_verbose);
        Self {
            kind: error.kind().as_str(),
            text: cause::text(error),
            status: error.status().map(|status| status.as_u16()),
            code: error.code(),
            message: error.message(),
            cause: error.cause(),
            causes: sources.map(ToString::to_string).collect(),
            retry_after: error.retry_after().map(|wait| wait.as_secs_f64()),
            retryable: error.is_retryable(),
        }
    }
}

pub(crate) fn exit(result: &Result<Revoked, Error>) -> Exit {
    match result {
        Ok(_) => Exit::Success,
        Err(error) => match error.token_state() {
            TokenState::Live => Exit::Live,
            TokenState::Unknown => Exit::Unknown,
            TokenState::NotRecognised => Exit::NotRecognised,
        },
    }
}
