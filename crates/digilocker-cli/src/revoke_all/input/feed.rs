//! One pass over the input. A separate thread reads it, so that blocking reads do not delay calls in flight.

use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use digilocker::Token;
use tokio::sync::mpsc;

use super::format::Format;
use super::reader::{Line, Lines};

/// Number of lines sent to the channel at once: waking the receiver for each line costs more than reading it.
const BATCH: usize = 64;
/// Maximum number of batches that are read ahead.
const READ_AHEAD: usize = 4;

/// An item of a pass.
#[derive(Debug)]
pub(crate) enum Item {
    Line(Line),
    /// The end, with the number of lines.
    End {
        lines: i64,
    },
    Failed(io::Error),
}

/// One pass over the input.
#[derive(Debug)]
pub(crate) struct Feed {
    receiver: mpsc::Receiver<Vec<Item>>,
    batch: std::vec::IntoIter<Item>,
}

impl Feed {
    pub(super) fn read(
        source: impl Read + Send + 'static,
        format: Format,
        bytes_read: &Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let bytes = Arc::clone(bytes_read);
        let (sender, receiver) = mpsc::channel(READ_AHEAD);
        thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || {
                let batch_sender = Rc::new(RefCell::new(BatchSender {
                    batch: Vec::new(),
                    sender,
                }));
                let source = CountingReader {
                    inner: source,
                    bytes,
                    batch_sender: Rc::clone(&batch_sender),
                };
                // Fails if the receiver was dropped, which ends the pass.
                let _ = send_all(Lines::open(source, format), &batch_sender);
            })?;
        Ok(Self {
            receiver,
            batch: Vec::new().into_iter(),
        })
    }

    /// A pass over tokens in memory.
    pub(super) fn of(tokens: Vec<(i64, Token)>, lines: i64) -> Self {
        let tokens = tokens.into_iter();
        let items = tokens.map(|(line, token)| Item::Line(Line::Token(line, token)));
        let items: Vec<Item> = items.chain([Item::End { lines }]).collect();
        Self {
            receiver: mpsc::channel(1).1,
            batch: items.into_iter(),
        }
    }

    /// Waits for the first items. Fails if the input cannot be read, or has no usable header line.
    pub(crate) async fn start(&mut self) -> io::Result<()> {
        if self.batch.len() == 0 {
            self.batch = self.receiver.recv().await.unwrap_or_default().into_iter();
        }
        match self.batch.as_slice() {
            [Item::Failed(_), ..] => match self.next().await {
                Item::Failed(error) => Err(error),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    pub(crate) async fn next(&mut self) -> Item {
        tokio::task::coop::consume_budget().await;
        loop {
            if let Some(item) = self.batch.next() {
                return item;
            }
            match self.receiver.recv().await {
                Some(next) => self.batch = next.into_iter(),
                None => return Item::Failed(io::Error::other("the input thread stopped")),
            }
        }
    }
}

fn send_all<R: Read>(
    lines: io::Result<Lines<R>>,
    batch_sender: &RefCell<BatchSender>,
) -> io::Result<()> {
    let send_lines = |mut lines: Lines<R>| -> io::Result<Item> {
        while let Some(line) = lines.next()? {
            // Fails if the receiver was dropped.
            batch_sender.borrow_mut().push(Item::Line(line))?;
        }
        Ok(Item::End {
            lines: lines.count(),
        })
    };
    let last = lines.and_then(send_lines).unwrap_or_else(Item::Failed);
    batch_sender.borrow_mut().push(last)?;
    batch_sender.borrow_mut().flush()
}

struct BatchSender {
    batch: Vec<Item>,
    sender: mpsc::Sender<Vec<Item>>,
}

impl BatchSender {
    fn push(&mut self, item: Item) -> io::Result<()> {
        self.batch.push(item);
        if self.batch.len() < BATCH {
            return Ok(());
        }
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.sender
            .blocking_send(batch)
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// Counts the bytes read from the source, and flushes complete lines before a read that may block.
struct CountingReader<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
    batch_sender: Rc<RefCell<BatchSender>>,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.batch_sender.borrow_mut().flush()?;
        let count = self.inner.read(buffer)?;
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
