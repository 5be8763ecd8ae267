//! The attempts of one call: the waits between them, its deadline, and the retry budget.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::cooldown::{Cooldown, saturating_add};
use super::state::{CallOptions, Shared};
use crate::error::{Error, GiveUp, TokenState};
use crate::{Revoked, trace};

/// Makes attempts until one succeeds, none would help, or none is allowed. An attempt ends at the time that
/// it is given.
pub(super) async fn run<F>(
    shared: &Shared,
    options: &CallOptions,
    attempt: impl Fn(Instant) -> F,
) -> Result<Revoked, Error>
where
    F: Future<Output = Result<Revoked, Error>>,
{
    let cooldown = options.cooldown.as_deref();
    if let Some(cooldown) = cooldown {
        cooldown.ended().await;
    }
    let mut now = Instant::now();
    let deadline = saturating_add(now, options.timeout.unwrap_or(shared.settings.timeout));
    let retry = options.retry.as_ref().unwrap_or(&shared.settings.retry);
    // Boxed and created lazily: most calls never retry.
    let mut backoffs = None;
    let mut state = TokenState::Live;
    let mut attempts = 0_u32;
    loop {
        attempts = attempts.saturating_add(1);
        let until = saturating_add(now, shared.settings.attempt_timeout).min(deadline);
        let mut error = match attempt(until).await {
            Ok(mut revoked) => {
                trace::attempt_succeeded(revoked.status, attempts);
                shared.budget.earn();
                revoked.attempts = attempts;
                return Ok(revoked);
            }
            Err(error) => error,
        };

        state = state.combine(error.token_state());
        if let (Some(cooldown), Some(wait)) = (cooldown, error.retry_after()) {
            cooldown.extend(wait);
        }
        let next = if error.is_retryable() {
            let backoffs = backoffs.get_or_insert_with(|| Box::new(retry.backoffs()));
            next_attempt(shared, &error, backoffs.next(), cooldown, deadline).map_err(Some)
        } else {
            Err(None)
        };
        trace::attempt_failed(&error, attempts, next.err().flatten());
        let waited = match next {
            Ok(at) => wait_until(at, cooldown, deadline).await.map_err(Some),
            Err(reason) => Err(reason),
        };
        if let Err(give_up) = waited {
            error.0.token_state = state;
            error.0.attempts = attempts;
            error.0.give_up = give_up;
            return Err(error);
        }
        now = Instant::now();
    }
}

/// Waits for the next attempt, and for a cooldown that another call of the batch starts meanwhile.
async fn wait_until(
    mut at: Instant,
    cooldown: Option<&Cooldown>,
    deadline: Instant,
) -> Result<(), GiveUp> {
    loop {
        sleep_until(at).await;
        match cooldown.and_then(Cooldown::until) {
            None => return Ok(()),
            Some(until) if until < deadline => at = until,
            Some(_) => return Err(GiveUp::Deadline),
        }
    }
}

/// When the next attempt begins, or why none is made.
fn next_attempt(
    shared: &Shared,
    error: &Error,
    backoff: Option<Duration>,
    cooldown: Option<&Cooldown>,
    deadline: Instant,
) -> Result<Instant, GiveUp> {
    let backoff = backoff.ok_or(GiveUp::MaxAttempts)?;
    let now = Instant::now();
    let earliest = saturating_add(now, error.retry_after().unwrap_or_default());
    if earliest >= deadline && error.retry_after().is_some() {
        return Err(GiveUp::RetryAfterTooLong);
    }
    let cooldown = cooldown.and_then(Cooldown::until).unwrap_or(now);
    // The jittered backoff is added: otherwise all refused clients would retry at the same time.
    let at = saturating_add(earliest.max(cooldown), backoff);
    if at >= deadline {
        return Err(GiveUp::Deadline);
    }
    if !shared.budget.spend(now) {
        return Err(GiveUp::Budget);
    }
    Ok(at)
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
