//! Decides what to do after an error.

use std::time::Duration;

use digilocker::{Error, ErrorKind, TokenState};

use crate::queue::Ticket;

/// Maximum `Retry-After` that is honoured, so that tokens do not stay alive longer.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// What to do with a token that was not revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Delete it: it is not alive.
    Remove,
    /// Try again later.
    Retry {
        after: Duration,
        /// Whether the error is not retryable.
        is_refusal: bool,
    },
    /// Leave it for manual review: it may be alive, and further calls do not help.
    Review,
    /// Keep it and stop all calls: none can succeed until the configuration changes.
    Stop,
}

/// The properties of an error that decide.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    kind: ErrorKind,
    token_state: TokenState,
    is_retryable: bool,
    retry_after: Option<Duration>,
}

impl From<&Error> for Outcome {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            token_state: error.token_state(),
            is_retryable: error.is_retryable(),
            retry_after: error.retry_after(),
        }
    }
}

impl Outcome {
    /// How long the server asked to wait.
    pub(crate) fn pause(self) -> Option<Duration> {
        self.retry_after.map(|wait| wait.min(MAX_RETRY_AFTER))
    }
}

/// The delay before a retry, which doubles from `min` to `max`. It has no jitter, because a single drain makes
/// all retries with limited concurrency.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    pub(crate) min: Duration,
    pub(crate) max: Duration,
}

impl Backoff {
    fn after(self, rounds: u32) -> Duration {
        let factor = 2_u32.saturating_pow(rounds);
        self.min.saturating_mul(factor).min(self.max)
    }
}

impl Next {
    pub(crate) fn after(outcome: Outcome, ticket: Ticket, backoff: Backoff) -> Self {
        let asked = outcome.pause().unwrap_or_default();
        match (outcome.kind, outcome.token_state) {
            (ErrorKind::Unauthorized | ErrorKind::Config, _) => Self::Stop,
            (_, TokenState::NotRecognised) => Self::Remove,
            _ if outcome.is_retryable => Self::Retry {
                after: backoff.after(ticket.rounds).max(asked),
                is_refusal: false,
            },
            // An expired certificate or the redirect of a maintenance page concerns the server, not this
            // token, and is temporary. The tokens need no review.
            (ErrorKind::Tls | ErrorKind::Redirect, TokenState::Live) => Self::Retry {
                after: backoff.max.max(asked),
                is_refusal: false,
            },
            _ if ticket.refusals == 0 => Self::Retry {
                after: backoff.max.max(asked),
                is_refusal: true,
            },
            // Further retries would fail forever.
            _ => Self::Review,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ErrorKind::{
        Config, Connect, InvalidRequest, InvalidToken, Protocol, Redirect, Server, Tls,
        Unauthorized, Unavailable,
    };
    use TokenState::{Live, NotRecognised, Unknown};

    const BACKOFF: Backoff = Backoff {
        min: Duration::from_secs(1),
        max: Duration::from_secs(60),
    };

    fn ticket(rounds: u32, refusals: u32) -> Ticket {
        Ticket {
            id: 1,
            rounds,
            refusals,
        }
    }

    fn retry(seconds: u64, is_refusal: bool) -> Next {
        Next::Retry {
            after: Duration::from_secs(seconds),
            is_refusal,
        }
    }

    #[test]
    fn next_step_depends_on_the_error() {
        #[track_caller]
        fn check(
            kind: ErrorKind,
            token_state: TokenState,
            is_retryable: bool,
            expected: [Next; 2],
        ) {
            let outcome = Outcome {
                kind,
                token_state,
                is_retryable,
                retry_after: None,
            };
            let found =
                [0, 1].map(|refusals| Next::after(outcome, ticket(refusals, refusals), BACKOFF));
            assert_eq!(found, expected);
        }
        check(InvalidToken, NotRecognised, false, [Next::Remove; 2]);
        check(Unauthorized, Live, false, [Next::Stop; 2]);
        check(Unauthorized, Unknown, false, [Next::Stop; 2]);
        check(Config, Live, false, [Next::Stop; 2]);
        check(Unavailable, Live, true, [retry(1, false), retry(2, false)]);
        check(Protocol, Unknown, true, [retry(1, false), retry(2, false)]);
        check(Connect, Live, true, [retry(1, false), retry(2, false)]);
        check(Server, Unknown, false, [retry(60, true), Next::Review]);
        check(
            InvalidToken,
            Unknown,
            false,
            [retry(60, true), Next::Review],
        );
        check(InvalidRequest, Live, false, [retry(60, true), Next::Review]);
        check(Redirect, Unknown, false, [retry(60, true), Next::Review]);
        check(Redirect, Live, false, [retry(60, false); 2]);
        check(Tls, Live, false, [retry(60, false); 2]);
    }

    #[test]
    fn delays_grow_up_to_the_maximum_and_honour_retry_after() {
        let outcome = |retry_after| Outcome {
            kind: Unavailable,
            token_state: Live,
            is_retryable: true,
            retry_after,
        };
        for (rounds, seconds) in [(0, 1), (1, 2), (5, 32), (6, 60), (7, 60), (u32::MAX, 60)] {
            let next = Next::after(outcome(None), ticket(rounds, 0), BACKOFF);
            assert_eq!(next, retry(seconds, false), "{rounds}");
        }
        for (asked, seconds) in [(0, 1), (90, 90), (u64::MAX, 3600)] {
            let outcome = outcome(Some(Duration::from_secs(asked)));
            assert_eq!(
                Next::after(outcome, ticket(0, 0), BACKOFF),
                retry(seconds, false),
                "{asked}"
            );
        }
    }
}
