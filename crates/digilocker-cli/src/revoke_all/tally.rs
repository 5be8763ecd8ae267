//! The state of a run: which tokens it has seen, what is left to do, and counts.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use digilocker::{Error, Revoked, Token};

use super::shard::Shard;
use super::token_set::TokenSet;
use crate::journal::Record;
use crate::journal::key::{Key, TokenHash};
use crate::journal::query::Results;
use crate::outcome::Outcome;

/// A token to send.
pub(crate) struct Call {
    pub(crate) line: i64,
    pub(crate) hash: TokenHash,
    pub(crate) token: Token,
    /// A failure of this token that is in the journal.
    before: Option<Outcome>,
    /// Whether this run has counted that failure.
    is_retry: bool,
}

pub(crate) struct Tally {
    key: Key,
    shard: Shard,
    tokens: TokenSet,
    /// Calls that have not ended.
    pub(super) in_flight: HashMap<TokenHash, Call>,
    /// Failures that may succeed in the next pass.
    pub(super) retry: Vec<Call>,
    /// An order-independent digest of all tokens of the input.
    pub(crate) digest: i64,
    pub(crate) counts: Counts,
}

/// Counts of distinct tokens of this shard, except for the last two.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Of this run, without lines, reasons and `not_tried`.
    pub(crate) results: Results,
    /// By earlier runs of the journal.
    pub(crate) revoked_before: i64,
    pub(crate) not_recognised_before: i64,
    /// Read from the input and not sent.
    pub(crate) not_tried: i64,
    /// Calls that ended.
    pub(crate) calls: i64,
    pub(crate) duplicates: i64,
    pub(crate) other_shards: i64,
}

impl Tally {
    pub(crate) fn new(key: Key, shard: Shard, tokens: TokenSet) -> Self {
        Self {
            key,
            shard,
            tokens,
            in_flight: HashMap::new(),
            retry: Vec::new(),
            digest: 0,
            counts: Counts::default(),
        }
    }

    /// Whether the input has no token.
    pub(crate) fn is_empty(&self) -> bool {
        self.counts.other_shards == 0 && self.tokens.states().all(|state| state.is_some())
    }

    /// The call for a token that must be sent.
    pub(crate) fn filter(&mut self, line: i64, token: Token) -> Option<Call> {
        let (is_in_shard, digest) = self.shard.contains_and_digest(token.expose_secret());
        self.digest = self.digest.wrapping_add(digest);
        if !is_in_shard {
            self.counts.other_shards += 1;
            return None;
        }
        let hash = self.key.hash(token.expose_secret());
        let before = match self.tokens.entry(hash) {
            Entry::Vacant(entry) => *entry.insert(None),
            Entry::Occupied(mut entry) => {
                let before = entry.get_mut().take();
                if before.is_none() {
                    self.counts.duplicates += 1;
                    return None;
                }
                before
            }
        };
        match before {
            Some(Outcome::Revoked) => self.counts.revoked_before += 1,
            Some(Outcome::NotRecognised) => self.counts.not_recognised_before += 1,
            _ => {
                return Some(Call {
                    line,
                    hash,
                    token,
                    before,
                    is_retry: false,
                });
            }
        }
        None
    }

    /// Counts the outcome of a call, or that it was dropped. Returns the record for the journal.
    pub(crate) fn finish_call(
        &mut self,
        hash: TokenHash,
        result: Option<Result<Revoked, Error>>,
    ) -> Option<Record> {
        let call = self.in_flight.remove(&hash)?;
        let after = result.as_ref().map_or(Outcome::Unknown, Outcome::of);
        let outcome = match (call.before, after) {
            // An earlier call with an unknown outcome may have revoked it.
            (Some(Outcome::Unknown), Outcome::Live) => Outcome::Unknown,
            (_, outcome) => outcome,
        };
        if let Some(before) = call.before.filter(|_| call.is_retry) {
            *self.counts.results.count(before) -= 1;
        }
        *self.counts.results.count(outcome) += 1;
        self.counts.calls += 1;
        let record = Record {
            line: call.line,
            hash,
            outcome,
            result,
            replaces: call.before.is_some(),
        };
        match &record.result {
            Some(Ok(revoked)) => {
                self.counts.results.by_status += i64::from(!revoked.is_confirmed());
            }
            Some(Err(error)) if !outcome.is_final() && error.is_retryable() => {
                self.retry.push(Call {
                    before: Some(outcome),
                    is_retry: true,
                    ..call
                });
            }
            _ => {}
        }
        Some(record)
    }

    /// The number of tokens that are live or unknown in the journal and missing from the input.
    pub(crate) fn left_in_journal(&self) -> usize {
        let left = |state: &Option<Outcome>| state.is_some_and(|outcome| !outcome.is_final());
        self.tokens.states().filter(left).count()
    }
}
