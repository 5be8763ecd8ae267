//! The input of a run, which is read in one or more passes.
//!
//! Tokens are zeroed on drop. Read buffers are not.

mod feed;
mod field;
mod format;
mod reader;
mod table;

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use digilocker::Token;

use crate::exit::Failure;
pub(crate) use feed::{Feed, Item};
pub(crate) use field::BadLine;
pub(crate) use format::{Format, Kind, delimiter};
pub(crate) use reader::Line;

/// The source of tokens, and its format.
#[derive(Debug)]
pub(crate) struct Input {
    source: Source,
    format: Format,
    /// Bytes read by the current pass.
    bytes_read: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Source {
    /// Read again in each pass. The handle stays open, so a deleted file can still be read.
    File { file: File, bytes: u64 },
    /// Standard input or a pipe, which can be read once.
    Stream(Option<File>),
    /// Tokens kept from a stream.
    Memory {
        tokens: Vec<(i64, Token)>,
        lines: i64,
    },
}

impl Input {
    pub(crate) fn open(path: &Path, format: Format) -> Result<Self, Failure> {
        let source = if path == Path::new("-") {
            Source::Stream(None)
        } else {
            let failed = |error: io::Error| {
                Failure::io(format!("cannot read `{}`: {error}", path.display()))
            };
            let file = File::open(path).map_err(failed)?;
            let meta = file.metadata().map_err(failed)?;
            if meta.is_dir() {
                return Err(failed(io::ErrorKind::IsADirectory.into()));
            }
            crate::secret::warn_if_others_can_read(path, &file);
            if meta.is_file() {
                let bytes = meta.len();
                Source::File { file, bytes }
            } else {
                Source::Stream(Some(file))
            }
        };
        Ok(Self {
            source,
            format,
            bytes_read: Arc::default(),
        })
    }

    /// Whether it is a stream, which may never end.
    pub(crate) fn is_stream(&self) -> bool {
        matches!(self.source, Source::Stream(_))
    }

    /// Whether it cannot be read again, so tokens to retry must be kept.
    pub(crate) fn is_read_once(&self) -> bool {
        !matches!(self.source, Source::File { .. })
    }

    /// Replaces a stream with tokens kept in memory.
    pub(crate) fn keep(&mut self, tokens: Vec<(i64, Token)>, lines: i64) {
        self.source = Source::Memory { tokens, lines };
    }

    /// The size of a file when it was opened.
    pub(crate) fn bytes(&self) -> Option<u64> {
        match self.source {
            Source::File { bytes, .. } => Some(bytes),
            Source::Stream(_) | Source::Memory { .. } => None,
        }
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Whether a file that was read to its end was, or now is, longer than what was read.
    pub(crate) fn has_changed_size(&self) -> bool {
        match &self.source {
            Source::File { file, bytes } => {
                let read = self.bytes_read();
                *bytes > read || file.metadata().is_ok_and(|meta| meta.len() > read)
            }
            Source::Stream(_) | Source::Memory { .. } => false,
        }
    }

    /// Starts a pass.
    pub(crate) fn read(&mut self) -> io::Result<Feed> {
        self.bytes_read.store(0, Ordering::Relaxed);
        match &mut self.source {
            Source::Memory { tokens, lines } => Ok(Feed::of(std::mem::take(tokens), *lines)),
            Source::File { file, .. } => {
                file.seek(SeekFrom::Start(0))?;
                let again = file.try_clone()?;
                Feed::read(again, self.format.clone(), &self.bytes_read)
            }
            Source::Stream(file) => match file.take() {
                Some(file) => Feed::read(file, self.format.clone(), &self.bytes_read),
                None => Feed::read(io::stdin(), self.format.clone(), &self.bytes_read),
            },
        }
    }
}
