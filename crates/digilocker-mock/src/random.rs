//! Pseudo-random numbers. Not cryptographic: the sandbox's secrets protect nothing.

use std::hash::{BuildHasher, RandomState};

/// The `n`th number of the stream of `seed` (`SplitMix64`).
///
/// A pure function: the order of concurrent requests does not change the numbers.
pub(crate) fn number(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add(n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Whether the `n`th event of the stream happens, if `ratio` of all events do.
pub(crate) fn happens(seed: u64, n: u64, ratio: f64) -> bool {
    // 53 bits: the precision of an `f64`.
    #[expect(
        clippy::cast_precision_loss,
        reason = "53 bits fit into an f64 exactly"
    )]
    let unit = (number(seed, n) >> 11) as f64 / (1_u64 << 53) as f64;
    unit < ratio
}

/// A seed that differs from process to process and from call to call.
pub(crate) fn seed() -> u64 {
    RandomState::new().hash_one(0)
}

/// The `n`th block of 32 bytes of the stream.
pub(crate) fn bytes(seed: u64, n: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (i, chunk) in (0_u64..).zip(bytes.chunks_exact_mut(8)) {
        chunk.copy_from_slice(&number(seed, n.wrapping_mul(4).wrapping_add(i)).to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference output of `SplitMix64` for the seed 1234567.
    #[test]
    fn matches_splitmix64() {
        let stream: Vec<u64> = (0..3).map(|n| number(1_234_567, n)).collect();
        assert_eq!(
            stream,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn ratio_0_is_never_and_1_is_always() {
        assert!((0..1000).all(|n| !happens(7, n, 0.0)));
        assert!((0..1000).all(|n| happens(7, n, 1.0)));
    }
}
