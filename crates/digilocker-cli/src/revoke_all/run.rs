//! The state of a run, which the stream of tokens and the loop over the results share. They are one task.

use std::cell::{Cell, RefCell};
use std::io;

use digilocker::{Error, ErrorKind, Revoked, Token};
use tokio::sync::watch;

use super::args::Args;
use super::input::{Feed, Item, Line};
use super::progress::Progress;
use super::tally::Tally;
use crate::cause;
use crate::exit::Failure;
use crate::interrupt::Interrupts;
use crate::journal::key::TokenHash;
use crate::journal::{Journal, Outcome};

/// Why a run stopped before the end of the input.
#[derive(Debug)]
pub(super) enum StopReason {
    /// The remaining tokens would fail with the same error.
    ServerRefused(String),
    Interrupted,
    /// By a second signal: the calls in flight were dropped.
    Aborted,
    JournalFailed(Failure),
    InputFailed(io::Error),
}

/// How a run ended.
#[derive(Debug, Default)]
pub(super) struct Ending {
    pub(super) stop: Option<StopReason>,
    /// Lines of the input. `None` if it was not read to its end.
    pub(super) lines: Option<i64>,
    /// The size of the input changed, so it may have lines that were not read.
    pub(super) size_changed: bool,
    pub(super) rounds: u32,
    /// The server has responded.
    is_reached: bool,
}

pub(super) struct Run<'a> {
    pub(super) args: &'a Args,
    /// Unix time.
    pub(super) started: i64,
    pub(super) progress: Progress,
    pub(super) journal: RefCell<Journal>,
    pub(super) tally: RefCell<Tally>,
    pub(super) ending: RefCell<Ending>,
    /// Set to stop sending tokens.
    pub(super) stop: watch::Sender<bool>,
    /// The number of signals received.
    signals: Cell<u32>,
}

/// An item of the input, after duplicates, other shards and finished tokens were filtered out.
pub(super) enum Filtered {
    Token(i64, Token, TokenHash, Option<Outcome>),
    Skipped,
    End,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        args: &'a Args,
        started: i64,
        progress: Progress,
        journal: Journal,
        tally: Tally,
    ) -> Self {
        Self {
            args,
            started,
            progress,
            journal: RefCell::new(journal),
            tally: RefCell::new(tally),
            ending: RefCell::default(),
            stop: watch::Sender::new(false),
            signals: Cell::new(0),
        }
    }

    pub(super) fn filter(&self, item: Item) -> Filtered {
        match item {
            Item::Line(Line::Token(line, token)) => {
                let filtered = self.tally.borrow_mut().filter(&token);
                filtered.map_or(Filtered::Skipped, |(hash, before)| {
                    Filtered::Token(line, token, hash, before)
                })
            }
            Item::Line(Line::Bad(line, reason)) => {
                if self.is_first_pass() {
                    self.tally.borrow_mut().counts.bad_lines += 1;
                    self.progress.bad_line(line, &reason);
                    self.write(|journal| journal.record_bad_line(line, &reason.to_string()));
                }
                Filtered::Skipped
            }
            Item::End { lines } => {
                if self.is_first_pass() {
                    self.ending.borrow_mut().lines = Some(lines);
                }
                Filtered::End
            }
            Item::Failed(error) => {
                self.stop(StopReason::InputFailed(error));
                Filtered::End
            }
        }
    }

    pub(super) fn finish_call(&self, hash: TokenHash, result: Option<&Result<Revoked, Error>>) {
        let Some(record) = self.tally.borrow_mut().finish_call(hash, result) else {
            return;
        };
        self.write(|journal| journal.record(&record));
        let error = result.and_then(|result| result.as_ref().err());
        let is_reached = {
            let mut ending = self.ending.borrow_mut();
            ending.is_reached |= error.is_none_or(|error| error.status().is_some());
            ending.is_reached
        };
        let Some(error) = error else { return };
        if !record.outcome.is_final() {
            self.progress.error(record.line, error);
        }
        let is_hopeless = match error.kind() {
            ErrorKind::Unauthorized | ErrorKind::Config | ErrorKind::Tls => true,
            // After a response, it is an outage of the name server.
            _ => !is_reached && cause::is_name_resolution(error),
        };
        if is_hopeless {
            self.stop(StopReason::ServerRefused(cause::message(error)));
        }
    }

    pub(super) fn write(&self, action: impl FnOnce(&mut Journal) -> Result<(), Failure>) {
        let written = action(&mut self.journal.borrow_mut());
        if let Err(failure) = written {
            self.stop(StopReason::JournalFailed(failure));
        }
    }

    /// Handles a signal. Returns whether it is the second one.
    pub(super) fn interrupt(&self) -> bool {
        self.signals.set(self.signals.get() + 1);
        if self.is_aborted() {
            self.stop(StopReason::Aborted);
            let dropped = self.tally.borrow().in_flight();
            for hash in dropped {
                self.finish_call(hash, None);
            }
            return true;
        }
        self.progress
            .note("stopping after the calls in flight; interrupt again to stop at once");
        self.stop(StopReason::Interrupted);
        false
    }

    /// Stops sending tokens. A failure takes precedence over a signal, and a signal over a refusal.
    pub(super) fn stop(&self, reason: StopReason) {
        let rank = |stop: &StopReason| match stop {
            StopReason::ServerRefused(_) => 0,
            StopReason::Interrupted => 1,
            StopReason::Aborted => 2,
            StopReason::JournalFailed(_) | StopReason::InputFailed(_) => 3,
        };
        let mut ending = self.ending.borrow_mut();
        if (ending.stop.as_ref()).is_none_or(|before| rank(before) < rank(&reason)) {
            ending.stop = Some(reason);
        }
        drop(ending);
        self.stop.send_replace(true);
    }

    /// Whether a second signal was received.
    pub(super) fn is_aborted(&self) -> bool {
        self.signals.get() > 1
    }

    pub(super) fn count_not_tried(&self) {
        // In later passes, the token already counts as live or unknown.
        if self.is_first_pass() {
            self.tally.borrow_mut().counts.not_tried += 1;
        }
    }

    /// Counts the remaining tokens as not tried, without sending them.
    pub(super) async fn count_remaining(&self, feed: &mut Feed, interrupts: &mut Interrupts) {
        loop {
            let item = tokio::select! {
                biased;
                () = interrupts.next() => return self.stop(StopReason::Interrupted),
                item = feed.next() => item,
            };
            match self.filter(item) {
                Filtered::Token(..) => self.count_not_tried(),
                Filtered::Skipped => {}
                Filtered::End => return,
            }
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    fn is_first_pass(&self) -> bool {
        self.tally.borrow().is_first_pass()
    }
}
