//! The journal of `revoke-all`: an SQLite database from which a run can be resumed after any crash.
//!
//! It never contains a token. `schema.sql` documents its tables.

mod database;
pub(crate) mod key;
pub(crate) mod query;
mod record;
mod writer;

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use serde_json::Value;

pub(crate) use self::database::cannot;
use self::database::{APPLICATION_ID, Database, VERSION};
use self::key::{Key, TokenHash};
pub(crate) use self::record::{Record, now};
pub(crate) use self::writer::{BATCH_TIME, Failed, Writer};
use crate::exit::Failure;
use crate::outcome::Outcome;

/// Creates a journal and its key, or opens a journal to resume it. Calls `load` with each token in it. A dry
/// run changes no file. `settings`: a journal belongs to the [`query::SAME`] of them.
pub(crate) fn open(
    path: &Path,
    resume: bool,
    is_dry_run: bool,
    mut settings: Value,
    load: impl FnMut(TokenHash, Outcome),
) -> Result<(Writer, Key), Failure> {
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
    let database = Database::begin(database, Some((path.to_owned(), key_file)), &settings);
    let database = database.map_err(|error| cannot("write to", path, &error))?;
    Ok((Writer::start(database)?, key))
}

/// Records failures only.
pub(crate) fn in_memory(settings: &Value, key: Key) -> Result<(Writer, Key), Failure> {
    let database = Connection::open_in_memory();
    let database = database.and_then(|database| Database::begin(database, None, settings));
    let failed = |error| Failure::io(format!("cannot open a database in memory: {error}"));
    Ok((Writer::start(database.map_err(failed)?)?, key))
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Failure> {
    if path.is_dir() {
        return Err(refused(path, "it is a directory"));
    }
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

fn refused(path: &Path, reason: &str) -> Failure {
    let shown = path.display();
    Failure::usage(format!("cannot use the journal `{shown}`: {reason}"))
}
