//! The set of distinct tokens of a run: at most 30 bytes each.
//!
//! An entry is 12 bytes: 92 bits of the keyed hash and 4 bits of state. A token whose 92 bits collide with
//! another's would not be sent, and stay alive. The probability of a collision among ten million tokens is
//! 10⁻¹⁴; with 64 bits it would be 10⁻⁶. A slot takes 13 bytes, and 7/16 to 7/8 of the slots are in use. The
//! table is split into parts, because a table needs twice its memory while it grows.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::journal::key::TokenHash;
use crate::journal::{Outcome, Record};

const PARTS: usize = 64;
const LAST: usize = 11;

/// The state of a token in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Not sent, or in flight.
    Pending,
    Revoked,
    NotRecognised,
    Live {
        retryable: bool,
    },
    Unknown {
        retryable: bool,
    },
}

impl State {
    pub(crate) fn new(outcome: Outcome, retryable: bool) -> Self {
        match outcome {
            Outcome::Revoked => Self::Revoked,
            Outcome::NotRecognised => Self::NotRecognised,
            Outcome::Live => Self::Live { retryable },
            Outcome::Unknown => Self::Unknown { retryable },
        }
    }

    pub(crate) fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::Live { retryable: true } | Self::Unknown { retryable: true }
        )
    }

    fn to_bits(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Revoked => 1,
            Self::NotRecognised => 2,
            Self::Live { retryable: false } => 3,
            Self::Live { retryable: true } => 4,
            Self::Unknown { retryable: false } => 5,
            Self::Unknown { retryable: true } => 6,
        }
    }

    fn from_bits(bits: u8) -> Self {
        match bits & 0x07 {
            1 => Self::Revoked,
            2 => Self::NotRecognised,
            3 => Self::Live { retryable: false },
            4 => Self::Live { retryable: true },
            5 => Self::Unknown { retryable: false },
            6 => Self::Unknown { retryable: true },
            _ => Self::Pending,
        }
    }
}

/// The result of inserting a token of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Insertion {
    New,
    /// It already occurred in the input.
    Duplicate,
    /// It is in the journal, and is new in the input.
    InJournal(State),
}

/// Set if the token occurs in the input.
const IN_INPUT: u8 = 0x08;

type Slot = [u8; LAST + 1];

#[derive(Debug)]
pub(crate) struct TokenSet {
    parts: Vec<HashTable<Slot>>,
}

fn slot(hash: &TokenHash, state: u8) -> Slot {
    let mut slot = [0; LAST + 1];
    slot.copy_from_slice(&hash.0[..=LAST]);
    slot[LAST] = slot[LAST] & 0xF0 | state;
    slot
}

fn is_same(a: &Slot, b: &Slot) -> bool {
    a[..LAST] == b[..LAST] && a[LAST] & 0xF0 == b[LAST] & 0xF0
}

fn bucket(slot: &Slot) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&slot[..8]);
    u64::from_le_bytes(bytes)
}

impl TokenSet {
    pub(crate) fn new() -> Self {
        Self {
            parts: (0..PARTS).map(|_| HashTable::new()).collect(),
        }
    }

