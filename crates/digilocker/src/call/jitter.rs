//! Spreads the requests of many clients that were told the same wait.

use std::time::Duration;

/// A random part of up to half of this wait, to be added to it.
pub(super) fn spread(wait: Duration) -> Duration {
    wait.mul_f64(fastrand::f64() / 2.0)
}
