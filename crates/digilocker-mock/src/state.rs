//! The state of a sandbox.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::config::Config;
use crate::coverage::Counts;
use crate::grants::Grants;
use crate::journal::Journal;
use crate::schedule::Schedule;

/// Shared by the server, the sandbox and its handles.
pub(crate) struct Shared {
    pub(crate) config: Config,
    state: Mutex<State>,
    /// Incremented by every change of the state.
    revision: watch::Sender<u64>,
    /// Notified when held responses are to be sent.
    released: watch::Sender<()>,
}

pub(crate) struct State {
    pub(crate) grants: Grants,
    pub(crate) faults: Schedule,
    pub(crate) requests: usize,
    pub(crate) journal: Journal,
    pub(crate) counts: Counts,
}

impl Shared {
    pub(crate) fn new(config: Config, token_seed: u64, journal_size: usize) -> Self {
        let dialect = config.dialect;
        Self {
            config,
            state: Mutex::new(State {
                grants: Grants::new(token_seed),
                faults: Schedule::default(),
                requests: 0,
                journal: Journal::new(journal_size),
                counts: Counts::new(dialect),
            }),
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
        match revisions.wait_for(|current| *current != revision).await {
            Ok(current) => *current,
            // The sender is a field of `self`.
            Err(_) => revision,
        }
    }

    pub(crate) fn release(&self) {
        self.released.send_replace(());
    }

    /// A receiver whose `changed()` completes at the next release.
    pub(crate) fn next_release(&self) -> watch::Receiver<()> {
        self.released.subscribe()
    }
}
