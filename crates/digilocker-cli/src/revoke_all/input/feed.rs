//! One pass over the input. A separate thread reads it, so that blocking reads do not delay calls in flight.

use std::io;
use std::thread;

use digilocker::Token;
use tokio::sync::mpsc;

use super::field::BadLine;
use super::reader::Lines;
use crate::revoke_all::tally::Call;

/// Maximum number of lines that are read ahead.
const READ_AHEAD: usize = 256;

/// An item of a pass.
pub(crate) enum Item {
    /// A line and its token.
    Line(i64, Result<Token, BadLine>),
    /// A token that is sent again.
    Retry(Call),
    /// The end, with the number of lines.
    End {
        lines: i64,
    },
    Failed(io::Error),
}

/// One pass over the input.
pub(crate) struct Feed {
    receiver: mpsc::Receiver<Item>,
    /// All that was ready: waking up for each line costs more than reading it.
    batch: std::vec::IntoIter<Item>,
}

impl Feed {
    pub(super) fn read(mut lines: Lines) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel(READ_AHEAD);
        let send_lines = move || {
            let last = loop {
                match lines.next() {
                    Ok(Some((line, token))) => {
                        // Fails if the receiver was dropped, which ends the pass.
                        if sender.blocking_send(Item::Line(line, token)).is_err() {
                            return;
                        }
                    }
                    Ok(None) => {
                        let lines = lines.count();
                        break Item::End { lines };
                    }
                    Err(error) => break Item::Failed(error),
                }
            };
            let _ = sender.blocking_send(last);
        };
        thread::Builder::new()
            .name("input".to_owned())
            .spawn(send_lines)?;
        Ok(Self {
            receiver,
            batch: Vec::new().into_iter(),
        })
    }

    /// A pass over items in memory.
    pub(crate) fn of(items: impl Iterator<Item = Item>, lines: i64) -> Self {
        let items: Vec<Item> = items.chain([Item::End { lines }]).collect();
        Self {
            receiver: mpsc::channel(1).1,
            batch: items.into_iter(),
        }
    }

    pub(crate) async fn next(&mut self) -> Item {
        tokio::task::coop::consume_budget().await;
        loop {
            if let Some(item) = self.batch.next() {
                return item;
            }
            let mut batch = Vec::with_capacity(READ_AHEAD);
            if self.receiver.recv_many(&mut batch, READ_AHEAD).await == 0 {
                return Item::Failed(io::Error::other("the input thread stopped"));
            }
            self.batch = batch.into_iter();
        }
    }
}
