//! The key of a journal. Without it, the hashes in the journal do not identify any token.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::exit::Failure;
use crate::{output, secret};

const KEY_BYTES: usize = 32;

/// Stands for a token in a journal: the first 128 bits of its HMAC-SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash(pub(crate) [u8; 16]);

/// The HMAC key. Unkeyed hashes would let anyone with a list of candidates find the tokens.
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    fn new(bytes: &[u8; KEY_BYTES]) -> Self {
        // Padded to the block size (RFC 2104 section 2).
        let mut block = Zeroizing::new([0; 64]);
        block[..KEY_BYTES].copy_from_slice(bytes);
        Self(Hmac::new((&*block).into()))
    }

    pub(crate) fn random() -> Result<Self, Failure> {
        Ok(Self::new(&*secret::random()?))
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
        let hash = self.0.clone().chain_update(text).finalize().into_bytes();
        let mut first = [0; 16];
        first.copy_from_slice(&hash[..16]);
        first
    }
}

/// Opens `JOURNAL.key`. For a new journal, creates it, unless it exists: an earlier run was killed before it
/// created the journal, or the journal was deleted.
pub(super) fn open(journal: &Path, is_new: bool) -> Result<(Key, File), Failure> {
    let path = key_path(journal);
    let shown = path.display();
    if is_new && !path.exists() {
        let bytes = secret::random::<KEY_BYTES>()?;
        // Created atomically with mode 0600, and never replaced.
        tempfile::NamedTempFile::new_in(directory(&path))
            .and_then(|mut file| {
                file.write_all(&*bytes)?;
                file.as_file().sync_all()?;
                file.persist_noclobber(&path).map_err(|error| error.error)
            })
            .map_err(|error| {
                Failure::io(format!("cannot create the journal key `{shown}`: {error}"))
            })?;
    }
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    let read = File::open(&path).and_then(|mut file| {
        secret::warn_if_others_can_read(&path, &file);
        file.read_exact(&mut *bytes)?;
        match file.read(&mut [0])? {
            0 => Ok(file),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    });
    let file = read.map_err(|error| {
        let message = match error.kind() {
            io::ErrorKind::NotFound => format!("the journal key is missing: `{shown}`"),
            io::ErrorKind::UnexpectedEof => format!("`{shown}` is not a journal key"),
            _ => format!("cannot read the journal key `{shown}`: {error}"),
        };
        Failure::io(message).help(
            "restore it, or start over with another journal: revoking a token twice does no harm",
        )
    })?;
    Ok((Key::new(&bytes), file))
}

/// Locks the journal by its key: two runs on one journal would send each token twice. Not by the database,
/// because closing another handle of it would release the locks of SQLite.
pub(super) fn lock(file: &File, journal: &Path) -> Result<(), Failure> {
    let shown = journal.display();
    match file.try_lock() {
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

/// Whether a run has locked the journal. `false` if its key is not here.
pub(crate) fn is_in_use(journal: &Path) -> bool {
    File::open(key_path(journal))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// `JOURNAL.key`.
fn key_path(journal: &Path) -> PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
