//! Whether and when failed attempts are retried.

use std::time::Duration;

use backon::ExponentialBuilder;

/// The longest backoff. A longer one is useless, and arithmetic with it could overflow.
const LONGEST: Duration = Duration::from_secs(86_400);

/// Whether and when failed attempts are retried.
///
/// An attempt is retried if its error [is retryable](crate::Error::is_retryable). This is safe, since
/// revoking is idempotent. The first backoff comes before the second attempt; each further one is twice
/// as long, up to the maximum. Jitter of up to its own length is added to each, so that many clients do
/// not retry at the same time. If the response has a `Retry-After`, that time and up to half of it pass before
/// the backoff.
/// If the next attempt would begin after the call's deadline, the call ends at once with the last error.
///
/// All clones of a client share one retry budget, so that retries do not make an outage worse. Each
/// retry spends one, ten successful calls refill one, and an empty budget refills by time within a
/// minute. It never exceeds its size. A retry is spent when it is sent. After an attempt that timed out or broke,
/// the next one opens a new connection, because others in the pool may be as dead.
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
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct RetryPolicy {
    /// The backoffs of one call, one for each retry that is allowed.
    pub(crate) backoff: ExponentialBuilder,
    /// The size of the retry budget.
    pub(crate) budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        let policy = Self {
            backoff: ExponentialBuilder::new().with_jitter(),
            budget: 20,
        };
        let (min, max) = (Duration::from_millis(100), Duration::from_secs(5));
        policy.max_attempts(3).backoff(min, max)
    }
}

impl RetryPolicy {
    /// One attempt, no retry.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// The maximum number of attempts, the first included. Defaults to 3; 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.backoff = self.backoff.with_max_times(attempts.max(1) as usize - 1);
        self
    }

    /// The first backoff and the longest one, both before jitter, which at most doubles them.
    /// Defaults to 100 ms and 5 s; at most a day.
    pub fn backoff(mut self, min: Duration, max: Duration) -> Self {
        let max = max.min(LONGEST);
        let backoff = self.backoff.with_min_delay(min.min(max));
        self.backoff = backoff.with_max_delay(max);
        self
    }

    /// The size of the retry budget that a client and its clones share. Defaults to 20; 0 disables
    /// retries. A policy that is [set for one call](crate::Revoke::retry) spends from the client's budget
    /// instead.
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }
}

#[cfg(test)]
mod tests {
    use backon::BackoffBuilder as _;

    use super::*;

    #[test]
    fn backoffs_double_up_to_the_maximum_with_jitter() {
        let policy = RetryPolicy::default()
            .max_attempts(6)
            .backoff(Duration::from_millis(100), Duration::from_millis(400));
        for _ in 0..1000 {
            let backoffs: Vec<_> = policy
                .backoff
                .build()
                .map(|backoff| backoff.as_millis())
                .collect();
            assert_eq!(backoffs.len(), 5, "{backoffs:?}");
            for (backoff, min) in backoffs.iter().zip([100, 200, 400, 400, 400]) {
                assert!((min..=2 * min).contains(backoff), "{backoffs:?}");
            }
        }
    }

    #[test]
    fn extreme_policies_do_not_overflow() {
        let policy = RetryPolicy::default()
            .max_attempts(u32::MAX)
            .backoff(Duration::MAX, Duration::MAX)
            .budget(u32::MAX);
        assert_eq!(policy.backoff.build().take(100).count(), 100);
        let single = RetryPolicy::default()
            .max_attempts(0)
            .backoff(Duration::ZERO, Duration::ZERO);
        assert_eq!(single.backoff.build().count(), 0);
        assert_eq!(RetryPolicy::none().backoff.build().count(), 0);
    }
}
