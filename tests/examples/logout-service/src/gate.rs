//! Decides whether requests may be sent now.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use digilocker::ErrorKind;
use tokio::time::Instant;

/// After this many retryable failures in a row, the server is considered down, and calls pause.
const FAILURES_IN_A_ROW: u32 = 10;

/// Shared by all calls.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The earliest time of the next call (`Retry-After` or an outage).
    paused_until: Option<Instant>,
    /// Why no call can succeed until a restart with another configuration.
    stopped_by: Option<ErrorKind>,
    failures_in_a_row: u32,
}

impl Gate {
    pub(crate) fn is_open(&self) -> bool {
        self.with(|state| {
            let is_paused = state
                .paused_until
                .is_some_and(|until| until > Instant::now());
            state.stopped_by.is_none() && !is_paused
        })
    }

    pub(crate) fn pause(&self, wait: Duration) {
        let until = Instant::now().checked_add(wait);
        self.with(|state| state.paused_until = state.paused_until.max(until));
    }

    /// Records a call that did not fail with a retryable error.
    pub(crate) fn succeeded(&self) {
        self.with(|state| state.failures_in_a_row = 0);
    }

    /// Records a retryable failure. Pauses calls if the server seems to be down.
    pub(crate) fn failed(&self, pause: Duration) {
        let failures = self.with(|state| {
            state.failures_in_a_row = state.failures_in_a_row.saturating_add(1);
            state.failures_in_a_row
        });
        if failures >= FAILURES_IN_A_ROW {
            self.pause(pause);
        }
    }

    /// Stops all calls. Returns `false` if they were already stopped.
    pub(crate) fn stop(&self, kind: ErrorKind) -> bool {
        self.with(|state| {
            let is_first = state.stopped_by.is_none();
            state.stopped_by.get_or_insert(kind);
            is_first
        })
    }

    pub(crate) fn stopped_by(&self) -> Option<ErrorKind> {
        self.with(|state| state.stopped_by)
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gate_pauses_and_stops() {
        let gate = Gate::default();
        assert!(gate.is_open());
        gate.pause(Duration::ZERO);
        assert!(gate.is_open());
        gate.pause(Duration::from_secs(60));
        gate.pause(Duration::from_secs(1));
        assert!(!gate.is_open());

        let gate = Gate::default();
        for _ in 1..FAILURES_IN_A_ROW {
            gate.failed(Duration::from_secs(60));
        }
        gate.succeeded();
        gate.failed(Duration::from_secs(60));
        assert!(gate.is_open());
        for _ in 1..FAILURES_IN_A_ROW {
            gate.failed(Duration::from_secs(60));
        }
        assert!(!gate.is_open());

        let gate = Gate::default();
        assert!(gate.stop(ErrorKind::Unauthorized));
        assert!(!gate.stop(ErrorKind::Config));
        assert!(!gate.is_open());
        assert_eq!(gate.stopped_by(), Some(ErrorKind::Unauthorized));
    }
}
