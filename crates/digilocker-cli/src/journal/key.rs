//! The key of a journal. Without it, the hashes in the journal do not identify any token.

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::sibling;
use crate::exit::Failure;
use crate::output;

const KEY_BYTES: usize = 32;

/// Stands for a token in a journal: the first 128 bits of its HMAC-SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
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

    /// Identifies the key in a journal. No token begins with a zero byte.
    pub(super) fn id(&self) -> String {
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

/// The open file `JOURNAL.key`. A run locks it: closing any other handle of a database file would release the
/// locks of SQLite.
#[derive(Debug)]
pub(super) struct KeyFile(File);

impl KeyFile {
    /// Locks the journal: two runs on one journal would send each token twice.
    pub(super) fn lock(&self, journal: &Path) -> Result<(), Failure> {
        let shown = journal.display();
        match self.0.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => {
                Err(Failure::io(format!("the journal `{shown}` is in use"))
                    .help("another `digilocker revoke-all` is using it: wait until it ends"))
            }
            Err(TryLockError::Error(error)) => {
                // Some network file systems do not support locks.
                output::warning(&format!(
                    "cannot lock the journal `{shown}`: {error}; do not use it in two runs at the same time"
                ));
                Ok(())
            }
        }
    }
}

/// Whether a run has locked the journal. `false` if its key is not here.
pub(crate) fn is_in_use(journal: &Path) -> bool {
    File::open(sibling(journal, ".key"))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Creates the key of a new journal, or reads an existing one: an earlier run was killed before it created
/// the journal, or the journal was deleted.
pub(super) fn create(journal: &Path) -> Result<(Key, KeyFile), Failure> {
    let path = sibling(journal, ".key");
    let key = Key::random()?;
    // Created atomically with mode 0600, and never replaced.
    let created = tempfile::NamedTempFile::new_in(directory(&path)).and_then(|mut file| {
        file.write_all(&*key.bytes)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(&path).map_err(|error| error.error)
    });
    match created {
        Ok(file) => Ok((key, KeyFile(file))),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(journal),
        Err(error) => Err(Failure::io(format!(
            "cannot create the journal key `{}`: {error}",
            path.display()
        ))),
    }
}

/// Reads the key of a journal.
pub(super) fn read(journal: &Path) -> Result<(Key, KeyFile), Failure> {
    let path = sibling(journal, ".key");
    let shown = path.display();
    let help =
        "restore it, or start over with another journal: revoking a token twice does no harm";
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::io(format!("the journal key is missing: `{shown}`")).help(help)
        }
        io::ErrorKind::UnexpectedEof => {
            Failure::io(format!("`{shown}` is not a journal key")).help(help)
        }
        _ => Failure::io(format!("cannot read the journal key `{shown}`: {error}")),
    };
    let mut file = File::open(&path).map_err(failed)?;
    crate::secret::warn_if_others_can_read(&path, &file);
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    file.read_exact(&mut *bytes).map_err(failed)?;
    match file.read(&mut [0]) {
        Ok(0) => Ok((Key::new(bytes), KeyFile(file))),
        Ok(_) => Err(failed(io::ErrorKind::UnexpectedEof.into())),
        Err(error) => Err(failed(error)),
    }
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Syncs the directory entry of a new file. Best effort: some file systems cannot.
pub(super) fn sync_directory(path: &Path) {
    if cfg!(unix) {
        let _ = File::open(directory(path)).and_then(|directory| directory.sync_all());
    }
}
