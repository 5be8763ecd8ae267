//! The state of a sandbox, shared by the server, the sandbox and its handles.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fastrand::Rng;
use tokio::sync::watch;

use crate::coverage::Coverage;
use crate::credentials::Registered;
use crate::dialect::Dialect;
use crate::exchange::Exchange;
use crate::fault::Schedule;
use crate::grants::Grants;
use crate::redact::Secrets;

/// The configuration, which does not change.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) address: SocketAddr,
    /// The URL that clients use.
    pub(crate) base_url: String,
    pub(crate) client: Registered,
    pub(crate) dialect: Dialect,
    /// Unknown tokens get 200 (RFC 7009 section 2.2).
    pub(crate) unknown_tokens_succeed: bool,
}

pub(crate) struct Shared {
    pub(crate) config: Config,
    state: Mutex<State>,
    /// Incremented by every change of the state.
    revision: watch::Sender<u64>,
    /// Notified when held responses are to be sent.
    pub(crate) released: watch::Sender<()>,
}

pub(crate) struct State {
    pub(crate) grants: Grants,
    /// The client's secret and tokens chosen by the caller, also from before a reset. Generated tokens are
    /// longer than any text that is shown.
    pub(crate) secrets: Secrets,
    pub(crate) faults: Schedule,
    pub(crate) exchanges: Ring<Exchange>,
    pub(crate) violations: Ring<String>,
    pub(crate) coverage: Coverage,
}

impl Shared {
    pub(crate) fn new(config: Config, random: Rng, journal_size: usize) -> Self {
        let state = State {
            grants: Grants::new(random),
            secrets: Secrets::new([config.client.secret.as_str()].into_iter()),
            faults: Schedule::default(),
            exchanges: Ring::new(journal_size),
            violations: Ring::new(journal_size),
            coverage: Coverage::new(config.dialect),
        };
        Self {
            config,
            state: Mutex::new(state),
            revision: watch::Sender::new(0),
            released: watch::Sender::new(()),
        }
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.lock())
    }

    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.revision.send_modify(|revision| *revision += 1);
        result
    }

    /// The state behind a poisoned lock is consistent: no code panics in the middle of a change.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn changed_since(&self, revision: u64) -> u64 {
        let mut revisions = self.revision.subscribe();
        let changed = revisions.wait_for(|current| *current != revision).await;
        // Never an error: the sender is a field of `self`.
        changed.map_or(revision, |current| *current)
    }
}

/// Drops the oldest entry for a new one.
pub(crate) struct Ring<T> {
    size: usize,
    entries: VecDeque<T>,
    /// All entries, the dropped ones included.
    pub(crate) count: usize,
}

impl<T: Clone> Ring<T> {
    pub(crate) fn new(size: usize) -> Self {
        Self {
            size,
            entries: VecDeque::new(),
            count: 0,
        }
    }

    pub(crate) fn push(&mut self, entry: T) {
        self.count += 1;
        self.entries.push_back(entry);
        if self.entries.len() > self.size {
            self.entries.pop_front();
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.size);
    }

    /// The last entries, oldest first.
    pub(crate) fn last(&self, limit: usize) -> Vec<T> {
        let skipped = self.entries.len().saturating_sub(limit);
        self.entries.range(skipped..).cloned().collect()
    }
}
