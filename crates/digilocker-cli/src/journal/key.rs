//! The key of a journal. Without it, the hashes in the journal do not identify any token.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::exit::Failure;

const KEY_BYTES: usize = 32;

/// Stands for a token in a journal: the first 128 bits of its HMAC-SHA-256.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenHash(pub(crate) [u8; 16]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// The HMAC key. Unkeyed hashes would let anyone with a list of candidates find the tokens.
pub(crate) struct Key {
    bytes: Zeroizing<[u8; KEY_BYTES]>,
    mac: Hmac<Sha256>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    fn new(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        // Padded to the block size (RFC 2104 section 2).
        let mut block = Zeroizing::new([0; 64]);
        block[..KEY_BYTES].copy_from_slice(&*bytes);
        let mac = Hmac::new((&*block).into());
        Self { bytes, mac }
    }

    pub(crate) fn random() -> Result<Self, Failure> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(&mut *bytes)
            .map_err(|error| Failure::io(format!("cannot generate random numbers: {error}")))?;
        Ok(Self::new(bytes))
    }

    pub(crate) fn hash(&self, token: &str) -> TokenHash {
        TokenHash(self.keyed(token.as_bytes()))
    }

    /// Identifies the key in the header of a journal. No token begins with a zero byte.
    pub(crate) fn id(&self) -> String {
        let id = u128::from_be_bytes(self.keyed(b"\0digilocker journal key id"));
        format!("{id:032x}")
    }

    fn keyed(&self, text: &[u8]) -> [u8; 16] {
        let hash = self.mac.clone().chain_update(text).finalize().into_bytes();
        let mut first = [0; 16];
        first.copy_from_slice(&hash[..16]);
        first
    }
}

/// `JOURNAL.key`.
pub(crate) fn path(journal: &Path) -> PathBuf {
    super::sibling(journal, "key")
}

/// Creates the key of a new journal, or reads an existing one: an earlier run was killed before it created
/// the journal, or the journal was deleted.
pub(crate) fn create(journal: &Path) -> Result<Key, Failure> {
    let path = path(journal);
    let key = Key::random()?;
    // Created atomically with mode 0600, and never replaced.
    let created = tempfile::NamedTempFile::new_in(super::directory(&path)).and_then(|mut file| {
        file.write_all(&*key.bytes)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(&path).map_err(|error| error.error)
    });
    match created {
        Ok(_) => {
            super::sync_directory(&path);
            Ok(key)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(journal),
        Err(error) => Err(Failure::io(format!(
            "cannot create the journal key `{}`: {error}",
            path.display()
        ))),
    }
}

/// Reads the key of a journal.
pub(crate) fn read(journal: &Path) -> Result<Key, Failure> {
    let path = path(journal);
    let shown = path.display();
    let help =
        "restore it, or start over with another journal: revoking a token twice does no harm";
    let mut file = File::open(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::io(format!("the journal key is missing: `{shown}`")).help(help)
        }
        _ => Failure::io(format!("cannot read the journal key `{shown}`: {error}")),
    })?;
    crate::secret::warn_if_others_can_read(&path, &file);
    let mut bytes = Zeroizing::new([0; KEY_BYTES + 1]);
    let filled = super::scan::fill(&mut file, &mut bytes[..])
        .map_err(|error| Failure::io(format!("cannot read the journal key `{shown}`: {error}")))?;
    if filled != KEY_BYTES {
        return Err(Failure::io(format!("`{shown}` is not a journal key")).help(help));
    }
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    key.copy_from_slice(&bytes[..KEY_BYTES]);
    Ok(Key::new(key))
}
