//! The journal of `revoke-all`: an SQLite database from which a run can be resumed after any crash.
//!
//! It never contains a token. `schema.sql` documents its tables.

pub(crate) mod key;
pub(crate) mod query;
mod record;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use serde_json::Value;

use self::key::{Key, TokenHash};
use self::query::End;
pub(crate) use self::record::{Outcome, Record, now};
use crate::exit::Failure;

const SCHEMA: &str = include_str!("schema.sql");
/// `PRAGMA application_id`: "dlrj".
const APPLICATION_ID: i32 = 0x646C_726A;
/// `PRAGMA user_version`.
const VERSION: i32 = 1;

/// A kill loses at most one batch of records. Their tokens are then sent again.
const BATCH: u32 = 64;
/// The longest time before a record is committed.
pub(crate) const BATCH_TIME: Duration = Duration::from_millis(10);

/// The records of a run. Without a file, the failures only, in memory.
pub(crate) struct Journal {
    database: Connection,
    /// The path and the key file, which is locked until the journal is closed. `None` in memory.
    file: Option<(PathBuf, File)>,
    run: i64,
    /// Records that are not committed.
    pending: u32,
    is_broken: bool,
}

/// Creates a journal and its key, or opens a journal to resume it. Calls `load` with each token in it. A dry
/// run changes no file. `settings`: a journal belongs to the [`query::SAME`] of them.
pub(crate) fn open(
    path: &Path,
    resume: bool,
    is_dry_run: bool,
    mut settings: Value,
    load: impl FnMut(TokenHash, Outcome),
) -> Result<(Journal, Key), Failure> {
    if path.exists() && !resume {
        let message = format!("the journal `{}` exists", path.display());
        return Err(
            Failure::usage(message).help("add `--resume` to resume it, or choose another file")
        );
    }
    let is_new = !path.metadata().is_ok_and(|meta| meta.len() > 0);
    let (key, key_file) = key::open(path, is_new)?;
    settings["key"] = key.id().into();
    let flags = if is_dry_run {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        key::lock(&key_file, path)?;
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let database = connect(path, flags)?;
    if !is_empty(path, &database)? {
        let cannot_read = |error| cannot("read", path, &error);
        let last = query::last_run(&database).map_err(cannot_read)?;
        if let Some(difference) = query::difference(&last.settings, &settings, &query::SAME) {
            let reason = format!("it belongs to another run: {difference}");
            return Err(refused(path, &reason).help("choose another journal for this run"));
        }
        query::outcomes(&database, load).map_err(cannot_read)?;
    }
    if is_dry_run {
        return in_memory(&settings, key);
    }
    let journal = begin(database, Some((path.to_owned(), key_file)), &settings)
        .map_err(|error| cannot("write to", path, &error))?;
    Ok((journal, key))
}

/// Records failures only.
pub(crate) fn in_memory(settings: &Value, key: Key) -> Result<(Journal, Key), Failure> {
    let journal = Connection::open_in_memory().and_then(|database| begin(database, None, settings));
    let failed = |error| Failure::io(format!("cannot open a database in memory: {error}"));
    Ok((journal.map_err(failed)?, key))
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Failure> {
    let database = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    let database = database.map_err(|error| cannot("open", path, &error))?;
    // A container may have no writable directory for temporary files.
    let _ = database.pragma_update(None, "temp_store", "memory");
    Ok(database)
}

/// Opens a journal to read it. A run may be writing it.
pub(crate) fn open_to_read(path: &Path) -> Result<Connection, Failure> {
    let database = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    if is_empty(path, &database)? {
        return Err(refused(path, "its run ended before the first record"));
    }
    Ok(database)
}

/// Whether the database has no tables: a run was killed while it created them. Fails for other databases.
fn is_empty(path: &Path, database: &Connection) -> Result<bool, Failure> {
    let sql = "SELECT (SELECT count(*) FROM sqlite_schema), application_id, user_version \
               FROM pragma_application_id, pragma_user_version";
    let read = database.query_row(sql, [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?))
    });
    match read {
        Ok((0, ..)) => Ok(true),
        Ok((_, APPLICATION_ID, VERSION)) => Ok(false),
        Ok((_, APPLICATION_ID, _)) => {
            Err(refused(path, "another version of this command wrote it"))
        }
        Ok(_) => Err(refused(path, "it is not a journal")),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Err(refused(path, "it is not a journal"))
        }
        Err(error) => Err(cannot("read", path, &error)),
    }
}

