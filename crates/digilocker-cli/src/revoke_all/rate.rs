//! `--rate`: limits the tokens sent per second.

use std::str::FromStr;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Maximum interval: a longer one is useless.
const MAX_INTERVAL: Duration = Duration::from_secs(86_400);

/// The interval between two tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rate(Duration);

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const INVALID: &str = "expected a number of tokens per second, such as `50` or `0.5`";
        let rate: f64 = text.parse().map_err(|_| INVALID)?;
        match Duration::try_from_secs_f64(1.0 / rate) {
            Ok(period) if rate > 0.0 && !period.is_zero() && period <= MAX_INTERVAL => {
                Ok(Self(period))
            }
            _ => Err(INVALID),
        }
    }
}

/// How far a late timer may catch up. A longer time would allow bursts.
const BURST: Duration = Duration::from_millis(50);

pub(crate) struct RateLimiter {
    interval: Duration,
    /// When the next token may be sent.
    next: Instant,
}

impl RateLimiter {
    pub(crate) fn new(Rate(interval): Rate) -> Self {
        Self {
            interval,
            next: Instant::now(),
        }
    }

    /// Waits until the next token may be sent.
    pub(crate) async fn ready(&self) {
        sleep_until(self.next).await;
    }

    /// Counts a token that is sent.
    pub(crate) fn count(&mut self) {
        let late = Instant::now().saturating_duration_since(self.next);
        self.next += self.interval + late.saturating_sub(BURST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_positive_numbers() {
        assert_eq!("50".parse(), Ok(Rate(Duration::from_millis(20))));
        assert_eq!("0.5".parse(), Ok(Rate(Duration::from_secs(2))));
        for wrong in ["0", "-1", "", "a", "nan", "inf", "1e300", "1e-300", "1e-5"] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_are_spread_over_time() {
        let started = Instant::now();
        let mut rate_limiter = RateLimiter::new("50".parse().unwrap());
        for _ in 0..=100 {
            rate_limiter.ready().await;
            rate_limiter.count();
        }
        assert_eq!(started.elapsed().as_secs(), 2);
        // A pause is not made up for, except for 50 ms of it.
        tokio::time::advance(Duration::from_secs(60)).await;
        let resumed = Instant::now();
        for _ in 0..=100 {
            rate_limiter.ready().await;
            rate_limiter.count();
        }
        assert!((1.9..2.0).contains(&resumed.elapsed().as_secs_f64()));
    }
}
