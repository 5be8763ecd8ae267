//! The state of a sandbox, shared by the server, the sandbox and its handles.

use std::sync::{Mutex, MutexGuard, PoisonError};

use fastrand::Rng;
use tokio::sync::watch;

use crate::coverage::Coverage;
use crate::credentials::Registered;
use crate::dialect::Dialect;
use crate::exchange::Exchange;
use crate::grants::Grants;
use crate::journal::Ring;
use crate::schedule::Schedule;
use crate::secrets::Secrets;
use crate::violation::Violation;

/// The configuration, which does not change.
#[derive(Clone, Default)]
pub(crate) struct Config {
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
    pub(crate) violations: Ring<Violation>,
    pub(crate) coverage: Coverage,
}

impl Shared {
    pub(crate) fn new(config: Config, random: Rng, journal_size: usize) -> Self {
        let state = State {
            grants: Grants::new(random),
            secrets: [config.client.secret.as_str()].into_iter().collect(),
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
