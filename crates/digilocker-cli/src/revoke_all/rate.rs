//! `--rate`: limits the tokens sent per second.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota};

/// Maximum interval: a longer one is useless, and the limiter counts nanoseconds in a `u64`.
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

pub(crate) struct RateLimiter(DefaultDirectRateLimiter);

impl RateLimiter {
    pub(crate) fn new(Rate(period): Rate) -> Option<Self> {
        let burst = u32::try_from(BURST.as_nanos() / period.as_nanos().max(1)).unwrap_or(u32::MAX);
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period)?.allow_burst(burst);
        Some(Self(DefaultDirectRateLimiter::direct(quota)))
    }

    /// Waits until the next token may be sent.
    pub(crate) async fn ready(&self) {
        while let Err(not_until) = self.0.check() {
            tokio::time::sleep(not_until.wait_time_from(DefaultClock::default().now())).await;
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]
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

    #[test]
    fn rate_is_converted_to_an_interval() {
        let rate_limiter = RateLimiter::new("20".parse().unwrap()).unwrap();
        assert!(rate_limiter.0.check().is_ok());
        let not_until = rate_limiter.0.check().unwrap_err();
        assert_eq!(
            not_until.quota().replenish_interval(),
            Duration::from_millis(50)
        );
        assert!(RateLimiter::new("1e9".parse().unwrap()).is_some());
    }
}
