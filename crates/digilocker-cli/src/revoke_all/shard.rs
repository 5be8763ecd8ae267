//! `--shard`: splits the tokens across machines.

use std::env;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// Set by Kubernetes in the pods of an Indexed Job.
const INDEX: &str = "JOB_COMPLETION_INDEX";

const MAX_SHARDS: u32 = 65_536;

/// One of several shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    pub(crate) index: u32,
    pub(crate) count: u32,
}

/// `I/N`, or `N` alone.
impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            text.parse::<u32>()
                .map_err(|_| "expected `I/N`, such as `0/3`")
        };
        let (index, count) = text
            .split_once('/')
            .map_or((None, text), |(i, n)| (Some(i), n));
        let count = number(count)?;
        let index = match index {
            Some(index) => number(index)?,
            None => env::var(INDEX)
                .ok()
                .and_then(|index| index.parse().ok())
                .ok_or_else(|| format!("{INDEX} is not set to a number: pass `I/{count}`"))?,
        };
        if !(1..=MAX_SHARDS).contains(&count) {
            return Err(format!("expected 1 to {MAX_SHARDS} shards"));
        }
        if index >= count {
            let source = if text.contains('/') { "`I`" } else { INDEX };
            return Err(format!("{source} counts from 0: it must be below {count}"));
        }
        Ok(Self { index, count })
    }
}

impl Shard {
    pub(crate) const WHOLE: Self = Self { index: 0, count: 1 };

    pub(crate) fn is_whole(self) -> bool {
        self.count == 1
    }

    /// Whether the token belongs to this shard, and its contribution to the digest of the input. The hash is
    /// unkeyed: all machines must agree.
    pub(crate) fn contains_and_digest(self, token: &str) -> (bool, i64) {
        if self.is_whole() {
            return (true, 0);
        }
        let hash = Sha256::digest(token.as_bytes());
        let mut last = [0; 8];
        last.copy_from_slice(&hash[24..]);
        let is_contained = shard_of(&hash, self.count) == self.index;
        (is_contained, i64::from_be_bytes(last))
    }
}

fn shard_of(digest: &[u8], count: u32) -> u32 {
    let mut first = [0; 4];
    first.copy_from_slice(&digest[..4]);
    // Scaling distributes equally, unlike a modulo.
    let share = (u64::from(u32::from_be_bytes(first)) * u64::from(count)) >> 32;
    u32::try_from(share).unwrap_or(0)
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change would make machines with different versions of this command miss tokens.
    #[test]
    fn the_shard_of_a_token_never_changes() {
        let shards: Vec<u32> = (0..12)
            .map(|n| shard_of(&Sha256::digest(format!("t{n}")), 5))
            .collect();
        assert_eq!(shards, [1, 1, 3, 4, 3, 4, 2, 1, 4, 4, 4, 2]);
    }

    #[test]
    fn shards_are_counted_from_0() {
        let shard = |text: &str| text.parse::<Shard>().ok().map(|shard| shard.to_string());
        for text in ["0/3", "2/3", "0/1"] {
            assert_eq!(shard(text).as_deref(), Some(text));
        }
        for wrong in [
            "3/3", "0/0", "0", "", "/", "1/", "/2", "-1/2", "1/2/3", "a", "0/65537",
        ] {
            assert_eq!(shard(wrong), None, "{wrong}");
        }
    }
}
