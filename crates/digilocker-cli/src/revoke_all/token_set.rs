//! The distinct tokens of a run, by their hashes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::journal::key::TokenHash;
use crate::outcome::Outcome;

/// A table needs twice its memory while it grows, but not all of them grow at once.
const TABLES: usize = 64;

/// `Some` is the outcome of an earlier run, until the input has the token.
pub(super) type State = Option<Outcome>;

pub(super) struct TokenSet(Vec<HashMap<TokenHash, State>>);

impl TokenSet {
    pub(super) fn new() -> Self {
        Self((0..TABLES).map(|_| HashMap::new()).collect())
    }

    pub(super) fn entry(&mut self, hash: TokenHash) -> Entry<'_, TokenHash, State> {
        self.0[usize::from(hash.0[0]) % TABLES].entry(hash)
    }

    pub(super) fn states(&self) -> impl Iterator<Item = State> {
        self.0.iter().flat_map(HashMap::values).copied()
    }
}
