//! Writes records on a separate thread, so that a commit does not delay calls in flight.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::database::{Database, Entry};
use super::record::Record;
use crate::exit::Failure;
use crate::field::BadLine;

/// Of two batches at most, one is being committed and one is filled: a kill loses at most 64 records. Their
/// tokens are then sent again.
const BATCH: usize = 32;
/// The longest time before a record is committed.
pub(crate) const BATCH_TIME: Duration = Duration::from_millis(10);
/// A crash of the machine loses at most the records of this time.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);

pub(crate) struct Writer {
    /// Not committed.
    batch: Vec<Entry>,
    only_failures: bool,
    sender: SyncSender<Vec<Entry>>,
    thread: JoinHandle<(Database, Result<(), Failure>)>,
}

/// The journal failed. [`Writer::finish`] has the reason.
pub(crate) struct Failed;

impl Writer {
    pub(super) fn start(mut database: Database) -> Result<Self, Failure> {
        let only_failures = database.file.is_none();
        let (sender, batches) = mpsc::sync_channel(0);
        let write = move || {
            let written = write(&mut database, &batches);
            let result = written.map_err(|error| database.cannot("write to", &error));
            (database, result)
        };
        let thread = thread::Builder::new().name("journal".to_owned());
        let failed = |error| Failure::io(format!("cannot start a thread: {error}"));
        Ok(Self {
            batch: Vec::new(),
            only_failures,
            sender,
            thread: thread.spawn(write).map_err(failed)?,
        })
    }

    /// Records an outcome. It is committed with others, or by [`commit`](Self::commit), which the caller calls
    /// within [`BATCH_TIME`].
    pub(crate) fn record(&mut self, record: Record) -> Result<(), Failed> {
        if !self.only_failures || !record.outcome.is_final() || record.replaces {
            return self.add(Entry::Token(record));
        }
        Ok(())
    }

    pub(crate) fn record_bad_line(&mut self, line: i64, reason: &BadLine) -> Result<(), Failed> {
        self.add(Entry::BadLine(line, reason.to_string()))
    }

    fn add(&mut self, entry: Entry) -> Result<(), Failed> {
        self.batch.push(entry);
        if self.batch.len() < BATCH {
            return Ok(());
        }
        self.commit()
    }

    /// Whether records must be committed.
    pub(crate) fn has_pending(&self) -> bool {
        !self.batch.is_empty()
    }

    /// Hands the records over as soon as the records before them are committed.
    pub(crate) fn commit(&mut self) -> Result<(), Failed> {
        let batch = std::mem::take(&mut self.batch);
        self.sender.send(batch).map_err(|_| Failed)
    }

    /// Commits all records. After a failure, the thread wrote nothing more.
    pub(crate) fn finish(mut self) -> (Database, Result<(), Failure>) {
        // The thread knows why it failed.
        let _ = self.commit();
        drop(self.sender);
        match self.thread.join() {
            Ok(finished) => finished,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// Writes batches until the sender is dropped or the database fails.
fn write(database: &mut Database, batches: &Receiver<Vec<Entry>>) -> rusqlite::Result<()> {
    let mut synced = Instant::now();
    loop {
        match batches.recv_timeout(SYNC_INTERVAL.saturating_sub(synced.elapsed())) {
            Ok(batch) => database.write(batch)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        if synced.elapsed() >= SYNC_INTERVAL {
            database.sync()?;
            synced = Instant::now();
        }
    }
}
