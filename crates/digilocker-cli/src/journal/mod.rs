//! The journal of `revoke-all`: an SQLite database from which a run can be resumed after any crash.
//!
//! It never contains a token. `schema.sql` documents its tables.

pub(crate) mod key;
mod lists;
mod record;
mod settings;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::time::Instant;

use self::key::{Key, KeyFile, TokenHash};
pub(crate) use self::lists::{ListRow, Lists, Reason, tokens};
pub(crate) use self::record::{Outcome, Record};
pub(crate) use self::settings::Settings;
use self::settings::StoredSettings;
use crate::exit::Failure;

const SCHEMA: &str = include_str!("schema.sql");
/// `PRAGMA application_id`: "dlrj".
const APPLICATION_ID: i32 = 0x646C_726A;
/// `PRAGMA user_version`.
const VERSION: i32 = 1;

/// A crash of the process loses at most one batch of records. Their tokens are then sent again.
const BATCH: u32 = 64;
const BATCH_TIME: Duration = Duration::from_millis(10);

/// The records of a run. Without a file, the failures only, in memory.
#[derive(Debug)]
pub(crate) struct Journal {
    database: Connection,
    /// `None` in memory.
    path: Option<PathBuf>,
    /// Locked until the journal is closed.
    _key_file: Option<KeyFile>,
    run: i64,
    /// Records that are not committed.
    pending: u32,
    /// When they must be committed.
    due: Instant,
    is_broken: bool,
}

/// How a run ended, for table `run`.
#[derive(Debug, Default)]
pub(crate) struct End {
    pub(crate) is_complete: bool,
    /// `None` if the input was not read to its end.
    pub(crate) lines: Option<u64>,
    pub(crate) bad_lines: u64,
    pub(crate) not_tried: Option<u64>,
    pub(crate) digest: u64,
}

/// The latest run of a journal.
#[derive(Debug)]
pub(crate) struct LastRun {
    /// The begin of the first run.
    pub(crate) first_begin: i64,
    pub(crate) settings: StoredSettings,
    pub(crate) end: Option<i64>,
    pub(crate) result: End,
}

/// The journal of a run without `--journal`, and a random key.
pub(crate) fn temporary(settings: &Settings) -> Result<(Journal, Key), Failure> {
    let failed = |error| Failure::io(format!("cannot open a database in memory: {error}"));
    let key = Key::random()?;
    let database = Connection::open_in_memory().map_err(failed)?;
    let journal = begin(database, None, settings, &key).map_err(failed)?;
    Ok((journal, key))
}

/// Creates a journal and its key.
pub(crate) fn create(path: &Path, settings: &Settings) -> Result<(Journal, Key), Failure> {
    // Checked before the key is created: a refused run leaves no files behind.
    if path.exists() {
        return Err(exists(path));
    }
    open_or_create(path, settings, |_, _| {})
}

/// Opens a journal to resume it, and calls `load` with each token in it. Creates a missing journal.
pub(crate) fn resume(
    path: &Path,
    settings: &Settings,
    load: impl FnMut(TokenHash, Outcome),
) -> Result<(Journal, Key), Failure> {
    open_or_create(path, settings, load)
}

fn open_or_create(
    path: &Path,
    settings: &Settings,
    load: impl FnMut(TokenHash, Outcome),
) -> Result<(Journal, Key), Failure> {
    let is_new = !path.metadata().is_ok_and(|meta| meta.len() > 0);
    let (key, key_file) = if is_new {
        key::create(path)?
    } else {
        key::read(path)?
    };
    key_file.lock(path)?;
    let flags = OpenFlags::default().difference(OpenFlags::SQLITE_OPEN_URI);
    let database =
        Connection::open_with_flags(path, flags).map_err(|error| cannot("open", path, &error))?;
    if !is_empty(path, &database)? {
        check_and_load(path, &database, settings, &key, load)?;
    }
    let journal = begin(database, Some((path, key_file)), settings, &key)
        .map_err(|error| cannot("write to", path, &error))?;
    key::sync_directory(path);
    Ok((journal, key))
}

