//! The retry budget, shared by a client and its clones.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The price of one retry, in units. A success refills one unit: ten successes pay for one retry.
const PRICE: u32 = 10;

/// The time in which an empty budget refills without any success.
const REFILL: Duration = Duration::from_secs(60);

/// The retry budget. tower's has no upper limit, and panics on some arguments.
#[derive(Debug)]
pub(crate) struct Budget {
    size: u32,
    left: AtomicU32,
    /// The time of the last refill by time. `None` before the first retry.
    refilled: Mutex<Option<Instant>>,
}

impl Budget {
    pub(crate) fn new(retries: u32) -> Self {
        let size = retries.saturating_mul(PRICE);
        Self {
            size,
            left: AtomicU32::new(size),
            refilled: Mutex::new(None),
        }
    }

    /// Spends one retry. `false` if there is not enough left.
    pub(crate) fn spend(&self, now: Instant) -> bool {
        self.refill(now);
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(PRICE)
            })
            .is_ok()
    }

    /// Adds the unit of one successful call.
    pub(crate) fn earn(&self) {
        self.add(1);
    }

    fn add(&self, units: u32) {
        // A full budget, the usual case, is not written: other cores would wait for the write.
        let _ = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left < self.size).then(|| left.saturating_add(units).min(self.size))
            });
    }

    /// Adds the whole units that the time since the last refill is worth.
    fn refill(&self, now: Instant) {
        let mut refilled = self.refilled.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(since) = *refilled else {
            *refilled = Some(now);
            return;
        };
        let elapsed = now.saturating_duration_since(since);
        if elapsed >= REFILL {
            *refilled = Some(now);
            self.add(self.size);
            return;
        }
        let Some(per_unit) = REFILL.checked_div(self.size) else {
            return;
        };
        // At most `size`: less than a whole refill has passed.
        let units = elapsed.as_nanos().checked_div(per_unit.as_nanos());
        let units = u32::try_from(units.unwrap_or_default()).unwrap_or(self.size);
        // The rest of the time counts towards the next unit.
        *refilled = Some(since + per_unit * units);
        self.add(units);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn ten_successes_refill_one_retry_up_to_the_size() {
        let now = Instant::now();
        let budget = Budget::new(1);
        for _ in 0..10 {
            budget.earn();
        }
        assert!(budget.spend(now));
        assert!(!budget.spend(now));
        for _ in 0..9 {
            budget.earn();
        }
        assert!(!budget.spend(now));
        budget.earn();
        assert!(budget.spend(now));
    }

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
        // A time before the last refill, which another thread has read.
        assert!(largest.spend(start));
    }
}
