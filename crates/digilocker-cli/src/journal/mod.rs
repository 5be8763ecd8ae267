//! The journal of `revoke-all`: an append-only file from which a run can be resumed after any crash.
//!
//! It contains a [`Header`], then one [`Record`] for each outcome, written by a single `write`. Written
//! records survive a crash of the process, synced ones a crash of the machine. It never contains a token.

mod header;
pub(crate) mod key;
mod record;
mod scan;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::FutureExt as _;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::exit::Failure;
use crate::output;
use header::HEADER_BYTES;
pub(crate) use header::{Header, Settings};
use key::Key;
pub(crate) use record::{End, Outcome, Record};
pub(crate) use scan::Scan;
use scan::scan;

/// A crash of the machine loses about this much. The tokens are then sent again.
const SYNC_EVERY: Duration = Duration::from_secs(1);
const SYNC_RECORDS: u32 = 4096;

/// A locked journal, open for appending.
#[derive(Debug)]
pub(crate) struct Journal {
    file: Arc<File>,
    unsynced: u32,
    synced_at: Instant,
    syncing: Option<JoinHandle<io::Result<()>>>,
}

fn exists(path: &Path) -> Failure {
    Failure::usage(format!("the journal `{}` exists", path.display()))
        .help("add `--resume` to resume it, or choose another file")
}

fn cannot_open(path: &Path, error: &io::Error) -> Failure {
    Failure::io(format!(
        "cannot open the journal `{}`: {error}",
        path.display()
    ))
}

fn cannot_resume(path: &Path, reason: &str) -> Failure {
    Failure::usage(format!(
        "cannot resume the journal `{}`: {reason}",
        path.display()
    ))
    .help("choose another journal for this run")
}

/// Creates a journal and its key.
pub(crate) fn create(path: &Path, settings: &Settings) -> Result<(Journal, Key), Failure> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => Failure::io(format!(
            "cannot create the journal `{}`: {error}",
            path.display()
        )),
    };
    // Checked before the key is created: a refused run leaves no files behind.
    if path.exists() {
        return Err(exists(path));
    }
    let key = key::create(path)?;
    let file = OpenOptions::new()
        .append(true)
        .read(true)
        .create_new(true)
        .open(path)
        .map_err(failed)?;
    lock(path, &file)?;
    write_header(&file, settings, &key).map_err(failed)?;
    sync_directory(path);
    Ok((Journal::new(file), key))
}

/// Opens a journal to resume it, and calls `on_record` with each record. Creates a missing journal.
pub(crate) fn resume(
    path: &Path,
    settings: &Settings,
    on_record: impl FnMut(Record),
) -> Result<(Journal, Key), Failure> {
    let failed = |error: io::Error| cannot_open(path, &error);
    let file = match OpenOptions::new().append(true).read(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return create(path, settings),
        Err(error) => return Err(failed(error)),
    };
    lock(path, &file)?;
    if has_torn_header(&file).map_err(failed)? {
        // The run that created it was killed before its first write, or the disk was full.
        let key = key::create(path)?;
        file.set_len(0).map_err(failed)?;
        write_header(&file, settings, &key).map_err(failed)?;
        return Ok((Journal::new(file), key));
    }
    let key = key::read(path)?;
    let scan = scan(&file, |header| header.check(settings, &key.id()), on_record)
        .map_err(|error| error.into_failure(path, cannot_resume))?;
    scan.repair(path, &file).map_err(failed)?;
    Ok((Journal::new(file), key))
}

/// Reads what [`create`] or [`resume`] would read, without changing any file.
pub(crate) fn inspect(
    path: &Path,
    settings: &Settings,
    is_resumed: bool,
    on_record: impl FnMut(Record),
) -> Result<Key, Failure> {
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Key::random(),
        Err(error) => Err(cannot_open(path, &error)),
        Ok(_) if !is_resumed => Err(exists(path)),
        Ok(file) => {
            let key = key::read(path)?;
            scan(&file, |header| header.check(settings, &key.id()), on_record)
                .map_err(|error| error.into_failure(path, cannot_resume))?;
            Ok(key)
        }
    }
}