/// Reads what [`create`] or [`resume`] would read, without changing any file. `None` for a new journal.
pub(crate) fn inspect(
    path: &Path,
    settings: &Settings,
    is_resumed: bool,
    load: impl FnMut(TokenHash, Outcome),
) -> Result<Option<Key>, Failure> {
    if !path.exists() {
        return Ok(None);
    }
    if !is_resumed {
        return Err(exists(path));
    }
    let (key, _) = key::read(path)?;
    check_and_load(path, &open_to_read(path)?, settings, &key, load)?;
    Ok(Some(key))
}

/// Opens a journal to read it. A run may be writing it.
pub(crate) fn open_to_read(path: &Path) -> Result<Connection, Failure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database =
        Connection::open_with_flags(path, flags).map_err(|error| cannot("open", path, &error))?;
    if is_empty(path, &database)? {
        let reason = "it is not a journal, or its run ended before the first record";
        return Err(refused("read", path, reason));
    }
    Ok(database)
}

/// Whether the database has no tables: a run was killed while it created them. Fails for other databases.
fn is_empty(path: &Path, database: &Connection) -> Result<bool, Failure> {
    let pragma = |name| database.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let read = || -> rusqlite::Result<_> {
        let tables = "SELECT count(*) FROM sqlite_schema";
        let tables: i64 = database.query_row(tables, [], |row| row.get(0))?;
        Ok((tables, pragma("application_id")?, pragma("user_version")?))
    };
    match read() {
        Ok((0, ..)) => Ok(true),
        Ok((_, APPLICATION_ID, VERSION)) => Ok(false),
        Ok((_, APPLICATION_ID, _)) => {
            let reason = "another version of this command wrote it";
            Err(refused("read", path, reason))
        }
        Ok(_) => Err(refused("read", path, "it is not a journal")),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Err(refused("read", path, "it is not a journal"))
        }
        Err(error) => Err(cannot("read", path, &error)),
    }
}

fn check_and_load(
    path: &Path,
    database: &Connection,
    settings: &Settings,
    key: &Key,
    mut load: impl FnMut(TokenHash, Outcome),
) -> Result<(), Failure> {
    let failed = |error: rusqlite::Error| cannot("read", path, &error);
    let last = last_run(database).map_err(failed)?;
    (last.settings.check(settings, key)).map_err(|reason| {
        refused("resume", path, &reason).help("choose another journal for this run")
    })?;
    let mut each = || -> rusqlite::Result<()> {
        let mut query = database.prepare("SELECT hash, outcome FROM token")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            load(TokenHash(row.get(0)?), row.get(1)?);
        }
        Ok(())
    };
    each().map_err(failed)
}

/// Begins a run, and creates missing tables. Nothing is changed if this fails.
fn begin(
    database: Connection,
    file: Option<(&Path, KeyFile)>,
    settings: &Settings,
    key: &Key,
) -> rusqlite::Result<Journal> {
    if file.is_some() {
        // Readers see committed records during the run, and a commit needs no sync.
        database.pragma_update(None, "journal_mode", "wal")?;
        database.pragma_update(None, "synchronous", "normal")?;
    }
    let stored = StoredSettings::new(settings, key);
    database.execute_batch("BEGIN IMMEDIATE")?;
    database.execute_batch(SCHEMA)?;
    database.pragma_update(None, "application_id", APPLICATION_ID)?;
    database.pragma_update(None, "user_version", VERSION)?;
    // Each run reads its input again.
    database.execute("DELETE FROM bad_line", [])?;
    database.execute(
        "INSERT INTO run (settings, begin) VALUES (?1, ?2)",
        (stored.to_json(), now()),
    )?;
    let run = database.last_insert_rowid();
    database.execute_batch("COMMIT")?;
    let (path, key_file) = file.unzip();
    Ok(Journal {
        database,
        path: path.map(Path::to_owned),
        _key_file: key_file,
        run,
        pending: 0,
        due: Instant::now(),
        is_broken: false,
    })
}

