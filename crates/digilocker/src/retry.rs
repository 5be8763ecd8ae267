//! When a call is made again, and how often.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// Longer waits than a day are not waits: they would only bring arithmetic to its limits.
const LONGEST: Duration = Duration::from_secs(86_400);

/// What each success puts back, as a part of one retry.
const EARNED: u32 = 1;

/// The price of one retry: ten successes pay for one.
const PRICE: u32 = 10;

/// Whether and when a failed attempt is followed by another.
///
/// An attempt is repeated if its error [is retryable](crate::Error::is_retryable): revoking is
/// idempotent, so that this is safe. The wait before the second attempt is the first backoff, and
/// each further one is twice as long, up to the longest; to each is added a random part of up to
/// its own length, so that many clients do not return at once. If the server named a time in
/// `Retry-After`, that time passes first. A wait that does not end before the call's deadline is
/// not begun: the call returns at once with the error it has.
///
/// All clones of a client share one budget of retries, so that an outage is not multiplied by
/// retrying: each retry takes one, ten calls that succeed give one back.
///
/// ```
/// # use std::time::Duration;
/// # use digilocker::{Client, Environment, RetryPolicy};
/// let policy = RetryPolicy::default()                                 // defaults:
///     .max_attempts(5)                                                // 3
///     .backoff(Duration::from_millis(50), Duration::from_secs(2))     // 100 ms, 5 s
///     .budget(100);                                                   // 20
/// let client = Client::builder(Environment::Beta).retry(policy).build()?;
/// # Ok::<(), digilocker::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    first: Duration,
    longest: Duration,
    budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            first: Duration::from_millis(100),
            longest: Duration::from_secs(5),
            budget: 20,
        }
    }
}

impl RetryPolicy {
    /// One attempt, no retry.
    ///
    /// ```
    /// # use digilocker::RetryPolicy;
    /// assert_eq!(RetryPolicy::none(), RetryPolicy::default().max_attempts(1));
    /// ```
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// How many attempts a call makes at most, the first included. Defaults to 3; 0 counts as 1.
    ///
    /// ```
    /// # use digilocker::RetryPolicy;
    /// let patient = RetryPolicy::default().max_attempts(10);
    /// ```
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The wait before the second attempt, and the longest wait, both before jitter, which at most
    /// doubles them. Defaults to 100 ms and 5 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::RetryPolicy;
    /// let quick = RetryPolicy::default().backoff(Duration::from_millis(10), Duration::from_millis(80));
    /// ```
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.longest = longest.min(LONGEST);
        self.first = first.min(self.longest);
        self
    }

    /// How many retries a client and its clones may spend before successes earn new ones. Defaults
    /// to 20; 0 means no retry at all.
    ///
    /// ```
    /// # use digilocker::RetryPolicy;
    /// let careful = RetryPolicy::default().budget(3);
    /// ```
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    /// The waits of one call, one for each retry that is allowed.
    pub(crate) fn waits(&self) -> ExponentialBackoff {
        ExponentialBuilder::new()
            .with_min_delay(self.first)
            .with_max_delay(self.longest)
            .with_max_times(self.max_attempts as usize - 1)
            .with_jitter()
            .build()
    }

    pub(crate) fn new_budget(&self) -> Budget {
        let full = self.budget.saturating_mul(PRICE);
        Budget {
            full,
            left: AtomicU32::new(full),
        }
    }
}

/// What a client and its clones may still spend on retries.
#[derive(Debug)]
pub(crate) struct Budget {
    full: u32,
    left: AtomicU32,
}

impl Budget {
    /// Pays for one retry. `false` if there is not enough left.
    pub(crate) fn spend(&self) -> bool {
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(PRICE)
            })
            .is_ok()
    }

    /// A call succeeded.
    pub(crate) fn earn(&self) {
        // Full is the usual case, and costs no write that other cores would wait for.
        let _ = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left < self.full).then_some(left + EARNED)
            });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_jitter_at_most_doubles_them() {
        let policy = RetryPolicy::default()
            .max_attempts(6)
            .backoff(Duration::from_millis(100), Duration::from_millis(400));
        for _ in 0..1000 {
            let waits: Vec<_> = policy.waits().map(|wait| wait.as_millis()).collect();
            assert_eq!(waits.len(), 5, "{waits:?}");
            for (wait, least) in waits.iter().zip([100, 200, 400, 400, 400]) {
                assert!((least..=2 * least).contains(wait), "{waits:?}");
            }
        }
    }

    #[test]
    fn no_policy_brings_arithmetic_to_its_limits() {
        let policy = RetryPolicy::default()
            .max_attempts(u32::MAX)
            .backoff(Duration::MAX, Duration::MAX)
            .budget(u32::MAX);
        assert_eq!(policy.waits().take(100).count(), 100);
        assert!(policy.new_budget().spend());
        let never = RetryPolicy::default()
            .max_attempts(0)
            .backoff(Duration::ZERO, Duration::ZERO);
        assert_eq!(never.waits().count(), 0);
        assert_eq!(RetryPolicy::none().waits().count(), 0);
    }

    #[test]
    fn ten_successes_earn_one_retry_and_never_more_than_the_budget() {
        let budget = RetryPolicy::default().budget(1).new_budget();
        for _ in 0..10 {
            budget.earn();
        }
        assert!(budget.spend());
        assert!(!budget.spend());
        for _ in 0..9 {
            budget.earn();
        }
        assert!(!budget.spend());
        budget.earn();
        assert!(budget.spend());
    }

    #[test]
    fn an_empty_budget_allows_nothing() {
        let budget = RetryPolicy::default().budget(0).new_budget();
        budget.earn();
        assert!(!budget.spend());
    }
}