/// The contents of a journal, read without its key.
#[derive(Debug)]
pub(crate) struct ReadJournal {
    pub(crate) scan: Scan,
    /// Whether a run has locked it.
    pub(crate) is_in_use: bool,
}

pub(crate) fn read(path: &Path, on_record: impl FnMut(Record)) -> Result<ReadJournal, Failure> {
    let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
    let is_in_use = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    // A run may lock it while this reads.
    let _ = file.unlock();
    let scan = scan(&file, |_| Ok(()), on_record).map_err(|error| {
        error.into_failure(path, |path, reason| {
            Failure::usage(format!(
                "cannot read the journal `{}`: {reason}",
                path.display()
            ))
        })
    })?;
    Ok(ReadJournal { scan, is_in_use })
}

impl Journal {
    fn new(file: File) -> Self {
        Self {
            file: Arc::new(file),
            unsynced: 0,
            synced_at: Instant::now(),
            syncing: None,
        }
    }

    /// Appends a record by one `write`. A full disk may truncate it; the next run then removes it.
    pub(crate) fn append(&mut self, record: &Record) -> io::Result<()> {
        (&*self.file).write_all(&record.encode())?;
        self.unsynced += 1;
        if self.unsynced >= SYNC_RECORDS {
            self.sync_later()?;
        }
        Ok(())
    }

    /// Called about every second.
    pub(crate) fn tick(&mut self) -> io::Result<()> {
        if self.unsynced > 0 && self.synced_at.elapsed() >= SYNC_EVERY {
            self.sync_later()?;
        }
        Ok(())
    }

    /// Syncs on another thread, so that a slow disk does not delay the calls in flight.
    fn sync_later(&mut self) -> io::Result<()> {
        if let Some(mut syncing) = self.syncing.take() {
            match (&mut syncing).now_or_never() {
                None => {
                    self.syncing = Some(syncing);
                    return Ok(());
                }
                Some(done) => done.map_err(io::Error::other)??,
            }
        }
        let file = Arc::clone(&self.file);
        self.unsynced = 0;
        self.synced_at = Instant::now();
        self.syncing = Some(tokio::task::spawn_blocking(move || file.sync_data()));
        Ok(())
    }

    /// Syncs all records. Fails if an earlier sync failed.
    pub(crate) async fn sync(&mut self) -> io::Result<()> {
        if let Some(syncing) = self.syncing.take() {
            syncing.await.map_err(io::Error::other)??;
        }
        self.unsynced = 0;
        self.file.sync_data()
    }
}

fn write_header(mut file: &File, settings: &Settings, key: &Key) -> io::Result<()> {
    let header = Header::new(settings, key.id(), now())
        .encode()
        .map_err(|failure| io::Error::other(failure.message))?;
    file.write_all(&header)?;
    file.sync_all()
}

/// Whether the file is an incomplete journal header. Any other file is left unchanged.
fn has_torn_header(mut file: &File) -> io::Result<bool> {
    let mut bytes = Vec::with_capacity(HEADER_BYTES);
    file.seek(SeekFrom::Start(0))?;
    file.take(HEADER_BYTES as u64).read_to_end(&mut bytes)?;
    let common = bytes.len().min(header::START.len());
    Ok(bytes.len() < HEADER_BYTES && bytes[..common] == header::START.as_bytes()[..common])
}

/// Locks the journal: two runs on one journal would send each token twice.
fn lock(path: &Path, file: &File) -> Result<(), Failure> {
    let shown = path.display();
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

/// The path of a file next to the journal: `JOURNAL.extension`.
pub(crate) fn sibling(journal: &Path, extension: &str) -> PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

pub(crate) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Syncs the directory entry of a new file. Best effort: some file systems cannot.
pub(crate) fn sync_directory(path: &Path) {
    if cfg!(unix) {
        let _ = File::open(directory(path)).and_then(|directory| directory.sync_all());
    }
}

/// Unix time in seconds.
pub(crate) fn now() -> u32 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| {
            u32::try_from(since.as_secs()).unwrap_or(u32::MAX)
        })
}
