//! One pass over the input. A separate thread reads it, so that blocking reads do not delay calls in flight.

use std::io;
use std::thread;

use digilocker::Token;
use tokio::sync::mpsc;

use super::reader::Lines;
use crate::field::BadLine;
use crate::revoke_all::tally::Call;

/// Lines of a file that are sent at once: waking the receiver for each costs more than reading it. Those of a
/// stream are sent when they arrive.
const BATCH: usize = 64;
/// Maximum number of batches that are read ahead.
const READ_AHEAD: usize = 4;

/// An item of a pass.
pub(crate) enum Item {
    /// A line and its token.
    Line(i64, Result<Token, BadLine>),
    /// A token that is sent again.
    Retry(Call),
    /// The end, with the number of lines.
    End(i64),
    Failed(io::Error),
}

/// One pass over the input.
pub(crate) struct Feed {
    receiver: mpsc::Receiver<Vec<Item>>,
    batch: std::vec::IntoIter<Item>,
    /// It may never end.
    pub(crate) is_stream: bool,
}

impl Feed {
    pub(super) fn read(mut lines: Lines, is_stream: bool) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel(READ_AHEAD);
        let size = if is_stream { 1 } else { BATCH };
        let send_lines = move || {
            let mut batch = Vec::new();
            let last = loop {
                match lines.next() {
                    Ok(Some((line, token))) => batch.push(Item::Line(line, token)),
                    Ok(None) => break Item::End(lines.count()),
                    Err(error) => break Item::Failed(error),
                }
                if batch.len() == size {
                    // Fails if the receiver was dropped, which ends the pass.
                    if sender.blocking_send(std::mem::take(&mut batch)).is_err() {
                        return;
                    }
                }
            };
            batch.push(last);
            let _ = sender.blocking_send(batch);
        };
        thread::Builder::new()
            .name("input".to_owned())
            .spawn(send_lines)?;
        Ok(Self {
            receiver,
            batch: Vec::new().into_iter(),
            is_stream,
        })
    }

    /// A pass over items in memory.
    pub(crate) fn of(mut items: Vec<Item>, lines: i64) -> Self {
        items.push(Item::End(lines));
        Self {
            receiver: mpsc::channel(1).1,
            batch: items.into_iter(),
            is_stream: false,
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
