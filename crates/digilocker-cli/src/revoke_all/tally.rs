//! The state of a run: the state of each token, counts, and the lines of tokens that may be alive.

use std::collections::BTreeMap;

use digilocker::Token;
use roaring::RoaringTreemap;

use super::shard::Shard;
use super::token_set::{Insertion, State, TokenSet};
use crate::journal::key::{Key, TokenHash};
use crate::journal::{Outcome, Record};

/// A token whose call has not ended.
#[derive(Debug)]
struct InFlight {
    /// For display. A call is identified by its number.
    line: u64,
    hash: TokenHash,
    /// `Some` if the input cannot be read again.
    token: Option<Token>,
}

#[derive(Debug)]
pub(crate) struct Tally {
    key: Key,
    shard: Shard,
    token_set: TokenSet,
    /// By the number of the call.
    in_flight: BTreeMap<u64, InFlight>,
    next_call: u64,
    /// An order-independent digest of all tokens of the input.
    pub(crate) digest: u64,
    /// Tokens to retry if the input cannot be read again. Zeroed on drop.
    kept: Vec<(u64, Token)>,
    pub(crate) counts: Counts,
    pub(crate) alive: RoaringTreemap,
    pub(crate) unknown: RoaringTreemap,
    pub(crate) bad: RoaringTreemap,
    /// Lines that had another token when they were read again.
    pub(crate) changed: RoaringTreemap,
}

/// Counts of distinct tokens of this shard, except for the last three.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) revoked: u64,
    pub(crate) not_recognised: u64,
    /// Revoked or not recognised in earlier runs of the journal.
    pub(crate) before: u64,
    /// Revoked in this run without confirmation in the response body.
    pub(crate) by_status: u64,
    /// Read from the input and not sent.
    pub(crate) not_tried: u64,
    /// Calls that ended in this run.
    pub(crate) calls: u64,
    pub(crate) duplicates: u64,
    pub(crate) other_shards: u64,
}

impl Tally {
    pub(crate) fn new(key: Key, shard: Shard, token_set: TokenSet) -> Self {
        Self {
            key,
            shard,
            token_set,
            in_flight: BTreeMap::new(),
            next_call: 0,
            digest: 0,
            kept: Vec::new(),
            counts: Counts::default(),
            alive: RoaringTreemap::new(),
            unknown: RoaringTreemap::new(),
            bad: RoaringTreemap::new(),
            changed: RoaringTreemap::new(),
        }
    }

    /// Returns the hash of the token if it must be sent in the first pass over the input.
    pub(crate) fn filter_first_pass(&mut self, token: &Token) -> Option<TokenHash> {
        let (is_in_shard, digest) = self.shard.contains_and_digest(token.expose_secret());
        self.digest = self.digest.wrapping_add(digest);
        if !is_in_shard {
            self.counts.other_shards += 1;
            return None;
        }
        let hash = self.key.hash(token.expose_secret());
        match self.token_set.insert_input(&hash) {
            Insertion::Duplicate => {
                self.counts.duplicates += 1;
                None
            }
            Insertion::InJournal(State::Revoked) => {
                self.counts.revoked += 1;
                self.counts.before += 1;
                None
            }
            Insertion::InJournal(State::NotRecognised) => {
                self.counts.not_recognised += 1;
                self.counts.before += 1;
                None
            }
            Insertion::New | Insertion::InJournal(_) => Some(hash),
        }
    }

    /// Returns the hash of the token if it must be sent again in a later pass.
    pub(crate) fn filter_retry(&mut self, line: u64, token: &Token) -> Option<TokenHash> {
        if !self.alive.contains(line) && !self.unknown.contains(line) {
            return None;
        }
        let hash = self.key.hash(token.expose_secret());
        match self.token_set.get(&hash) {
            Some(state) if state.is_retryable() => Some(hash),
            Some(State::Live { .. } | State::Unknown { .. }) => None,
            _ => {
                self.changed.insert(line);
                None
            }
        }
    }

    /// Records that a token is about to be sent. Returns the number of the call.
    pub(crate) fn start_call(
        &mut self,
        line: u64,
        hash: TokenHash,
        token: &Token,
        keep: bool,
    ) -> u64 {
        let token = keep.then(|| token.clone());
        let call = self.next_call;
        self.next_call += 1;
        (self.in_flight).insert(call, InFlight { line, hash, token });
        call
    }

    /// Records the outcome of a call. Returns the record for the journal.
    pub(crate) fn finish_call(
        &mut self,
        call: u64,
        outcome: Outcome,
        retryable: bool,
        attempts: u32,
        by_status: bool,
    ) -> Option<Record> {
        let InFlight { line, hash, token } = self.in_flight.remove(&call)?;
        // An earlier call with an unknown outcome may have revoked it.
        let outcome = match (self.token_set.get(&hash), outcome) {
            (Some(State::Unknown { .. }), Outcome::Live) => Outcome::Unknown,
            _ => outcome,
        };
        self.token_set.set(&hash, State::new(outcome, retryable));
        self.counts.calls += 1;
        self.counts.by_status += u64::from(by_status);
        self.alive.remove(line);
        self.unknown.remove(line);
        match outcome {
            Outcome::Revoked => self.counts.revoked += 1,
            Outcome::NotRecognised => self.counts.not_recognised += 1,
            Outcome::Live => {
                self.alive.insert(line);
            }
            Outcome::Unknown => {
                self.unknown.insert(line);
            }
        }
        if !outcome.is_final()
            && retryable
            && let Some(token) = token
        {
            self.kept.push((line, token));
        }
        Some(Record::Token {
            hash,
            line,
            at: crate::journal::now(),
            outcome,
            attempts: u8::try_from(attempts).unwrap_or(u8::MAX),
            by_status,
        })
    }

    /// Counts the dropped calls as unknown.
    pub(crate) fn drop_in_flight(&mut self) {
        for InFlight { line, .. } in std::mem::take(&mut self.in_flight).into_values() {
            self.alive.remove(line);
            self.unknown.insert(line);
        }
    }

    pub(crate) fn retryable(&self) -> usize {
        let retryable = self.token_set.states().filter(|state| state.is_retryable());
        retryable.count()
    }

    /// The record that precedes `Ended`.
    pub(crate) fn totals(&self) -> Record {
        let ended = (self.token_set.states()).filter(|state| *state != State::Pending);
        Record::Totals {
            tokens: ended.count() as u64,
            digest: self.digest,
        }
    }

    pub(crate) fn take_kept(&mut self) -> Vec<(u64, Token)> {
        std::mem::take(&mut self.kept)
    }

    /// The numbers of tokens that are alive and unknown in the journal and missing from the input.
    pub(crate) fn left_in_journal(&self) -> (u64, u64) {
        (self.token_set.not_in_input()).fold((0, 0), |(alive, unknown), state| match state {
            State::Live { .. } => (alive + 1, unknown),
            State::Unknown { .. } => (alive, unknown + 1),
            _ => (alive, unknown),
        })
    }
}
