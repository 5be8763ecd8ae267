//! The state of a run: which tokens it has seen, what is left to do, and counts.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use digilocker::{Error, Revoked, Token};

use super::shard::Shard;
use super::token_set::TokenSet;
use crate::journal::key::{Key, TokenHash};
use crate::journal::{Outcome, Record};

/// A token whose call has not ended.
struct InFlight {
    line: i64,
    /// A failure of this token that is in the journal.
    before: Option<Outcome>,
    /// `Some` if the input cannot be read again.
    token: Option<Token>,
}

pub(crate) struct Tally {
    key: Key,
    shard: Shard,
    tokens: TokenSet,
    in_flight: HashMap<TokenHash, InFlight>,
    /// Failures of this pass that may succeed in the next one.
    retry: HashMap<TokenHash, Outcome>,
    /// Those of the previous pass, until they are sent again.
    due: HashMap<TokenHash, Outcome>,
    /// Tokens to retry if the input cannot be read again. Zeroed on drop.
    kept: Vec<(i64, Token)>,
    is_first_pass: bool,
    /// An order-independent digest of all tokens of the input.
    pub(crate) digest: i64,
    pub(crate) counts: Counts,
}

/// Counts of distinct tokens of this shard, except for the last four.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) revoked: i64,
    pub(crate) not_recognised: i64,
    pub(crate) live: i64,
    pub(crate) unknown: i64,
    /// Of `revoked`, without confirmation in the response body.
    pub(crate) by_status: i64,
    /// By earlier runs of the journal.
    pub(crate) revoked_before: i64,
    pub(crate) not_recognised_before: i64,
    /// Read from the input and not sent.
    pub(crate) not_tried: i64,
    /// Not found when the input was read again.
    pub(crate) changed: usize,
    /// Calls that ended.
    pub(crate) calls: i64,
    pub(crate) duplicates: i64,
    pub(crate) other_shards: i64,
    pub(crate) bad_lines: i64,
}

impl Counts {
    fn of(&mut self, outcome: Outcome) -> &mut i64 {
        match outcome {
            Outcome::Revoked => &mut self.revoked,
            Outcome::NotRecognised => &mut self.not_recognised,
            Outcome::Live => &mut self.live,
            Outcome::Unknown => &mut self.unknown,
        }
    }
}

impl Tally {
    pub(crate) fn new(key: Key, shard: Shard, tokens: TokenSet) -> Self {
        Self {
            key,
            shard,
            tokens,
            in_flight: HashMap::new(),
            retry: HashMap::new(),
            due: HashMap::new(),
            kept: Vec::new(),
            is_first_pass: true,
            digest: 0,
            counts: Counts::default(),
        }
    }

    /// Whether the input has no token.
    pub(crate) fn is_empty(&self) -> bool {
        self.counts.other_shards == 0 && self.tokens.states().all(|state| state.is_some())
    }

    /// Whether a token must be sent, with its hash and a failure that is in the journal.
    pub(crate) fn filter(&mut self, token: &Token) -> Option<(TokenHash, Option<Outcome>)> {
        let token = token.expose_secret();
        if !self.is_first_pass {
            let hash = self.key.hash(token);
            return self.due.remove(&hash).map(|before| (hash, Some(before)));
        }
        let (is_in_shard, digest) = self.shard.contains_and_digest(token);
        self.digest = self.digest.wrapping_add(digest);
        if !is_in_shard {
            self.counts.other_shards += 1;
            return None;
        }
        let hash = self.key.hash(token);
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
            _ => return Some((hash, before)),
        }
        None
    }

    /// Records that a token is about to be sent.
    pub(crate) fn start_call(
        &mut self,
        line: i64,
        hash: TokenHash,
        before: Option<Outcome>,
        token: Option<Token>,
    ) {
        let call = InFlight {
            line,
            before,
            token,
        };
        self.in_flight.insert(hash, call);
    }

    /// Counts the outcome of a call, or that it was dropped. Returns the record for the journal.
    pub(crate) fn finish_call<'a>(
        &mut self,
        hash: TokenHash,
        result: Option<&'a Result<Revoked, Error>>,
    ) -> Option<Record<'a>> {
        let InFlight {
            line,
            before,
            token,
        } = self.in_flight.remove(&hash)?;
        let outcome = match (before, result.map_or(Outcome::Unknown, Outcome::of)) {
            // An earlier call with an unknown outcome may have revoked it.
            (Some(Outcome::Unknown), Outcome::Live) => Outcome::Unknown,
            (_, outcome) => outcome,
        };
        if let Some(before) = before.filter(|_| !self.is_first_pass) {
            *self.counts.of(before) -= 1;
        }
        *self.counts.of(outcome) += 1;
        self.counts.calls += 1;
        match result {
            Some(Ok(revoked)) => self.counts.by_status += i64::from(!revoked.is_confirmed()),
            Some(Err(error)) if !outcome.is_final() && error.is_retryable() => {
                self.retry.insert(hash, outcome);
                self.kept.extend(token.map(|token| (line, token)));
            }
            _ => {}
        }
        Some(Record {
            line,
            hash,
            outcome,
            result,
            replaces: before.is_some(),
        })
    }

    pub(crate) fn in_flight(&self) -> Vec<TokenHash> {
        self.in_flight.keys().copied().collect()
    }

    /// After a whole pass. Returns the number of tokens for the next one.
    pub(crate) fn end_pass(&mut self) -> usize {
        // Those that were not found again are missing from the input.
        self.counts.changed += self.due.len();
        self.is_first_pass = false;
        self.due = std::mem::take(&mut self.retry);
        self.due.len()
    }

    pub(crate) fn is_first_pass(&self) -> bool {
        self.is_first_pass
    }

    pub(crate) fn take_kept(&mut self) -> Vec<(i64, Token)> {
        std::mem::take(&mut self.kept)
    }

    /// The numbers of tokens that are live and unknown in the journal and missing from the input.
    pub(crate) fn left_in_journal(&self) -> (i64, i64) {
        let left = self.tokens.states();
        left.fold((0, 0), |(live, unknown), state| match state {
            Some(Outcome::Live) => (live + 1, unknown),
            Some(Outcome::Unknown) => (live, unknown + 1),
            _ => (live, unknown),
        })
    }
}
