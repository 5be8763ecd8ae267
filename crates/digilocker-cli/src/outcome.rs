//! The result of one call: what it means for the token, as JSON, and as an exit code.

use digilocker::{Error, Revoked, TokenState};
use serde_json::{Value, json};

use crate::cause;
use crate::exit::Exit;

/// The outcome of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Revoked,
    NotRecognised,
    Live,
    Unknown,
}

impl Outcome {
    pub(crate) const ALL: [Self; 4] = [
        Self::Revoked,
        Self::NotRecognised,
        Self::Live,
        Self::Unknown,
    ];

    pub(crate) fn of(result: &Result<Revoked, Error>) -> Self {
        match result.as_ref().map_err(Error::token_state) {
            Ok(_) => Self::Revoked,
            Err(TokenState::NotRecognised) => Self::NotRecognised,
            Err(TokenState::Live) => Self::Live,
            Err(TokenState::Unknown) => Self::Unknown,
        }
    }

    /// Whether nothing is left to do for the token.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Revoked | Self::NotRecognised)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::NotRecognised => "not_recognised",
            Self::Live => "live",
            Self::Unknown => "unknown",
        }
    }
}

/// Of the last response.
pub(crate) fn status(result: &Result<Revoked, Error>) -> Option<u16> {
    let status = result
        .as_ref()
        .map_or_else(Error::status, |revoked| Some(revoked.status()));
    status.map(|status| status.as_u16())
}

pub(crate) fn attempts(result: &Result<Revoked, Error>) -> u32 {
    result
        .as_ref()
        .map_or_else(Error::attempts, Revoked::attempts)
}

/// The result as `--json` writes it. `is_verbose` adds all causes to the error.
pub(crate) fn json(result: &Result<Revoked, Error>, is_verbose: bool) -> Value {
    let (revoked, error) = (result.as_ref().ok(), result.as_ref().err());
    let request_id = revoked
        .and_then(Revoked::request_id)
        .or(error.and_then(Error::request_id));
    without_nulls(json!({
        "outcome": Outcome::of(result).as_str(),
        "confirmed": revoked.map(Revoked::is_confirmed),
        "id": revoked.and_then(Revoked::id),
        "created_at": revoked.and_then(Revoked::created_at).map(|at| at.to_rfc3339()),
        "attempts": attempts(result),
        "status": status(result),
        "request_id": request_id,
        "error": error.map(|error| error_json(error, is_verbose)),
    }))
}

pub(crate) fn error_json(error: &Error, is_verbose: bool) -> Value {
    let causes = || {
        cause::sources(error)
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    without_nulls(json!({
        "kind": error.kind().as_str(),
        "text": cause::text(error),
        "status": error.status().map(|status| status.as_u16()),
        "code": error.code(),
        "message": error.message(),
        "cause": error.cause(),
        "causes": is_verbose.then(causes),
        "retry_after": error.retry_after().map(|wait| wait.as_secs_f64()),
        "retryable": error.is_retryable(),
    }))
}

fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, value| !value.is_null());
    }
    value
}

pub(crate) fn exit(result: &Result<Revoked, Error>) -> Exit {
    match Outcome::of(result) {
        Outcome::Revoked => Exit::Success,
        Outcome::Live => Exit::Live,
        Outcome::Unknown => Exit::Unknown,
        Outcome::NotRecognised => Exit::NotRecognised,
    }
}
