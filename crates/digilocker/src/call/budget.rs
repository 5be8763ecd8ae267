//! The retry budget, shared by a client and its clones.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use tokio::time::Instant;

/// The number of successes that pay for one retry.
const SUCCESSES: u64 = 10;

/// The time in which an empty budget refills without any success, in nanoseconds.
const REFILL: u64 = 60_000_000_000;

/// The retry budget. A retry moves the time at which the budget is full again into the future, a success moves
/// it back. tower's budget has no upper limit, and panics on some arguments.
pub(crate) struct Budget {
    start: Instant,
    /// The price of a retry, in nanoseconds. More than [`REFILL`] if there are no retries.
    price: u64,
    /// When the budget is full again, in nanoseconds after `start`. 0 if it is known to be full.
    full_at: AtomicU64,
}

impl Budget {
    pub(crate) fn new(retries: u32) -> Self {
        Self {
            start: Instant::now(),
            price: REFILL.checked_div(retries.into()).unwrap_or(REFILL + 1),
            full_at: AtomicU64::new(0),
        }
    }

    /// Spends one retry. `false` if there is not enough left.
    pub(crate) fn spend(&self, now: Instant) -> bool {
        let now = self.nanoseconds(now);
        let update = |full_at| self.after_retry(full_at, now);
        self.full_at.fetch_update(Relaxed, Relaxed, update).is_ok()
    }

    /// Whether one retry can be spent.
    pub(crate) fn has_left(&self, now: Instant) -> bool {
        let full_at = self.full_at.load(Relaxed);
        self.after_retry(full_at, self.nanoseconds(now)).is_some()
    }

    fn after_retry(&self, full_at: u64, now: u64) -> Option<u64> {
        let after = full_at.max(now) + self.price;
        (after <= now + REFILL).then_some(after)
    }

    /// Adds what one successful call earns.
    pub(crate) fn earn(&self) {
        // A full budget, the usual case, is not written: other cores would wait for the write.
        if self.full_at.load(Relaxed) == 0 {
            return;
        }
        let now = self.nanoseconds(Instant::now());
        let update = |full_at: u64| {
            let after = full_at.saturating_sub(self.price / SUCCESSES);
            Some(if after > now { after } else { 0 })
        };
        // Never fails: the update is never `None`.
        let _ = self.full_at.fetch_update(Relaxed, Relaxed, update);
    }

    fn nanoseconds(&self, time: Instant) -> u64 {
        let since = time.saturating_duration_since(self.start);
        // The refill and a price are added to it.
        u64::try_from(since.as_nanos()).map_or(u64::MAX / 2, |time| time.min(u64::MAX / 2))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn time_refills_the_budget_up_to_its_size() {
        let start = Instant::now();
        let budget = Budget::new(2);
        let spend = |seconds: u32| budget.spend(start + SECOND * seconds);
        // Time before the first retry adds nothing.
        assert!(spend(1000));
        assert!(spend(1000));
        assert!(!spend(1000));
        // Two retries in 60 s are one in 30 s, whether or not one is attempted in between.
        assert!(!spend(1029));
        assert!(spend(1030));
        assert!(!spend(1059));
        assert!(spend(1060));
        assert!(spend(9000));
        assert!(spend(9000));
        assert!(!spend(9000));
    }

    #[test]
    fn extreme_budgets_do_not_overflow() {
        let start = Instant::now();
        let empty = Budget::new(0);
        empty.earn();
        assert!(!empty.spend(start));
        assert!(!empty.spend(start + SECOND * 10_000));
        let largest = Budget::new(u32::MAX);
        for seconds in [0, 1, 59, 60, 61, 10_000] {
            assert!(largest.spend(start + SECOND * seconds));
        }
        // An earlier time, which another thread has read.
        assert!(largest.spend(start + SECOND * 9_999));
    }
}
