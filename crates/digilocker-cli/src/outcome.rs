//! The result of one revocation, as JSON and as an exit code.

use digilocker::{Error, Revoked};
use serde_json::{Value, json};

use crate::cause;
use crate::exit::Exit;
use crate::journal::Outcome;

/// The result as `--json` writes it. `is_verbose` adds all causes to the error.
pub(crate) fn json(result: &Result<Revoked, Error>, is_verbose: bool) -> Value {
    let (revoked, error) = (result.as_ref().ok(), result.as_ref().err());
    let status = revoked
        .map(Revoked::status)
        .or(error.and_then(Error::status));
    let request_id = revoked
        .and_then(Revoked::request_id)
        .or(error.and_then(Error::request_id));
    without_nulls(json!({
        "outcome": Outcome::of(result).as_str(),
        "confirmed": revoked.map(Revoked::is_confirmed),
        "id": revoked.and_then(Revoked::id),
        "created_at": revoked.and_then(Revoked::created_at).map(|at| at.to_rfc3339()),
        "attempts": revoked.map(Revoked::attempts).or(error.map(Error::attempts)),
        "status": status.map(|status| status.as_u16()),
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
