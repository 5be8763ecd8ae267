//! The records of a journal: 32 bytes each, so that no record crosses a page.

use super::key::TokenHash;

pub(crate) const RECORD_BYTES: usize = 32;

/// The outcome of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Revoked,
    NotRecognised,
    Live,
    Unknown,
}

impl Outcome {
    /// Whether nothing is left to do for the token.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Revoked | Self::NotRecognised)
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The whole input was tried.
    Complete,
    /// After a signal, an I/O error, or a refusal that applies to every token.
    Early,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// A run started.
    Started { at: u32 },
    Token {
        hash: TokenHash,
        /// Its first line in the input.
        line: u64,
        at: u32,
        outcome: Outcome,
        attempts: u8,
        /// Revoked according to the status; the body does not confirm it.
        by_status: bool,
    },
    /// Precedes `Ended`.
    Totals {
        /// Tokens with an outcome in the journal. If its records contain fewer, some were lost.
        tokens: u64,
        /// Digest of all tokens of the input; 0 without shards.
        digest: u64,
    },
    Ended {
        at: u32,
        end: End,
        lines: u64,
        bad_lines: u64,
        /// `None` if the input was not read to its end.
        not_tried: Option<u64>,
    },
}

const REVOKED: u8 = 1;
const NOT_RECOGNISED: u8 = 2;
const LIVE: u8 = 3;
const UNKNOWN: u8 = 4;
const STARTED: u8 = 16;
const COMPLETE: u8 = 17;
const EARLY: u8 = 18;
const TOTALS: u8 = 19;
const REVOKED_BY_STATUS: u8 = 5;

/// Layout in bytes: 16 hash · 6 line · 4 Unix time · 1 kind · 1 attempts · 4 CRC-32 of the preceding bytes.
/// Numbers are little-endian.
impl Record {
    pub(crate) fn encode(&self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        let (line, at, kind, attempts) = match *self {
            Self::Started { at } => (0, at, STARTED, 0),
            Self::Token {
                hash,
                line,
                at,
                outcome,
                attempts,
                by_status,
            } => {
                bytes[..16].copy_from_slice(&hash.0);
                let kind = match outcome {
                    Outcome::Revoked if by_status => REVOKED_BY_STATUS,
                    Outcome::Revoked => REVOKED,
                    Outcome::NotRecognised => NOT_RECOGNISED,
                    Outcome::Live => LIVE,
                    Outcome::Unknown => UNKNOWN,
                };
                (line, at, kind, attempts)
            }
            Self::Totals { tokens, digest } => {
                bytes[..8].copy_from_slice(&tokens.to_le_bytes());
                bytes[8..16].copy_from_slice(&digest.to_le_bytes());
                (0, 0, TOTALS, 0)
            }
            Self::Ended {
                at,
                end,
                lines,
                bad_lines,
                not_tried,
            } => {
                bytes[..8].copy_from_slice(&bad_lines.to_le_bytes());
                bytes[8..16].copy_from_slice(&not_tried.unwrap_or(u64::MAX).to_le_bytes());
                let kind = match end {
                    End::Complete => COMPLETE,
                    End::Early => EARLY,
                };
                (lines, at, kind, 0)
            }
        };
        bytes[16..22].copy_from_slice(&line.to_le_bytes()[..6]);
        bytes[22..26].copy_from_slice(&at.to_le_bytes());
        bytes[26] = kind;
        bytes[27] = attempts;
        let checksum = crc32fast::hash(&bytes[..28]);
        bytes[28..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// `None` if the bytes are not a record: incomplete, damaged, or never written.
    pub(crate) fn decode(bytes: &[u8; RECORD_BYTES]) -> Option<Self> {
        let (body, checksum) = bytes.split_at(28);
        if checksum != crc32fast::hash(body).to_le_bytes() {
            return None;
        }
        let mut line = [0; 8];
        line[..6].copy_from_slice(&body[16..22]);
        let line = u64::from_le_bytes(line);
        let at = u32::from_le_bytes([body[22], body[23], body[24], body[25]]);
        let token = |outcome| {
            let mut hash = [0; 16];
            hash.copy_from_slice(&body[..16]);
            Self::Token {
                hash: TokenHash(hash),
                line,
                at,
                outcome,
                attempts: body[27],
                by_status: body[26] == REVOKED_BY_STATUS,
            }
        };
        let number = |at: usize| {
            let mut number = [0; 8];
            number.copy_from_slice(&body[at..at + 8]);
            u64::from_le_bytes(number)
        };
        let ended = |end| {
            let not_tried = number(8);
            Self::Ended {
                at,
                end,
                lines: line,
                bad_lines: number(0),
                not_tried: (not_tried != u64::MAX).then_some(not_tried),
            }
        };
        Some(match body[26] {
            REVOKED | REVOKED_BY_STATUS => token(Outcome::Revoked),
            NOT_RECOGNISED => token(Outcome::NotRecognised),
            LIVE => token(Outcome::Live),
            UNKNOWN => token(Outcome::Unknown),
            STARTED => Self::Started { at },
            TOTALS => Self::Totals {
                tokens: number(0),
                digest: number(8),
            },
            COMPLETE => ended(End::Complete),
            EARLY => ended(End::Early),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_round_trip_and_every_flipped_bit_is_detected() {
        let token = |outcome, by_status| Record::Token {
            hash: TokenHash([7; 16]),
            line: (1 << 48) - 1,
            at: u32::MAX,
            outcome,
            attempts: 255,
            by_status,
        };
        let ended = |end, not_tried| Record::Ended {
            at: 3,
            end,
            lines: 1,
            bad_lines: 2,
            not_tried,
        };
        for record in [
            Record::Started { at: 1 },
            token(Outcome::Revoked, false),
            token(Outcome::Revoked, true),
            token(Outcome::NotRecognised, false),
            token(Outcome::Live, false),
            token(Outcome::Unknown, false),
            Record::Totals {
                tokens: 1,
                digest: u64::MAX,
            },
            ended(End::Complete, Some(0)),
            ended(End::Early, None),
        ] {
            let bytes = record.encode();
            assert_eq!(Record::decode(&bytes), Some(record));
            for bit in 0..RECORD_BYTES * 8 {
                let mut damaged = bytes;
                damaged[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(Record::decode(&damaged), None, "{record:?}, bit {bit}");
            }
        }
    }

    #[test]
    fn zeros_are_not_a_record() {
        assert_eq!(Record::decode(&[0; RECORD_BYTES]), None);
    }
}
