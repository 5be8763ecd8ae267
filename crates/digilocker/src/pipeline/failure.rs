//! Why an attempt failed, for any operation.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

use http::StatusCode;

use crate::ErrorKind;
use crate::config::tls;

/// What a failed attempt may have done at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// No request was sent.
    NotSent,
    /// The server refused the request: it did nothing.
    Refused,
    /// A request was sent, and no response says what it did.
    Unknown,
    /// The response settles the outcome, whatever earlier attempts did.
    Conclusive,
}

impl Effect {
    /// The effect of all attempts, after a further one.
    pub(crate) fn then(self, latest: Self) -> Self {
        match (self, latest) {
            (_, Self::Conclusive) => Self::Conclusive,
            // A later refusal does not undo what an earlier attempt may have done.
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::NotSent, latest) => latest,
            (Self::Refused | Self::Conclusive, _) => Self::Refused,
        }
    }
}

/// A failed attempt: kind, effect, retryability, and details.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) effect: Effect,
    pub(crate) retryable: bool,
    pub(crate) status: Option<StatusCode>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) request_id: Option<String>,
    pub(crate) detail: Option<Cow<'static, str>>,
    pub(crate) source: Option<reqwest::Error>,
}

impl Failure {
    pub(crate) fn new(kind: ErrorKind, effect: Effect, retryable: bool) -> Self {
        Self {
            kind,
            effect,
            retryable,
            status: None,
            code: None,
            message: None,
            retry_after: None,
            request_id: None,
            detail: None,
            source: None,
        }
    }

    /// An invalid setting.
    pub(crate) fn config(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Config, Effect::NotSent, false).detail(detail)
    }

    /// A request that got no response.
    pub(crate) fn transport(cause: reqwest::Error) -> Self {
        let sent = if cause.is_connect() {
            Effect::NotSent
        } else {
            Effect::Unknown
        };
        let failure = if cause.is_builder() {
            Self::config("the request cannot be built")
        } else if cause.is_timeout() {
            Self::new(ErrorKind::Timeout, sent, true)
        } else if tls::is_tls_error(&cause) {
            Self::new(ErrorKind::Tls, sent, false)
        } else if cause.is_connect() {
            Self::new(ErrorKind::Connect, sent, true)
        } else {
            Self::new(ErrorKind::Protocol, sent, true)
        };
        failure.source(cause)
    }

    pub(crate) fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Attaches the source error, without its URL, which is the caller's and may be long.
    pub(crate) fn source(mut self, source: reqwest::Error) -> Self {
        self.source = Some(source.without_url());
        self
    }
}

/// An error and its sources.
pub(crate) fn source_chain(
    error: &reqwest::Error,
) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let first: &(dyn StdError + 'static) = error;
    std::iter::successors(Some(first), |&error| {
        // `io::Error::source` skips the payload, and returns the source of the payload.
        match error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
        {
            Some(payload) => Some(payload as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::Effect::{self, Conclusive, NotSent, Refused, Unknown};

    #[test]
    fn an_unknown_effect_is_kept_until_a_conclusive_response() {
        #[track_caller]
        fn check(attempts: &[Effect], expected: Effect) {
            let effect = attempts.iter().copied().reduce(Effect::then);
            assert_eq!(effect, Some(expected), "{attempts:?}");
        }
        check(&[NotSent, NotSent], NotSent);
        check(&[NotSent, Refused], Refused);
        check(&[Refused, NotSent], Refused);
        check(&[Refused, Unknown], Unknown);
        check(&[NotSent, Unknown], Unknown);
        check(&[Unknown, Refused], Unknown);
        check(&[Unknown, NotSent], Unknown);
        check(&[Unknown, Refused, Refused], Unknown);
        check(&[Unknown, Conclusive], Conclusive);
        check(&[Refused, Conclusive], Conclusive);
        check(&[Conclusive, Refused], Refused);
    }
}
