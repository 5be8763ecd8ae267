//! The input: its source, and passes over it.
//!
//! Tokens are zeroed on drop. The buffers of the readers are not.

mod format;
mod reader;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use digilocker::Token;
use tokio::sync::mpsc;

use crate::exit::Failure;
pub(crate) use format::Format;
use reader::Lines;
pub(crate) use reader::{BadLine, Line};

/// Maximum number of lines that are read ahead.
const READ_AHEAD: usize = 256;

/// Where tokens are read from.
#[derive(Debug)]
pub(crate) struct Input {
    source: Source,
    format: Format,
    column: String,
    /// Bytes read by the current pass.
    bytes_read: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Source {
    /// Read again in each pass. The handle stays open, so that a deleted file still works.
    File { file: File, bytes: u64 },
    /// Standard input or a pipe: can be read once.
    Stream(Option<File>),
    /// The tokens of a stream that was read.
    Memory {
        tokens: Vec<(u64, Token)>,
        lines: u64,
    },
}

impl Input {
    pub(crate) fn open(path: &Path, format: Format, column: Option<&str>) -> Result<Self, Failure> {
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
            column: column.unwrap_or("token").to_owned(),
            bytes_read: Arc::default(),
        })
    }

    /// Whether it is a stream that was not read yet: its end may never come.
    pub(crate) fn is_stream(&self) -> bool {
        matches!(self.source, Source::Stream(_))
    }

    /// Whether it cannot be read again, so that tokens to be retried must be kept.
    pub(crate) fn is_read_once(&self) -> bool {
        !matches!(self.source, Source::File { .. })
    }

    /// Replaces a stream that was read.
    pub(crate) fn keep(&mut self, tokens: Vec<(u64, Token)>, lines: u64) {
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

    /// Whether a file that was read to its end was, or is now, longer than what was read.
    pub(crate) fn has_changed_size(&self) -> bool {
        match &self.source {
            Source::File { file, bytes } => {
                let read = self.bytes_read();
                *bytes > read || file.metadata().is_ok_and(|meta| meta.len() > read)
            }
            Source::Stream(_) | Source::Memory { .. } => false,
        }
    }

    /// Begins a pass.
    pub(crate) fn read(&mut self) -> io::Result<Feed> {
        self.bytes_read.store(0, Ordering::Relaxed);
        match &mut self.source {
            Source::Memory { tokens, lines } => Ok(Feed::Memory {
                tokens: std::mem::take(tokens).into_iter(),
                lines: *lines,
            }),
            Source::File { file, .. } => {
                file.seek(SeekFrom::Start(0))?;
                let again = file.try_clone()?;
                self.spawn(again)
            }
            Source::Stream(file) => match file.take() {
                Some(file) => self.spawn(file),
                None => self.spawn(io::stdin()),
            },
        }
    }

    /// Reads on a thread of its own: reading may block while calls are in flight.
    fn spawn(&self, source: impl Read + Send + 'static) -> io::Result<Feed> {
        let source = Counted {
            source,
            bytes: Arc::clone(&self.bytes_read),
        };
        let (format, column) = (self.format, self.column.clone());
        let (sender, receiver) = mpsc::channel(READ_AHEAD);
        thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || send_all(Lines::new(source, format, column), &sender))?;
        Ok(Feed::Thread(receiver))
    }
}

fn send_all<R: Read>(mut lines: Lines<R>, sender: &mpsc::Sender<Item>) {
    loop {
        let (item, is_last) = match lines.next() {
            Ok(Some(line)) => (Item::Line(line), false),
            Ok(None) => (
                Item::End {
                    lines: lines.count(),
                },
                true,
            ),
            Err(error) => (Item::Failed(error), true),
        };
        if sender.blocking_send(item).is_err() || is_last {
            return;
        }
    }
}

/// An item of a pass.
#[derive(Debug)]
pub(crate) enum Item {
    Line(Line),
    /// The end, with the number of lines.
    End {
        lines: u64,
    },
    Failed(io::Error),
}

/// One pass over the input.
#[derive(Debug)]
pub(crate) enum Feed {
    Thread(mpsc::Receiver<Item>),
    Memory {
        tokens: std::vec::IntoIter<(u64, Token)>,
        lines: u64,
    },
}

impl Feed {
    pub(crate) async fn next(&mut self) -> Item {
        match self {
            Self::Thread(receiver) => receiver
                .recv()
                .await
                .unwrap_or_else(|| Item::Failed(io::Error::other("the reader stopped"))),
            Self::Memory { tokens, lines } => {
                tokio::task::coop::consume_budget().await;
                match tokens.next() {
                    Some((line, token)) => Item::Line(Line::Token(line, token)),
                    None => Item::End { lines: *lines },
                }
            }
        }
    }
}

struct Counted<R> {
    source: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
