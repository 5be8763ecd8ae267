//! The attempts of one call: the waits between them, its deadline, and the retry budget.

use std::time::Duration;

use backon::BackoffBuilder as _;
use futures_util::future::OptionFuture;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::cooldown::{Cooldown, Probe, saturating_add, spread};
use super::state::{CallOptions, Shared};
use crate::error::{Error, ErrorKind, GiveUp, TokenState};
use crate::{Revoked, trace};

/// What the loop asks of an attempt.
pub(super) struct Limits {
    /// When the attempt ends.
    pub(super) until: Instant,
    /// Whether it must not use an idle connection: one of them has just failed, and others may be as old.
    pub(super) needs_new_connection: bool,
}

/// Makes attempts until one succeeds, none would help, or none is allowed.
pub(super) async fn run<F: Future<Output = Result<Revoked, Error>>>(
    shared: &Shared,
    options: &CallOptions,
    attempt: impl Fn(Limits) -> F,
) -> Result<Revoked, Error> {
    let cooldown = options.cooldown.as_deref();
    // Boxed, as the waits below: the future of each call would have room for them.
    let permit = cooldown.map(|cooldown| Box::pin(cooldown.permit()));
    let mut probe = OptionFuture::from(permit).await.flatten();
    let mut now = Instant::now();
    let retries = Retries {
        shared,
        cooldown,
        deadline: saturating_add(now, options.timeout.unwrap_or(shared.settings.timeout)),
    };
    let retry = options.retry.as_ref().unwrap_or(&shared.settings.retry);
    // Boxed and created lazily: most calls never retry.
    let mut backoffs = None;
    let mut state = TokenState::Live;
    let mut attempts = 0_u32;
    let mut needs_new_connection = false;
    loop {
        attempts = attempts.saturating_add(1);
        let result = attempt(Limits {
            until: saturating_add(now, shared.settings.attempt_timeout).min(retries.deadline),
            needs_new_connection,
        });
        let result = result.await;
        if let Some(cooldown) = cooldown {
            cooldown.record(now, result.as_ref().err());
        }
        drop(probe);
        let mut error = match result {
            Ok(mut revoked) => {
                trace::attempt(Ok(&revoked), attempts, None);
                shared.budget.earn();
                revoked.attempts = attempts;
                return Ok(revoked);
            }
            Err(error) => error,
        };

        state = state.max(error.token_state());
        needs_new_connection = matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Protocol);
        let next = if error.is_retryable() {
            let backoffs = backoffs.get_or_insert_with(|| Box::new(retry.backoff.build()));
            retries.next(&error, backoffs.next()).map_err(Some)
        } else {
            Err(None)
        };
        trace::attempt(Err(&error), attempts, next.err().flatten());
        let waited = match next {
            Ok(at) => Box::pin(retries.wait(at)).await.map_err(Some),
            Err(reason) => Err(reason),
        };
        now = Instant::now();
        probe = match waited {
            Ok(probe) => probe,
            Err(give_up) => {
                error.token_state = state;
                error.details.attempts = attempts;
                error.details.give_up = give_up;
                return Err(error);
            }
        };
    }
}

/// What limits the retries of one call.
struct Retries<'a> {
    shared: &'a Shared,
    cooldown: Option<&'a Cooldown>,
    deadline: Instant,
}

impl Retries<'_> {
    /// When the next attempt begins, or why none is made.
    fn next(&self, error: &Error, backoff: Option<Duration>) -> Result<Instant, GiveUp> {
        let backoff = backoff.ok_or(GiveUp::MaxAttempts)?;
        let now = Instant::now();
        let wait = error.retry_after().unwrap_or_default();
        let earliest = saturating_add(now, wait);
        if earliest >= self.deadline && error.retry_after().is_some() {
            return Err(GiveUp::RetryAfterTooLong);
        }
        let cooldown = self.cooldown.and_then(Cooldown::until).unwrap_or(now);
        // The jittered backoff is added: otherwise all refused clients would retry at the same time.
        let at = saturating_add(earliest.max(cooldown), backoff);
        if at >= self.deadline {
            return Err(GiveUp::Deadline);
        }
        if !self.shared.budget.has_left(now) {
            return Err(GiveUp::Budget);
        }
        // The longer the wait, the more clients wait for its end. At most half of the time that is left.
        let spread = spread(wait).min((self.deadline - at) / 2);
        Ok(saturating_add(at, spread))
    }

    /// Waits for the next attempt. The retry is spent at the end: a call that is dropped before has spent
    /// nothing.
    async fn wait(&self, at: Instant) -> Result<Option<Probe>, GiveUp> {
        sleep_until(at).await;
        let permit = OptionFuture::from(self.cooldown.map(Cooldown::permit));
        let permit = timeout_at(self.deadline, permit).await;
        let probe = permit.map_err(|_| GiveUp::Deadline)?.flatten();
        let is_spent = self.shared.budget.spend(Instant::now());
        is_spent.then_some(probe).ok_or(GiveUp::Budget)
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
