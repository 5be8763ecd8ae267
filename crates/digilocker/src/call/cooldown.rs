//! The cooldown after a `Retry-After`, shared by the calls of one batch.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The earliest time at which the next request may be sent. Shared by the calls of one `revoke_all`.
#[derive(Debug)]
pub(crate) struct Cooldown {
    /// The maximum: a longer `Retry-After` is shortened to it.
    max: Duration,
    until: Mutex<Option<Instant>>,
}

impl Cooldown {
    pub(crate) fn new(max: Duration) -> Self {
        Self {
            max,
            until: Mutex::new(None),
        }
    }

    /// Extends the cooldown to at least this long from now.
    pub(crate) fn extend(&self, wait: Duration) {
        let until = saturating_add(Instant::now(), wait.min(self.max));
        let mut slot = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = (*slot).max(Some(until));
    }

    /// When the cooldown ends. `None` if there is none.
    pub(crate) fn until(&self) -> Option<Instant> {
        let mut slot = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        // The clock is read only if there is one.
        *slot = slot.filter(|until| *until > Instant::now());
        *slot
    }

    /// Waits until the cooldown has ended, extensions included.
    pub(crate) async fn ended(&self) {
        while let Some(until) = self.until() {
            sleep_until(until).await;
        }
    }
}

/// A year: longer than any call waits, and no clock overflows.
const FAR: Duration = Duration::from_secs(31_536_000);

/// Overflow-safe `Instant` addition.
pub(crate) fn saturating_add(start: Instant, wait: Duration) -> Instant {
    start.checked_add(wait).unwrap_or_else(|| start + FAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn the_longest_wait_applies_up_to_the_maximum() {
        let cooldown = Cooldown::new(SECOND * 60);
        let start = Instant::now();
        assert_eq!(cooldown.until(), None);
        cooldown.extend(SECOND * 7);
        cooldown.extend(SECOND * 5);
        assert_eq!(cooldown.until(), Some(start + SECOND * 7));
        cooldown.extend(Duration::MAX);
        assert_eq!(cooldown.until(), Some(start + SECOND * 60));
    }

    #[tokio::test(start_paused = true)]
    async fn a_zero_wait_starts_no_cooldown() {
        let cooldown = Cooldown::new(SECOND);
        cooldown.extend(Duration::ZERO);
        assert_eq!(cooldown.until(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn ended_waits_for_extensions() {
        let cooldown = Cooldown::new(SECOND * 60);
        let start = Instant::now();
        cooldown.extend(SECOND * 7);
        let extended = async {
            sleep_until(start + SECOND * 5).await;
            cooldown.extend(SECOND * 7);
        };
        tokio::join!(cooldown.ended(), extended);
        assert_eq!(start.elapsed(), SECOND * 12);
    }
}
