//! The expected result of a row.

use std::time::Duration;

use digilocker::{Error, ErrorKind, Revoked, TokenState};

/// The result of a call, without messages.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// `Ok`.
    Revoked {
        /// `Revoked::status`.
        status: u16,
        /// `Revoked::attempts`.
        attempts: u32,
        /// `Revoked::is_confirmed`.
        is_confirmed: bool,
    },
    /// `Err`.
    Failed(Failure),
}

/// The accessors of an error.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "named like the accessors of `digilocker::Error`"
)]
pub struct Failure {
    pub kind: ErrorKind,
    pub status: Option<u16>,
    pub code: Option<String>,
    pub retry_after: Option<Duration>,
    pub attempts: u32,
    pub is_retryable: bool,
    pub token_state: TokenState,
}

/// A success that the body does not confirm.
pub(super) fn revoked(status: u16, attempts: u32) -> Outcome {
    Outcome::Revoked {
        status,
        attempts,
        is_confirmed: false,
    }
}

/// A success that the body confirms.
pub(super) fn confirmed(status: u16, attempts: u32) -> Outcome {
    Outcome::Revoked {
        status,
        attempts,
        is_confirmed: true,
    }
}

/// A failure without an error code and without `Retry-After`.
pub(super) fn failed(
    kind: ErrorKind,
    status: impl Into<Option<u16>>,
    attempts: u32,
    is_retryable: bool,
    token_state: TokenState,
) -> Outcome {
    Outcome::Failed(Failure {
        kind,
        status: status.into(),
        code: None,
        retry_after: None,
        attempts,
        is_retryable,
        token_state,
    })
}

impl Outcome {
    pub(super) fn code(mut self, code: &str) -> Self {
        if let Self::Failed(failure) = &mut self {
            failure.code = Some(code.to_owned());
        }
        self
    }

    pub(super) fn retry_after(mut self, seconds: u64) -> Self {
        if let Self::Failed(failure) = &mut self {
            failure.retry_after = Some(Duration::from_secs(seconds));
        }
        self
    }
}

impl From<Result<Revoked, Error>> for Outcome {
    fn from(result: Result<Revoked, Error>) -> Self {
        match result {
            Ok(revoked) => Self::Revoked {
                status: revoked.status().as_u16(),
                attempts: revoked.attempts(),
                is_confirmed: revoked.is_confirmed(),
            },
            Err(error) => Self::Failed(Failure {
                kind: error.kind(),
                status: error.status().map(|status| status.as_u16()),
                code: error.code().map(str::to_owned),
                retry_after: error.retry_after(),
                attempts: error.attempts(),
                is_retryable: error.is_retryable(),
                token_state: error.token_state(),
            }),
        }
    }
}
