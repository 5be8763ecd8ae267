//! A time that is so far off.

use std::time::Duration;

use tokio::time::Instant;

/// A year: as good as never, for timeouts that no clock can add.
const FAR: Duration = Duration::from_secs(31_536_000);

pub(crate) fn after(instant: Instant, wait: Duration) -> Instant {
    instant.checked_add(wait).unwrap_or_else(|| instant + FAR)
}
