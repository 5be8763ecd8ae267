//! The database that a run writes.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use serde_json::Value;

use super::query::{self, End};
use super::record::{Record, now};
use crate::exit::Failure;

const SCHEMA: &str = include_str!("schema.sql");
/// `PRAGMA application_id`: "dlrj".
pub(super) const APPLICATION_ID: i32 = 0x646C_726A;
/// `PRAGMA user_version`.
pub(super) const VERSION: i32 = 1;

/// The records of a run. Without a file, the failures only, in memory.
pub(crate) struct Database {
    connection: Connection,
    /// The path and the key file, which is locked until the journal is closed. `None` in memory.
    pub(super) file: Option<(PathBuf, File)>,
    run: i64,
}

/// A row of a run.
pub(super) enum Entry {
    Token(Record),
    /// With the reason.
    BadLine(i64, String),
}

impl Database {
    /// Begins a run, and creates missing tables. Nothing is changed if this fails.
    pub(super) fn begin(
        connection: Connection,
        file: Option<(PathBuf, File)>,
        settings: &Value,
    ) -> rusqlite::Result<Self> {
        // Readers see committed records during the run, and a commit needs no sync.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "normal")?;
        // Each second and at the end, `sync` does it.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        connection.execute_batch(SCHEMA)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.pragma_update(None, "user_version", VERSION)?;
        let run = "INSERT INTO run (settings, begin) VALUES (?1, ?2)";
        connection.execute(run, (settings, now()))?;
        let run = connection.last_insert_rowid();
        connection.execute_batch("COMMIT")?;
        Ok(Self {
            connection,
            file,
            run,
        })
    }

    pub(super) fn write(&mut self, batch: Vec<Entry>) -> rusqlite::Result<()> {
        let immediate = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(immediate)?;
        for entry in batch {
            match entry {
                Entry::Token(record) => record.write(&transaction, self.run)?,
                Entry::BadLine(line, reason) => {
                    let sql = "INSERT INTO bad_line (line, reason) VALUES (?1, ?2)";
                    transaction.prepare_cached(sql)?.execute((line, reason))?
                }
            };
        }
        transaction.commit()
    }

    /// Syncs all records: they survive a crash of the machine.
    pub(super) fn sync(&self) -> rusqlite::Result<()> {
        let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
        self.connection.query_row(checkpoint, [], |_| Ok(()))
    }

    /// Records the end of the run.
    pub(crate) fn end(&self, end: &End) -> Result<(), Failure> {
        let sql = "UPDATE run SET end = ?2, complete = ?3, lines = ?4, not_tried = ?5, digest = ?6 \
                   WHERE id = ?1";
        let end = (
            self.run,
            now(),
            end.complete,
            end.lines,
            end.not_tried,
            end.digest,
        );
        let written = self.connection.execute(sql, end);
        let synced = written.and_then(|_| self.sync());
        synced.map_err(|error| self.cannot("write to", &error))
    }

    /// Adds the failures and skipped lines of this run.
    pub(crate) fn add_failures(&self, results: &mut query::Results) -> Result<(), Failure> {
        query::add_failures(results, &self.connection, Some(self.run))
            .map_err(|error| self.cannot("read", &error))
    }

    /// Makes the journal one file, readable on read-only media. Best effort: a reader may have it open.
    pub(crate) fn close(self) {
        let connection = self.connection;
        let _ = connection.busy_timeout(Duration::ZERO);
        let _ = connection.pragma_update(None, "journal_mode", "delete");
    }

    pub(super) fn cannot(&self, action: &str, error: &rusqlite::Error) -> Failure {
        let path = self.file.as_ref().map(|(path, _)| path.as_path());
        cannot(action, path.unwrap_or(Path::new("in memory")), error)
    }
}

pub(crate) fn cannot(action: &str, path: &Path, error: &rusqlite::Error) -> Failure {
    let shown = path.display();
    let failure = Failure::io(format!("cannot {action} the journal `{shown}`: {error}"));
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure | ErrorCode::DiskFull) => {
            failure.help("is the disk full, or does a limit on the size of files apply?")
        }
        Some(ErrorCode::DatabaseCorrupt) => failure.help(
            "restore a copy, or start over with another journal: revoking a token twice does no harm",
        ),
        Some(ErrorCode::CannotOpen) => failure.help("does it exist, and may this user open it?"),
        _ => failure,
    }
}
