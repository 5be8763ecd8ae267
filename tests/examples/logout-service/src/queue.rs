//! The queue of tokens that may still be live: an SQLite table of encrypted tokens, which survives crashes.

use std::fs::OpenOptions;
use std::path::Path;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chacha20poly1305::aead::{Aead as _, Generate as _};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use digilocker::Token;
use rusqlite::{Connection, OptionalExtension as _, params};
use zeroize::{Zeroize as _, Zeroizing};

/// `synchronous = FULL` syncs each commit, so that an accepted sign-out survives a power failure.
/// `secure_delete` overwrites deleted rows. Times are in seconds since 1970.
///
/// The process that took the rows with a later time has ended, so all are due now.
const OPEN: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    CREATE TABLE IF NOT EXISTS token (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        sealed BLOB NOT NULL,
        created_at REAL NOT NULL DEFAULT (unixepoch('now', 'subsec')),
        due_at REAL NOT NULL DEFAULT 0,
        -- The number of failed calls.
        rounds INTEGER NOT NULL DEFAULT 0,
        needs_review INTEGER NOT NULL DEFAULT 0,
        last_error TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS token_due ON token (due_at) WHERE needs_review = 0;
    UPDATE token SET due_at = 0;
";

const NONCE_BYTES: usize = 24;

/// The key that encrypts the tokens. Zeroed on drop.
pub(crate) struct Key(XChaCha20Poly1305);

/// Cheap to clone. Database access runs on Tokio's blocking threads.
#[derive(Clone)]
pub(crate) struct Queue(Arc<Inner>);

struct Inner {
    connection: Mutex<Connection>,
    key: Key,
}

/// A row of the queue, without the token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) id: i64,
    /// The number of failed calls.
    pub(crate) rounds: u32,
}

/// The size and age of the queue.
#[derive(Debug)]
pub(crate) struct Depth {
    pub(crate) queued: u32,
    pub(crate) needs_review: u32,
    /// The age of the oldest queued token.
    pub(crate) oldest_seconds: Option<i64>,
}

impl Queue {
    /// Opens or creates the queue.
    pub(crate) fn open(path: &Path, key: &Key) -> anyhow::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        // SQLite creates its log files with the permissions of this file.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).context("cannot create the queue")?;
        let connection = Connection::open(path).context("cannot open the queue")?;
        // Another process may read the queue, such as `sqlite3`.
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.execute_batch(OPEN)?;

