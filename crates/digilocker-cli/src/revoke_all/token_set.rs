//! The distinct tokens of a run, by their hashes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::journal::Outcome;
use crate::journal::key::TokenHash;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_takes_at_most_48_bytes() {
        // With a byte of the table for each entry, and at least 7 of 16 entries in use.
        assert!((size_of::<(TokenHash, State)>() + 1) * 16 <= 48 * 7);
        let mut token_set = TokenSet::new();
        let count: u128 = 300_000;
        for number in 0..count {
            let hash = TokenHash(number.to_le_bytes());
            token_set.entry(hash).or_insert(None);
        }
        let entries: usize = token_set.0.iter().map(HashMap::capacity).sum();
        // A table is filled to 7 of 8 before it grows.
        let bytes = entries * 8 / 7 * (size_of::<(TokenHash, State)>() + 1);
        assert!(bytes <= 48 * token_set.states().count(), "{bytes}");
    }
}