    fn entry(&mut self, slot: &Slot) -> Entry<'_, Slot> {
        let part = usize::from(slot[8]) % PARTS;
        self.parts[part].entry(bucket(slot), |other| is_same(other, slot), bucket)
    }

    pub(crate) fn load_record(&mut self, record: &Record) {
        if let Record::Token { hash, outcome, .. } = record {
            self.load(hash, *outcome);
        }
    }

    /// Loads a record of the journal. The last record of a token wins.
    pub(crate) fn load(&mut self, hash: &TokenHash, outcome: Outcome) {
        let slot = slot(hash, State::new(outcome, false).to_bits());
        self.entry(&slot).insert(slot);
    }

    /// Inserts a token of the input if it is new.
    pub(crate) fn insert_input(&mut self, hash: &TokenHash) -> Insertion {
        let slot = slot(hash, State::Pending.to_bits() | IN_INPUT);
        match self.entry(&slot) {
            Entry::Vacant(entry) => {
                entry.insert(slot);
                Insertion::New
            }
            Entry::Occupied(mut entry) => {
                let last = &mut entry.get_mut()[LAST];
                if *last & IN_INPUT != 0 {
                    return Insertion::Duplicate;
                }
                *last |= IN_INPUT;
                Insertion::InJournal(State::from_bits(*last))
            }
        }
    }

    /// The state of a token.
    pub(crate) fn get(&mut self, hash: &TokenHash) -> Option<State> {
        match self.entry(&slot(hash, 0)) {
            Entry::Vacant(_) => None,
            Entry::Occupied(entry) => Some(State::from_bits(entry.get()[LAST])),
        }
    }

    pub(crate) fn set(&mut self, hash: &TokenHash, state: State) {
        let slot = slot(hash, state.to_bits() | IN_INPUT);
        self.entry(&slot).insert(slot);
    }

    /// The states of tokens that are in the journal and not in the input.
    pub(crate) fn not_in_input(&self) -> impl Iterator<Item = State> {
        self.parts
            .iter()
            .flatten()
            .map(|slot| slot[LAST])
            .filter(|last| last & IN_INPUT == 0)
            .map(State::from_bits)
    }

    /// The states of all tokens.
    pub(crate) fn states(&self) -> impl Iterator<Item = State> {
        (self.parts.iter().flatten()).map(|slot| State::from_bits(slot[LAST]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: u128) -> TokenHash {
        TokenHash(number.to_le_bytes())
    }

    #[test]
    fn every_state_round_trips() {
        let mut token_set = TokenSet::new();
        let a = hash(1);
        assert_eq!(token_set.insert_input(&a), Insertion::New);
        assert_eq!(token_set.insert_input(&a), Insertion::Duplicate);
        for state in [
            State::Pending,
            State::Revoked,
            State::NotRecognised,
            State::Live { retryable: false },
            State::Live { retryable: true },
            State::Unknown { retryable: false },
            State::Unknown { retryable: true },
        ] {
            token_set.set(&a, state);
            assert_eq!(token_set.get(&a), Some(state));
            assert_eq!(token_set.insert_input(&a), Insertion::Duplicate);
        }
        assert_eq!(token_set.not_in_input().count(), 0);
    }

    #[test]
    fn last_record_of_a_token_wins() {
        let mut token_set = TokenSet::new();
        let (a, b) = (hash(1), hash(2));
        token_set.load(&a, Outcome::Live);
        token_set.load(&a, Outcome::Revoked);
        token_set.load(&b, Outcome::Unknown);
        assert_eq!(
            token_set.insert_input(&a),
            Insertion::InJournal(State::Revoked)
        );
        assert_eq!(token_set.insert_input(&a), Insertion::Duplicate);
        let left: Vec<State> = token_set.not_in_input().collect();
        assert_eq!(left, [State::Unknown { retryable: false }]);
    }

    /// Tokens whose hashes differ in a single bit are distinct.
    #[test]
    fn tokens_are_distinguished_by_92_bits() {
        let mut token_set = TokenSet::new();
        assert_eq!(token_set.insert_input(&hash(0)), Insertion::New);
        for bit in (0..96).filter(|bit| !(88..92).contains(bit)) {
            assert_eq!(
                token_set.insert_input(&hash(1 << bit)),
                Insertion::New,
                "bit {bit}"
            );
        }
    }

    #[test]
    fn a_token_takes_at_most_30_bytes() {
        use hmac::digest::Digest;
        let mut token_set = TokenSet::new();
        let mut most = 0.0_f64;
        for count in 1..=300_000_u32 {
            let digest = sha2::Sha256::digest(count.to_le_bytes());
            let mut first = [0; 16];
            first.copy_from_slice(&digest[..16]);
            assert_eq!(token_set.insert_input(&TokenHash(first)), Insertion::New);
            if count > 100_000 && count % 1000 == 0 {
                let bytes: usize = token_set.parts.iter().map(HashTable::allocation_size).sum();
                #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
                let each = bytes as f64 / f64::from(count);
                most = most.max(each);
            }
        }
        assert!((20.0..30.0).contains(&most), "{most}");
    }
}
