//! A time that the server asked for, kept by all calls that share it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::deadline::after;

/// Until when nobody asks again. Shared by the calls of one `revoke_all`.
#[derive(Debug)]
pub(crate) struct Pause {
    /// The longest pause that is kept. A server that asks for more has its calls end at their deadline.
    longest: Duration,
    until: Mutex<Option<Instant>>,
}

impl Pause {
    pub(crate) fn new(longest: Duration) -> Self {
        Self {
            longest,
            until: Mutex::new(None),
        }
    }

    /// The server asked for this, now.
    pub(crate) fn ask(&self, wait: Duration) {
        let until = after(Instant::now(), wait.min(self.longest));
        let mut slot = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = (*slot).max(Some(until));
    }

    /// When the pause ends, if there is one now.
    pub(crate) fn until(&self) -> Option<Instant> {
        let mut slot = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = slot.filter(|until| *until > Instant::now());
        *slot
    }
}