/// Begins a run, and creates missing tables. Nothing is changed if this fails.
fn begin(
    database: Connection,
    file: Option<(PathBuf, File)>,
    settings: &Value,
) -> rusqlite::Result<Journal> {
    if file.is_some() {
        // Readers see committed records during the run, and a commit needs no sync.
        database.pragma_update(None, "journal_mode", "wal")?;
        database.pragma_update(None, "synchronous", "normal")?;
        // Each second and at the end, `sync` does it.
        database.pragma_update(None, "wal_autocheckpoint", 0)?;
    }
    database.execute_batch("BEGIN IMMEDIATE")?;
    database.execute_batch(SCHEMA)?;
    database.pragma_update(None, "application_id", APPLICATION_ID)?;
    database.pragma_update(None, "user_version", VERSION)?;
    let run = "INSERT INTO run (settings, begin) VALUES (?1, ?2)";
    database.execute(run, (settings, now()))?;
    let run = database.last_insert_rowid();
    database.execute_batch("COMMIT")?;
    Ok(Journal {
        database,
        file,
        run,
        pending: 0,
        is_broken: false,
    })
}

impl Journal {
    /// Records an outcome. It is committed with up to 63 others, or by [`commit`](Self::commit), which the caller
    /// calls within [`BATCH_TIME`].
    pub(crate) fn record(&mut self, record: &Record<'_>) -> Result<(), Failure> {
        if self.file.is_none() && record.outcome.is_final() && !record.replaces {
            return Ok(());
        }
        self.add(|database, run| record.write(database, run))
    }

    pub(crate) fn record_bad_line(&mut self, line: i64, reason: &str) -> Result<(), Failure> {
        self.add(|database, _| {
            database
                .prepare_cached("INSERT INTO bad_line (line, reason) VALUES (?1, ?2)")?
                .execute((line, reason))
        })
    }

    fn add(
        &mut self,
        insert: impl FnOnce(&Connection, i64) -> rusqlite::Result<usize>,
    ) -> Result<(), Failure> {
        self.write(|journal| {
            if journal.pending == 0 {
                let begin = "BEGIN IMMEDIATE";
                journal.database.prepare_cached(begin)?.execute([])?;
            }
            journal.pending += 1;
            insert(&journal.database, journal.run)?;
            if journal.pending < BATCH {
                return Ok(());
            }
            journal.commit_batch()
        })
    }

    /// Whether records must be committed.
    pub(crate) fn has_pending(&self) -> bool {
        self.pending > 0
    }

    pub(crate) fn commit(&mut self) -> Result<(), Failure> {
        self.write(Self::commit_batch)
    }

    /// Commits and syncs all records: they survive a crash of the machine.
    pub(crate) fn sync(&mut self) -> Result<(), Failure> {
        self.write(|journal| {
            journal.commit_batch()?;
            let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
            journal.database.query_row(checkpoint, [], |_| Ok(()))
        })
    }

    /// Records the end of the run.
    pub(crate) fn end(&mut self, end: &End) -> Result<(), Failure> {
        self.commit()?;
        self.write(|journal| {
            let sql = "UPDATE run SET end = ?2, complete = ?3, lines = ?4, not_tried = ?5, digest = ?6 \
                       WHERE id = ?1";
            let end = (journal.run, now(), end.complete, end.lines, end.not_tried, end.digest);
            journal.database.execute(sql, end).map(|_| ())
        })?;
        self.sync()
    }

    /// Adds the failures and skipped lines of this run.
    pub(crate) fn add_failures(&self, results: &mut query::Results) -> Result<(), Failure> {
        query::add_failures(results, &self.database, Some(self.run))
            .map_err(|error| cannot("read", self.name(), &error))
    }

    /// Makes the journal one file, readable on read-only media. Best effort: a reader may have it open.
    pub(crate) fn close(self) {
        if self.file.is_some() {
            let _ = self.database.busy_timeout(Duration::ZERO);
            let _ = self.database.pragma_update(None, "journal_mode", "delete");
        }
    }

    /// After a failure, nothing more is written: a later record must not hide that earlier ones are missing.
    fn write(
        &mut self,
        action: impl FnOnce(&mut Self) -> rusqlite::Result<()>,
    ) -> Result<(), Failure> {
        if self.is_broken {
            return Ok(());
        }
        action(self).map_err(|error| {
            self.is_broken = true;
            self.pending = 0;
            let _ = self.database.execute_batch("ROLLBACK");
            cannot("write to", self.name(), &error)
        })
    }

    fn commit_batch(&mut self) -> rusqlite::Result<()> {
        if self.pending > 0 {
            self.pending = 0;
            self.database.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(())
    }

    fn name(&self) -> &Path {
        let path = self.file.as_ref().map(|(path, _)| path.as_path());
        path.unwrap_or(Path::new("in memory"))
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
        _ => failure,
    }
}

fn refused(path: &Path, reason: &str) -> Failure {
    let shown = path.display();
    Failure::usage(format!("cannot use the journal `{shown}`: {reason}"))
}
