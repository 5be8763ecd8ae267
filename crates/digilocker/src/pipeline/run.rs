//! The attempts of one call: the waits between them, its deadline, and the retry budget.

use std::sync::Arc;
use std::time::Duration;

use digilocker_client::{Error, ResponseValue};
use tokio::time::{Instant, sleep_until};

use super::attempt::{Attempt, Body, Head};
use super::cooldown::Cooldown;
use super::failure::{Effect, Failure};
use super::{CallOptions, Pipeline, trace};

/// What the pipeline needs to know of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// Its `operationId` in the spec.
    #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "for spans only"))]
    pub(crate) id: &'static str,
    /// Its HTTP method in the spec, for spans. Samplers need it when a span begins, before the generated
    /// client has built the request.
    #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "for spans only"))]
    pub(crate) method: &'static str,
    /// Whether it may be sent again when an earlier attempt may have reached the server. If not, it
    /// is retried only after attempts that sent nothing.
    pub(crate) is_idempotent: bool,
}

/// A call that did not succeed.
#[derive(Debug)]
pub(crate) struct GivenUp {
    /// The last failure.
    pub(crate) failure: Box<Failure>,
    /// What all attempts together may have done.
    pub(crate) effect: Effect,
    pub(crate) attempts: u32,
    pub(crate) reason: Option<GiveUp>,
}

/// Why no further attempt is made, although one could help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GiveUp {
    /// The policy allows no more.
    MaxAttempts,
    /// The `Retry-After` of the response ends after the deadline.
    RetryAfterTooLong,
    /// The backoff, or the cooldown of the batch, ends after the deadline.
    Deadline,
    /// The retry budget of this client and its clones is spent.
    Budget,
}

impl GiveUp {
    #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "for events only"))]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::MaxAttempts => "max_attempts",
            Self::RetryAfterTooLong => "retry_after_too_long",
            Self::Deadline => "deadline",
            Self::Budget => "budget",
        }
    }
}

/// Makes attempts until one succeeds, none would help, or none is allowed. Returns the result of the
/// successful one and the number of attempts.
///
/// `send` calls the generated method of the operation; `read` interprets its response.
pub(crate) async fn run<S, E, T, F>(
    pipeline: &Arc<Pipeline>,
    options: &CallOptions,
    cooldown: Option<&Cooldown>,
    operation: Operation,
    send: impl Fn(digilocker_client::Attempt) -> F,
    read: impl Fn(&Head, Result<S, Body<E>>) -> Result<T, Box<Failure>>,
) -> Result<(T, u32), GivenUp>
where
    F: Future<Output = Result<ResponseValue<S>, Error<E>>>,
{
    let mut now = Instant::now();
    let deadline = saturating_deadline(now, options.timeout.unwrap_or(pipeline.timeout));
    let retry = options.retry.as_ref().unwrap_or(&pipeline.retry);
    // Boxed and created lazily: most calls never retry.
    let mut backoff = None;
    let mut effect = Effect::NotSent;
    let mut attempts = 0_u32;
    loop {
        attempts = attempts.saturating_add(1);
        let until = saturating_deadline(now, pipeline.attempt_timeout).min(deadline);
        let attempt = Arc::new(Attempt::new(pipeline, options));
        let read = |head: &Head, response| {
            let result = read(head, response);
            if result.is_ok() {
                trace::attempt_succeeded(head.status, attempts);
            }
            result
        };
        let failure = match attempt.run(until, &send, read).await {
            Ok(value) => {
                pipeline.budget.earn();
                return Ok((value, attempts));
            }
            Err(failure) => failure,
        };

        effect = effect.then(failure.effect);
        if let (Some(cooldown), Some(wait)) = (cooldown, failure.retry_after) {
            cooldown.extend(wait);
        }
        let may_help =
            failure.retryable && (operation.is_idempotent || failure.effect == Effect::NotSent);
        let next = if may_help {
            let backoff = backoff.get_or_insert_with(|| Box::new(retry.backoffs()));
            next_attempt(pipeline, &failure, backoff, cooldown, deadline).map_err(Some)
        } else {
            Err(None)
        };
        trace::attempt_failed(&failure, attempts, next.err().flatten());
        let waited = match next {
            Ok(at) => wait_until(at, cooldown, deadline).await,
            Err(reason) => Err(reason),
        };
        if let Err(reason) = waited {
            return Err(GivenUp {
                failure,
                effect,
                attempts,
                reason,
            });
        }
        now = Instant::now();
    }
}

/// Waits for the next attempt, and for a cooldown that another call of the batch starts meanwhile.
async fn wait_until(
    mut at: Instant,
    cooldown: Option<&Cooldown>,
    deadline: Instant,
) -> Result<(), Option<GiveUp>> {
    loop {
        sleep_until(at).await;
        match cooldown.and_then(Cooldown::until) {
            None => return Ok(()),
            Some(until) if until < deadline => at = until,
            Some(_) => return Err(Some(GiveUp::Deadline)),
        }
    }
}

/// When the next attempt begins, or why none is made.
fn next_attempt(
    pipeline: &Pipeline,
    failure: &Failure,
    mut backoff: impl Iterator<Item = Duration>,
    cooldown: Option<&Cooldown>,
    deadline: Instant,
) -> Result<Instant, GiveUp> {
    let backoff = backoff.next().ok_or(GiveUp::MaxAttempts)?;
    let now = Instant::now();
    let earliest = saturating_deadline(now, failure.retry_after.unwrap_or_default());
    if earliest >= deadline && failure.retry_after.is_some() {
        return Err(GiveUp::RetryAfterTooLong);
    }
    let cooldown = cooldown.and_then(Cooldown::until).unwrap_or(now);
    // The jittered backoff is added: otherwise all refused clients would retry at the same time.
    let at = saturating_deadline(earliest.max(cooldown), backoff);
    if at >= deadline {
        return Err(GiveUp::Deadline);
    }
    if !pipeline.budget.spend(now) {
        return Err(GiveUp::Budget);
    }
    Ok(at)
}

/// A year: longer than any call waits, and no clock overflows.
const FAR: Duration = Duration::from_secs(31_536_000);

/// Overflow-safe `Instant` addition.
pub(crate) fn saturating_deadline(start: Instant, wait: Duration) -> Instant {
    start.checked_add(wait).unwrap_or_else(|| start + FAR)
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
