//! Delays the requests of a batch: after a `Retry-After`, and during an outage.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use crate::config::retry::RetryPolicy;
use crate::error::{Error, ErrorKind};

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
    /// Has one permit, for the call that probes. Closed when the outage ends.
    probe: Arc<Semaphore>,
}

/// Held by the one call that probes during an outage, until the end of its attempt.
pub(crate) type Probe = OwnedSemaphorePermit;

impl Cooldown {
    pub(crate) fn new(max: Duration, retry: RetryPolicy) -> Self {
        Self {
            max,
            retry,
            state: Mutex::default(),
        }
    }

    /// Waits until the next request may be sent. During an outage, it is a probe.
    pub(crate) async fn permit(&self) -> Option<Probe> {
        loop {
            while let Some(until) = self.until() {
                sleep_until(until).await;
            }
            let probe = self.probe()?.acquire_owned().await;
            // The probe before this one may have set the next pause, or ended the outage.
            if self.until().is_none() && self.probe().is_some() {
                return probe.ok();
            }
        }
    }

    /// The semaphore of the current outage, unless it lasts for too long already.
    fn probe(&self) -> Option<Arc<Semaphore>> {
        let state = self.lock();
        let outage = state.outage.as_ref()?;
        let is_waited_for = Instant::now() < saturating_add(outage.since, self.max);
        is_waited_for.then(|| Arc::clone(&outage.probe))
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
                if let Some(outage) = state.outage.take() {
                    state.until = None;
                    outage.probe.close();
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
            probe: Arc::new(Semaphore::new(1)),
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