pub(crate) fn last_run(database: &Connection) -> rusqlite::Result<LastRun> {
    let first = database.query_row("SELECT min(begin) FROM run", [], |row| row.get(0))?;
    database.query_row(
        "SELECT settings, end, complete, lines, bad_lines, not_tried, digest FROM run \
         ORDER BY id DESC LIMIT 1",
        [],
        |row| {
            Ok(LastRun {
                first_begin: first,
                settings: row.get(0)?,
                end: row.get(1)?,
                result: End {
                    is_complete: row.get::<_, Option<bool>>(2)?.unwrap_or(false),
                    lines: count(row, 3)?,
                    bad_lines: count(row, 4)?.unwrap_or(0),
                    not_tried: count(row, 5)?,
                    digest: row.get::<_, Option<i64>>(6)?.unwrap_or(0).cast_unsigned(),
                },
            })
        },
    )
}

fn count(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(i64::cast_unsigned))
}

impl Journal {
    /// Records an outcome. It is committed with up to 63 others, at the latest after 10 ms.
    pub(crate) fn record(&mut self, record: &Record<'_>) -> Result<(), Failure> {
        if self.path.is_none() && record.outcome.is_final() && !record.replaces {
            return Ok(());
        }
        self.write(|journal| {
            journal.start_batch()?;
            record.write(&journal.database, journal.run)?;
            journal.end_batch()
        })
    }

    pub(crate) fn record_bad_line(&mut self, line: u64, reason: &str) -> Result<(), Failure> {
        self.write(|journal| {
            journal.start_batch()?;
            journal
                .database
                .prepare_cached("INSERT INTO bad_line (line, reason) VALUES (?1, ?2)")?
                .execute((line.cast_signed(), reason))?;
            journal.end_batch()
        })
    }

    pub(crate) fn commit(&mut self) -> Result<(), Failure> {
        self.write(Self::commit_batch)
    }

    /// When records must be committed.
    pub(crate) fn due(&self) -> Option<Instant> {
        (self.pending > 0).then_some(self.due)
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
        self.write(|journal| {
            journal.commit_batch()?;
            journal.database.execute(
                "UPDATE run SET end = ?1, complete = ?2, lines = ?3, bad_lines = ?4, not_tried = ?5, \
                 digest = ?6 WHERE id = ?7",
                (
                    now(),
                    end.is_complete,
                    end.lines.map(u64::cast_signed),
                    end.bad_lines.cast_signed(),
                    end.not_tried.map(u64::cast_signed),
                    end.digest.cast_signed(),
                    journal.run,
                ),
            )?;
            Ok(())
        })?;
        self.sync()
    }

    /// Makes the journal one file, readable on read-only media. Best effort: a reader may have it open.
    pub(crate) fn close(self) {
        if self.path.is_some() {
            let _ = self.database.pragma_update(None, "journal_mode", "delete");
        }
    }

    /// The failures and skipped lines of this run.
    pub(crate) fn lists(&self) -> Result<Lists, Failure> {
        Lists::read(&self.database, Some(self.run))
            .map_err(|error| cannot("read", self.name(), &error))
    }

    fn name(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new("in memory"))
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

    fn start_batch(&mut self) -> rusqlite::Result<()> {
        if self.pending == 0 {
            self.due = Instant::now() + BATCH_TIME;
            self.database
                .prepare_cached("BEGIN IMMEDIATE")?
                .execute([])?;
        }
        self.pending += 1;
        Ok(())
    }

    fn end_batch(&mut self) -> rusqlite::Result<()> {
        if self.pending < BATCH && Instant::now() < self.due {
            return Ok(());
        }
        self.commit_batch()
    }

    fn commit_batch(&mut self) -> rusqlite::Result<()> {
        if self.pending > 0 {
            self.pending = 0;
            self.database.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(())
    }
}

fn exists(path: &Path) -> Failure {
    Failure::usage(format!("the journal `{}` exists", path.display()))
        .help("add `--resume` to resume it, or choose another file")
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

fn refused(action: &str, path: &Path, reason: &str) -> Failure {
    Failure::usage(format!(
        "cannot {action} the journal `{}`: {reason}",
        path.display()
    ))
}

/// The path of a file next to the journal: `JOURNAL.extension`, `JOURNAL-wal`.
pub(crate) fn sibling(journal: &Path, suffix: &str) -> PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Unix time in seconds.
pub(crate) fn now() -> i64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs().cast_signed())
}
