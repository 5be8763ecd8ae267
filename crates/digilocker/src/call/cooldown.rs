//! Delays the requests of a batch: after a `Retry-After`, and during an outage.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::config::retry::RetryPolicy;
use crate::error::{Error, ErrorKind, GiveUp};

/// Shared by the calls of one `revoke_all`.
///
/// After a `Retry-After`, no request is sent before that time. After a failure that a pause can heal, calls wait,
/// and one of them at a time probes whether the server is back; the pause before each probe grows until an
/// attempt gets another result. An outage that lasts for longer than the timeout of a call is not waited for any
/// more.
pub(crate) struct Cooldown {
    /// The timeout of a call: the longest wait, for a `Retry-After` and for an outage.
    max: Duration,
    retry: RetryPolicy,
    state: Mutex<State>,
    probe_ended: Notify,
}

#[derive(Default)]
struct State {
    /// The earliest time at which the next request may be sent.
    until: Option<Instant>,
    outage: Option<Outage>,
}

struct Outage {
    since: Instant,
    /// When the last pause began. An attempt that began before it says nothing new.
    paused_at: Option<Instant>,
    pauses: ExponentialBackoff,
    is_probing: bool,
}

/// Held by the one call that probes during an outage, until the end of its attempt.
pub(crate) struct Probe<'a>(&'a Cooldown);

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        if let Some(outage) = &mut self.0.lock().outage {
            outage.is_probing = false;
        }
        self.0.probe_ended.notify_waiters();
    }
}

impl Cooldown {
    pub(crate) fn new(max: Duration, retry: RetryPolicy) -> Self {
        Self {
            max,
            retry,
            state: Mutex::default(),
            probe_ended: Notify::new(),
        }
    }

    /// Waits until the next request may be sent, at most until the deadline. During an outage, it is a probe.
    pub(crate) async fn permit(
        &self,
        deadline: Option<Instant>,
    ) -> Result<Option<Probe<'_>>, GiveUp> {
        loop {
            // Before the state is read: no end of a probe is missed.
            let probe_ended = self.probe_ended.notified();
            let until = match self.try_permit() {
                Ok(permit) => return Ok(permit),
                Err(until) => until,
            };
            let end = async {
                match until {
                    Some(until) => sleep_until(until).await,
                    None => probe_ended.await,
                }
            };
            match deadline {
                None => end.await,
                Some(deadline) if until >= Some(deadline) => return Err(GiveUp::Deadline),
                Some(deadline) => timeout_at(deadline, end)
                    .await
                    .map_err(|_| GiveUp::Deadline)?,
            }
        }
    }

    /// The error is when to try again; without a time, after the end of the current probe.
    pub(crate) fn try_permit(&self) -> Result<Option<Probe<'_>>, Option<Instant>> {
        let mut state = self.lock();
        let now = Instant::now();
        if let Some(until) = state.until.filter(|until| *until > now) {
            return Err(Some(until));
        }
        state.until = None;
        match &mut state.outage {
            Some(outage) if now < saturating_add(outage.since, self.max) => {
                if outage.is_probing {
                    return Err(None);
                }
                outage.is_probing = true;
                Ok(Some(Probe(self)))
            }
            Some(_) | None => Ok(None),
        }
    }

    /// Takes note of the result of an attempt.
    pub(crate) fn record(&self, began: Instant, error: Option<&Error>) {
        let mut state = self.lock();
        let retryable = error.filter(|error| error.is_retryable());
        if let Some(wait) = retryable.and_then(Error::retry_after) {
            let wait = wait.saturating_add(spread(wait)).min(self.max);
            state.until = state.until.max(Some(saturating_add(Instant::now(), wait)));
            return;
        }
        match retryable.map(Error::kind) {
            Some(ErrorKind::Connect | ErrorKind::Unavailable | ErrorKind::RateLimited) => {
                self.pause(&mut state, began);
            }
            // The result of the request is not known: the server may be back, or not.
            Some(ErrorKind::Timeout | ErrorKind::Protocol) => {}
            // The server is back.
            Some(_) | None => {
                if state.outage.take().is_some() {
                    state.until = None;
                    self.probe_ended.notify_waiters();
                }
            }
        }
    }

    fn pause(&self, state: &mut State, began: Instant) {
        let now = Instant::now();
        let outage = state.outage.get_or_insert_with(|| Outage {
            since: now,
            paused_at: None,
            pauses: self.retry.backoff.without_max_times().build(),
            is_probing: false,
        });
        let is_over = now >= saturating_add(outage.since, self.max);
        if outage.paused_at.is_some_and(|at| began <= at) || is_over {
            return;
        }
        outage.paused_at = Some(now);
        let pause = outage.pauses.next().unwrap_or(self.max).min(self.max);
        state.until = state.until.max(Some(saturating_add(now, pause)));
    }

    /// When the current wait ends. `None` if there is none.
    pub(crate) fn until(&self) -> Option<Instant> {
        // The clock is read only if there is one.
        self.lock().until.filter(|until| *until > Instant::now())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A year: longer than any call waits, and no clock overflows.
const FAR: Duration = Duration::from_secs(31_536_000);

/// Overflow-safe `Instant` addition.
pub(crate) fn saturating_add(start: Instant, wait: Duration) -> Instant {
    start.checked_add(wait).unwrap_or_else(|| start + FAR)
}

/// A random part of up to half of this wait, to be added to it: it spreads the requests of many clients that were
/// told the same wait.
pub(super) fn spread(wait: Duration) -> Duration {
    wait.mul_f64(fastrand::f64() / 2.0)
}

#[cfg(test)]
#[path = "cooldown_tests.rs"]
mod tests;
