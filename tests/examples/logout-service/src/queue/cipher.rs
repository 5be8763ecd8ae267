//! The encryption of tokens at rest.

use anyhow::Context as _;
use chacha20poly1305::aead::{Aead as _, Generate as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use digilocker::Token;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use super::key::Key;

const NONCE_BYTES: usize = 24;

/// Encrypts and fingerprints tokens, with a separate subkey for each.
pub(super) struct Cipher {
    encryption: XChaCha20Poly1305,
    fingerprint: Hmac<Sha256>,
}

/// An encrypted token, as stored in the database.
#[derive(Clone)]
pub(crate) struct SealedToken {
    /// A keyed hash of the token, to find duplicates. With an unkeyed hash, a stolen database could be searched
    /// for known or guessed tokens.
    pub(super) fingerprint: Vec<u8>,
    /// Nonce, ciphertext and tag.
    pub(super) sealed: Vec<u8>,
}

impl Cipher {
    pub(super) fn new(key: &Key) -> anyhow::Result<Self> {
        let hkdf = Hkdf::<Sha256>::new(None, key.bytes());
        let subkey = |purpose: &str| -> anyhow::Result<Zeroizing<[u8; 32]>> {
            let mut subkey = Zeroizing::new([0; 32]);
            (hkdf.expand(purpose.as_bytes(), subkey.as_mut_slice()))
                .map_err(|_| anyhow::anyhow!("cannot derive the key of the {purpose}"))?;
            Ok(subkey)
        };
        let encryption = XChaCha20Poly1305::new_from_slice(&*subkey("logout-queue encryption")?)?;
        let fingerprint = Hmac::new_from_slice(&*subkey("logout-queue fingerprint")?)?;
        Ok(Self {
            encryption,
            fingerprint,
        })
    }

    pub(super) fn seal_token(&self, token: &Token) -> anyhow::Result<SealedToken> {
        let token = token.expose_secret().as_bytes();
        let fingerprint = self.fingerprint.clone().chain_update(token);
        let fingerprint = fingerprint.finalize().into_bytes().to_vec();
        Ok(SealedToken {
            sealed: self.seal(token, &associated_data(&fingerprint))?,
            fingerprint,
        })
    }

    pub(super) fn open_token(&self, token: &SealedToken) -> anyhow::Result<Token> {
        let opened = self.open(&token.sealed, &associated_data(&token.fingerprint))?;
        let text = String::from_utf8(opened).map_err(|error| {
            error.into_bytes().zeroize();
            anyhow::anyhow!("the token is not UTF-8")
        })?;
        Ok(Token::new(text)?)
    }

    pub(super) fn seal(&self, message: &[u8], aad: &[u8]) -> anyhow::Result<Vec<u8>> {
        // 24 random bytes do not repeat in practice. A counter could be reset by a restored backup.
        let nonce = XNonce::try_generate().context("cannot generate random numbers")?;
        let message = Payload { msg: message, aad };
        let ciphertext = (self.encryption.encrypt(&nonce, message))
            .map_err(|_| anyhow::anyhow!("encryption failed"))?;
        Ok([nonce.as_slice(), &ciphertext].concat())
    }

    pub(super) fn open(&self, sealed: &[u8], aad: &[u8]) -> anyhow::Result<Vec<u8>> {
        let parts = sealed.split_first_chunk::<NONCE_BYTES>();
        let opened = parts.and_then(|(nonce, ciphertext)| {
            let ciphertext = Payload {
                msg: ciphertext,
                aad,
            };
            self.encryption
                .decrypt(&XNonce::from(*nonce), ciphertext)
                .ok()
        });
        opened.context("decryption failed: wrong key or modified data")
    }
}

/// Binds a ciphertext to its row.
fn associated_data(fingerprint: &[u8]) -> Vec<u8> {
    [b"logout-queue token ", fingerprint].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher(digit: &str) -> Cipher {
        Cipher::new(&digit.repeat(64).parse().unwrap()).unwrap()
    }

    #[test]
    fn sealed_token_is_opened_with_the_same_key_and_row_only() {
        let cipher_a = cipher("a");
        let token = Token::new("2YotnFZFEjr1zCsicMWpAA").unwrap();
        let sealed = cipher_a.seal_token(&token).unwrap();
        let opened = cipher_a.open_token(&sealed).unwrap();
        assert_eq!(opened.expose_secret(), token.expose_secret());

        assert!(cipher("b").open_token(&sealed).is_err());
        let other = cipher_a.seal_token(&Token::new("other").unwrap()).unwrap();
        let swapped = SealedToken {
            fingerprint: other.fingerprint,
            sealed: sealed.sealed.clone(),
        };
        assert!(cipher_a.open_token(&swapped).is_err());
        for index in 0..sealed.sealed.len() {
            let mut changed = sealed.clone();
            changed.sealed[index] ^= 1;
            assert!(cipher_a.open_token(&changed).is_err(), "byte {index}");
        }
        for length in 0..NONCE_BYTES + 16 {
            let mut cut = sealed.clone();
            cut.sealed.truncate(length);
            assert!(cipher_a.open_token(&cut).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn equal_tokens_have_equal_fingerprints_and_different_ciphertexts() {
        let token = Token::new("2YotnFZFEjr1zCsicMWpAA").unwrap();
        let first = cipher("a").seal_token(&token).unwrap();
        let second = cipher("a").seal_token(&token).unwrap();
        assert_eq!(first.fingerprint, second.fingerprint);
        assert_ne!(first.sealed, second.sealed);
        assert_ne!(
            first.fingerprint,
            cipher("b").seal_token(&token).unwrap().fingerprint
        );
    }
}
