//! The database file: permissions, lock, schema and key check.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::cipher::{Cipher, SealedToken};
use super::key::Key;

/// Encrypted with the key in the table `key_check`, to detect a wrong key at start-up.
const CHECK: &[u8] = b"logout-queue check";

/// `synchronous = FULL` syncs each commit, so that an accepted sign-out survives a power failure.
/// `secure_delete` overwrites deleted rows.
const SETTINGS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
";

/// Times are in milliseconds since 1970.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS token (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        fingerprint BLOB NOT NULL UNIQUE,
        sealed BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        -- The number of failed calls, and how many of them were not retryable.
        rounds INTEGER NOT NULL DEFAULT 0,
        refusals INTEGER NOT NULL DEFAULT 0,
        needs_review INTEGER NOT NULL DEFAULT 0,
        last_error TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS token_due ON token (due_at) WHERE needs_review = 0;
    CREATE TABLE IF NOT EXISTS key_check (sealed BLOB NOT NULL) STRICT;
";

/// Opens or creates the queue. If the queue is encrypted with the key `previous`, re-encrypts it.
///
/// The returned file holds the lock on the queue.
pub(super) fn open(
    path: &Path,
    cipher: &Cipher,
    previous: Option<&Key>,
) -> anyhow::Result<(Connection, File)> {
    let lock = lock(path)?;
    // SQLite creates its log files with the permissions of this file.
    create_private(path).context("cannot create the queue")?;
    let mut connection = Connection::open(path).context("cannot open the queue")?;
    // Another process may read the queue, such as `sqlite3`.
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch(SETTINGS)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    check_key(&transaction, cipher, previous)?;
    // The process that made their first call has ended, so they are due now.
    transaction.execute("UPDATE token SET due_at = 0 WHERE rounds = 0", [])?;
    transaction.commit()?;
    // Removes data encrypted with a replaced key from the log.
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok((connection, lock))
}

/// Locks the queue, because two services would send each token twice. The operating system releases the lock
/// when the process ends.
fn lock(path: &Path) -> anyhow::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock = create_private(Path::new(&name)).context("cannot create the lock of the queue")?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => anyhow::bail!("another process uses this queue"),
        Err(TryLockError::Error(error)) => Err(error).context("cannot lock the queue"),
    }
}

/// Opens the file, or creates it with mode 0600.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn check_key(
    transaction: &Transaction<'_>,
    cipher: &Cipher,
    previous: Option<&Key>,
) -> anyhow::Result<()> {
    let check: Option<Vec<u8>> = transaction
        .query_row("SELECT sealed FROM key_check", [], |row| row.get(0))
        .optional()?;
    let Some(check) = check else {
        return write_check(transaction, cipher);
    };
    if cipher.open(&check, CHECK).is_ok() {
        return Ok(());
    }
    if let Some(previous) = previous {
        let previous = Cipher::new(previous)?;
        if previous.open(&check, CHECK).is_ok() {
            return replace_key(transaction, &previous, cipher);
        }
    }
    anyhow::bail!(
        "the queue is encrypted with another key than `LOGOUT_QUEUE_KEY`: use that key, or set it as \
         `LOGOUT_QUEUE_KEY_PREVIOUS` to replace it"
    )
}

fn write_check(transaction: &Transaction<'_>, cipher: &Cipher) -> anyhow::Result<()> {
    let check = cipher.seal(&[], CHECK)?;
    transaction.execute("INSERT INTO key_check (sealed) VALUES (?1)", [check])?;
    Ok(())
}

fn replace_key(
    transaction: &Transaction<'_>,
    previous: &Cipher,
    cipher: &Cipher,
) -> anyhow::Result<()> {
    let mut select =
        transaction.prepare("SELECT id, fingerprint, sealed FROM token ORDER BY id")?;
    let mut update =
        transaction.prepare("UPDATE token SET fingerprint = ?2, sealed = ?3 WHERE id = ?1")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let token = SealedToken {
            fingerprint: row.get(1)?,
            sealed: row.get(2)?,
        };
        let token = previous.open_token(&token);
        let token = cipher.seal_token(&token.with_context(|| format!("token {id}"))?)?;
        update.execute(params![id, token.fingerprint, token.sealed])?;
    }
    transaction.execute("DELETE FROM key_check", [])?;
    tracing::info!("the key of the queue was replaced: you can remove `LOGOUT_QUEUE_KEY_PREVIOUS`");
    write_check(transaction, cipher)
}
