//! The queue of tokens that may still be alive: an encrypted SQLite table, which survives crashes.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use digilocker::Token;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use self::cipher::{Cipher, SealedToken};
pub(crate) use self::key::Key;

mod cipher;
mod database;
mod key;

/// The queue. Cheap to clone. Database access runs on Tokio's blocking threads.
#[derive(Clone)]
pub(crate) struct Queue(Arc<Inner>);

struct Inner {
    connection: Mutex<Connection>,
    cipher: Cipher,
    _lock: File,
}

/// A row of the queue, without the token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    pub(crate) id: i64,
    /// The number of failed calls.
    pub(crate) rounds: u32,
    /// How many of them failed with an error that is not retryable.
    pub(crate) refusals: u32,
}

/// A row of the queue.
pub(crate) struct Entry {
    pub(crate) ticket: Ticket,
    token: SealedToken,
}

/// The size and age of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Depth {
    pub(crate) queued: u32,
    pub(crate) needs_review: u32,
    /// The age of the oldest queued token.
    pub(crate) oldest: Option<Duration>,
}

impl Queue {
    /// Opens or creates the queue. `previous` is a key to replace.
    pub(crate) fn open(path: &Path, key: &Key, previous: Option<&Key>) -> anyhow::Result<Self> {
        let cipher = Cipher::new(key)?;
        let (connection, lock) = database::open(path, &cipher, previous)?;
        Ok(Self(Arc::new(Inner {
            connection: Mutex::new(connection),
            cipher,
            _lock: lock,
        })))
    }

    /// Adds a token, which the drain ignores until it is due. `None` if the token is already queued.
    ///
    /// When this returns, the token is on disk.
    pub(crate) async fn add(
        &self,
        token: Token,
        due: SystemTime,
    ) -> anyhow::Result<Option<Ticket>> {
        self.call(move |connection, cipher| {
            let token = cipher.seal_token(&token)?;
            let mut insert = connection.prepare_cached(
                "INSERT INTO token (fingerprint, sealed, created_at, due_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (fingerprint) DO NOTHING RETURNING id",
            )?;
            let now = millis(SystemTime::now());
            let values = params![token.fingerprint, token.sealed, now, millis(due)];
            let id = insert.query_row(values, |row| row.get(0)).optional()?;
            Ok(id.map(|id| Ticket {
                id,
                rounds: 0,
                refusals: 0,
            }))
        })
        .await
    }

    /// The tokens that are due, in order of their due time.
    pub(crate) async fn due(&self, limit: u16) -> anyhow::Result<Vec<Entry>> {
        self.call(move |connection, _| {
            let mut select = connection.prepare_cached(
                "SELECT id, rounds, refusals, fingerprint, sealed FROM token
                 WHERE needs_review = 0 AND due_at <= ?1 ORDER BY due_at LIMIT ?2",
            )?;
            let entries = select.query_map(params![millis(SystemTime::now()), limit], entry)?;
            Ok(entries.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Decrypts the token of an entry.
    pub(crate) fn token(&self, entry: &Entry) -> anyhow::Result<Token> {
        self.0.cipher.open_token(&entry.token)
    }

    /// Deletes a token that is not alive.
    pub(crate) async fn remove(&self, id: i64) -> anyhow::Result<()> {
        self.execute("DELETE FROM token WHERE id = ?1", move |statement| {
            statement.execute([id])
        })
        .await
    }

    /// Keeps a token for a retry.
    pub(crate) async fn retry(
        &self,
        id: i64,
        due: SystemTime,
        is_refusal: bool,
        error: String,
    ) -> anyhow::Result<()> {
        self.execute(
            "UPDATE token SET due_at = ?2, rounds = rounds + 1, refusals = refusals + ?3,
             last_error = ?4 WHERE id = ?1",
            move |statement| statement.execute(params![id, millis(due), is_refusal, error]),
        )
        .await
    }

    /// Marks a token for manual review.
    pub(crate) async fn review(&self, id: i64, error: String) -> anyhow::Result<()> {
        self.execute(
            "UPDATE token SET needs_review = 1, rounds = rounds + 1, last_error = ?2 WHERE id = ?1",
            move |statement| statement.execute(params![id, error]),
        )
        .await
    }

    pub(crate) async fn depth(&self) -> anyhow::Result<Depth> {
        self.call(|connection, _| {
            let mut select = connection.prepare_cached(
                "SELECT count(*) FILTER (WHERE needs_review = 0), count(*) FILTER (WHERE needs_review),
                 min(created_at) FILTER (WHERE needs_review = 0) FROM token",
            )?;
            let depth = select.query_row([], |row| {
                let oldest: Option<i64> = row.get(2)?;
                let age = |created| {
                    let age = millis(SystemTime::now()).saturating_sub(created);
                    Duration::from_millis(u64::try_from(age).unwrap_or_default())
                };
                Ok(Depth {
                    queued: row.get(0)?,
                    needs_review: row.get(1)?,
                    oldest: oldest.map(age),
                })
            })?;
            Ok(depth)
        })
        .await
    }

    async fn execute(
        &self,
        sql: &'static str,
        execute: impl FnOnce(&mut rusqlite::Statement<'_>) -> rusqlite::Result<usize> + Send + 'static,
    ) -> anyhow::Result<()> {
        self.call(move |connection, _| {
            execute(&mut *connection.prepare_cached(sql)?)?;
            Ok(())
        })
        .await
    }

    async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Connection, &Cipher) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let inner = Arc::clone(&self.0);
        let result = tokio::task::spawn_blocking(move || {
            // SQLite rolls back an interrupted transaction, so the connection is usable after a panic.
            let connection = inner
                .connection
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            call(&connection, &inner.cipher)
        });
        result.await.context("the database task failed")?
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        ticket: Ticket {
            id: row.get(0)?,
            rounds: row.get(1)?,
            refusals: row.get(2)?,
        },
        token: SealedToken {
            fingerprint: row.get(3)?,
            sealed: row.get(4)?,
        },
    })
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}
