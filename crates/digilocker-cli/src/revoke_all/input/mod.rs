//! The input of a run, which is read in one or more passes.
//!
//! Tokens are zeroed on drop. Read buffers are not.

mod feed;
mod format;
mod reader;
mod table;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::exit::Failure;
pub(crate) use feed::{Feed, Item};
pub(crate) use format::{Format, Kind, delimiter};
use reader::Lines;

/// The source of tokens, and its format.
pub(crate) struct Input {
    source: Source,
    format: Format,
}

enum Source {
    /// Read again in each pass. The handle stays open, so a deleted file can still be read.
    File { file: File, bytes: u64 },
    /// Standard input or a pipe, which can be read once.
    Stream(Box<dyn Read + Send>),
}

impl Input {
    pub(crate) fn open(path: &Path, format: Format) -> Result<Self, Failure> {
        let source = if path == Path::new("-") {
            Source::Stream(Box::new(io::stdin()))
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
                Source::Stream(Box::new(file))
            }
        };
        Ok(Self { source, format })
    }

    /// Whether it is a stream, which may never end.
    pub(crate) fn is_stream(&self) -> bool {
        matches!(self.source, Source::Stream(_))
    }

    /// The size of a file when it was opened.
    pub(crate) fn bytes(&self) -> Option<u64> {
        match self.source {
            Source::File { bytes, .. } => Some(bytes),
            Source::Stream(_) => None,
        }
    }

    /// Bytes of a file that the current pass has read.
    pub(crate) fn bytes_read(&self) -> u64 {
        match &self.source {
            // The position of all its handles.
            Source::File { file, .. } => (&*file).stream_position().unwrap_or(0),
            Source::Stream(_) => 0,
        }
    }

    /// Whether a file that was read to its end was, or now is, longer than what was read.
    pub(crate) fn has_changed_size(&self) -> bool {
        match &self.source {
            Source::File { file, bytes } => {
                let read = self.bytes_read();
                *bytes > read || file.metadata().is_ok_and(|meta| meta.len() > read)
            }
            Source::Stream(_) => false,
        }
    }

    /// Starts a pass.
    pub(crate) fn read(&mut self) -> io::Result<Feed> {
        Feed::read(self.lines()?, self.is_stream())
    }

    /// Reads a file or a stream. Fails if it has no usable header line.
    pub(crate) fn lines(&mut self) -> io::Result<Lines> {
        let source: Box<dyn Read + Send> = match &mut self.source {
            Source::File { file, .. } => {
                file.seek(SeekFrom::Start(0))?;
                Box::new(file.try_clone()?)
            }
            Source::Stream(stream) => std::mem::replace(stream, Box::new(io::empty())),
        };
        Lines::open(source, self.format.clone())
    }
}