        let first = "SELECT sealed FROM token ORDER BY id LIMIT 1";
        let first = connection.query_row(first, [], |row| row.get::<_, Vec<u8>>(0));
        if let Some(sealed) = first.optional()? {
            let opened = key.open(&sealed);
            opened.context("the queue is encrypted with another key than `LOGOUT_QUEUE_KEY`")?;
        }
        Ok(Self(Arc::new(Inner {
            connection: Mutex::new(connection),
            key: Key(key.0.clone()),
        })))
    }

    /// Adds tokens. When this returns, they are on disk.
    pub(crate) async fn add(&self, tokens: Vec<Token>) -> anyhow::Result<()> {
        let sealed = tokens.iter().map(|token| self.0.key.seal(token));
        let sealed = sealed.collect::<anyhow::Result<Vec<_>>>()?;
        self.call(move |connection| {
            let transaction = connection.transaction()?;
            for sealed in sealed {
                transaction.execute("INSERT INTO token (sealed) VALUES (?1)", [sealed])?;
            }
            transaction.commit()
        })
        .await
    }

    /// Takes a token that is due. It is due again after `lease`, unless its call has ended.
    pub(crate) async fn take(&self, lease: Duration) -> anyhow::Result<Option<(Row, Vec<u8>)>> {
        self.call(move |connection| {
            let update = "UPDATE token SET due_at = unixepoch('now', 'subsec') + ?1
                WHERE id = (SELECT id FROM token
                    WHERE needs_review = 0 AND due_at <= unixepoch('now', 'subsec')
                    ORDER BY due_at, id LIMIT 1)
                RETURNING id, rounds, sealed";
            let taken = connection.query_row(update, [lease.as_secs_f64()], |row| {
                let (id, rounds) = (row.get(0)?, row.get(1)?);
                Ok((Row { id, rounds }, row.get(2)?))
            });
            taken.optional()
        })
        .await
    }

    /// Decrypts a token that was taken.
    pub(crate) fn token(&self, sealed: &[u8]) -> anyhow::Result<Token> {
        self.0.key.open(sealed)
    }

    /// Deletes a token that is not live.
    pub(crate) async fn delete(&self, id: i64) -> anyhow::Result<()> {
        self.execute("DELETE FROM token WHERE id = ?1", (id,)).await
    }

    /// Keeps a token for a call at a later time.
    pub(crate) async fn retry(&self, id: i64, wait: Duration, error: String) -> anyhow::Result<()> {
        let update = "UPDATE token SET due_at = unixepoch('now', 'subsec') + ?2,
            rounds = rounds + 1, last_error = ?3 WHERE id = ?1";
        self.execute(update, (id, wait.as_secs_f64(), error)).await
    }

    /// Marks a token for manual review.
    pub(crate) async fn review(&self, id: i64, error: String) -> anyhow::Result<()> {
        let update = "UPDATE token SET needs_review = 1, rounds = rounds + 1, last_error = ?2
            WHERE id = ?1";
        self.execute(update, (id, error)).await
    }

    pub(crate) async fn depth(&self) -> anyhow::Result<Depth> {
        self.call(|connection| {
            let select = "SELECT count(*) FILTER (WHERE needs_review = 0),
                count(*) FILTER (WHERE needs_review),
                CAST(unixepoch() - min(created_at) FILTER (WHERE needs_review = 0) AS INTEGER)
                FROM token";
            connection.query_row(select, params![], |row| {
                Ok(Depth {
                    queued: row.get(0)?,
                    needs_review: row.get(1)?,
                    oldest_seconds: row.get(2)?,
                })
            })
        })
        .await
    }

    async fn execute(
        &self,
        sql: &'static str,
        values: impl rusqlite::Params + Send + 'static,
    ) -> anyhow::Result<()> {
        self.call(move |connection| connection.execute(sql, values).map(drop))
            .await
    }

    async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let inner = Arc::clone(&self.0);
        let result = tokio::task::spawn_blocking(move || {
            // SQLite rolls back an interrupted transaction, so the connection is usable after a panic.
            let connection = inner.connection.lock();
            call(&mut connection.unwrap_or_else(PoisonError::into_inner))
        });
        Ok(result.await.context("the database task failed")??)
    }
}

impl Key {
    /// Returns nonce, ciphertext and tag.
    fn seal(&self, token: &Token) -> anyhow::Result<Vec<u8>> {
        // 24 random bytes do not repeat in practice. A counter could be reset by a restored backup.
        let nonce = XNonce::try_generate().context("cannot generate random numbers")?;
        let ciphertext = self.0.encrypt(&nonce, token.expose_secret().as_bytes());
        let ciphertext = ciphertext.map_err(|_| anyhow::anyhow!("encryption failed"))?;
        Ok([nonce.as_slice(), &ciphertext].concat())
    }

    fn open(&self, sealed: &[u8]) -> anyhow::Result<Token> {
        let parts = sealed.split_first_chunk::<NONCE_BYTES>();
        let opened = parts
            .and_then(|(nonce, ciphertext)| self.0.decrypt(&XNonce::from(*nonce), ciphertext).ok());
        let opened = opened.context("decryption failed: wrong key or modified data")?;
        let text = String::from_utf8(opened).map_err(|error| {
            error.into_bytes().zeroize();
            anyhow::anyhow!("the token is not UTF-8")
        })?;
        Ok(Token::new(text)?)
    }
}

/// Reads 32 bytes in base64. The error does not quote the text, because it may be a mistyped key.
impl FromStr for Key {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let bytes = Zeroizing::new(BASE64_STANDARD.decode(text).unwrap_or_default());
        let key = XChaCha20Poly1305::new_from_slice(&bytes);
        key.map(Self).map_err(|_| {
            anyhow::anyhow!(
                "a key is 32 bytes in base64: create one with `openssl rand -base64 32`"
            )
        })
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}
