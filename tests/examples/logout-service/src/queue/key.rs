//! The key that encrypts the queue.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

const BYTES: usize = 32;

/// 32 random bytes. Zeroed on drop.
pub(crate) struct Key(Zeroizing<[u8; BYTES]>);

impl Key {
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

/// Reads base64, base64url without padding, or 64 hexadecimal digits.
impl FromStr for Key {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let decoded = if text.len() == 2 * BYTES {
            from_hex(text)
        } else {
            let decoded = STANDARD
                .decode(text)
                .or_else(|_| URL_SAFE_NO_PAD.decode(text));
            decoded.ok().map(Zeroizing::new)
        };
        let mut key = Zeroizing::new([0; BYTES]);
        match decoded {
            Some(bytes) if bytes.len() == BYTES => {
                key.copy_from_slice(&bytes);
                Ok(Self(key))
            }
            _ => Err(InvalidKey),
        }
    }
}

fn from_hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    let digits = Zeroizing::new(digits?);
    let bytes = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]);
    Some(Zeroizing::new(bytes.collect()))
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The text is not a key. The error does not quote it, because it may be a mistyped key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidKey;

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a key is 32 bytes in base64 or hexadecimal: create one with `openssl rand -base64 32`",
        )
    }
}

impl std::error::Error for InvalidKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_from_base64_and_hexadecimal() {
        let bytes: Vec<u8> = (0..32).map(|n| 0xA0 + n % 16).collect();
        let hex = "a0A1a2A3a4A5a6A7a8A9aAAbaCAdaEAf".repeat(2);
        for text in [STANDARD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes), hex] {
            assert_eq!(text.parse::<Key>().unwrap().bytes(), bytes, "{text}");
        }
        for text in [
            "",
            "secret",
            &STANDARD.encode(&bytes[1..]),
            &"g".repeat(64),
            &"é".repeat(32),
        ] {
            assert_eq!(text.parse::<Key>().unwrap_err(), InvalidKey, "{text}");
        }
    }
}
