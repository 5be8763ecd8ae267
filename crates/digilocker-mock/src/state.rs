//! What a sandbox knows.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::authentication::Authentication;
use crate::fallback::Fallback;
use crate::grants::Grants;
use crate::schedule::Schedule;
use crate::violation::Violation;

/// How a sandbox was set up: it does not change.
#[derive(Clone)]
pub(crate) struct Rules {
    pub(crate) authentication: Authentication,
    /// Errors in the form of RFC 6749 section 5.2 in place of the documented envelope.
    pub(crate) rfc6749_errors: bool,
    /// RFC 7009 section 2.2: a token that nobody knows is as good as revoked.
    pub(crate) unknown_tokens_succeed: bool,
    pub(crate) fallback: Option<Fallback>,
}

pub(crate) struct State {
    pub(crate) rules: Rules,
    ledger: Mutex<Ledger>,
}

/// What changes with each request.
pub(crate) struct Ledger {
    pub(crate) grants: Grants,
    pub(crate) faults: Schedule,
    pub(crate) requests: usize,
    pub(crate) violations: Vec<Violation>,
}

impl State {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            rules,
            ledger: Mutex::new(Ledger {
                grants: Grants::new(),
                faults: Schedule::default(),
                requests: 0,
                violations: Vec::new(),
            }),
        }
    }

    /// One request at a time. No code panics halfway through a change, so a poisoned lock guards a
    /// sound ledger.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
