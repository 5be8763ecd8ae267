//! The state of a run.

use digilocker::{Error, ErrorKind, Revoked};

use super::args::Args;
use super::input::{Feed, Item};
use super::progress::Progress;
use super::tally::{Call, Tally};
use crate::cause;
use crate::interrupt::Interrupts;
use crate::journal::key::TokenHash;
use crate::journal::{Failed, Writer};

/// How a run stopped before the end of the input. The greatest takes precedence.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) enum Stop {
    /// The remaining tokens would fail with the same error.
    Refused,
    Interrupted,
    /// By a second signal.
    Aborted,
    /// The journal or the input failed.
    Failed,
}

/// How a run ended.
#[derive(Debug, Default)]
pub(super) struct Ending {
    /// With the reason.
    pub(super) stop: Option<(Stop, Option<String>)>,
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
    pub(super) journal: Writer,
    pub(super) tally: Tally,
    pub(super) ending: Ending,
    /// The number of signals received.
    pub(super) signals: u32,
}

/// An item of the input, after duplicates, other shards and finished tokens were filtered out.
pub(super) enum Filtered {
    Call(Call),
    Skipped,
    End,
}

impl Run<'_> {
    pub(super) fn filter(&mut self, item: Item) -> Filtered {
        match item {
            Item::Line(line, Ok(token)) => {
                let call = self.tally.filter(line, token);
                call.map_or(Filtered::Skipped, Filtered::Call)
            }
            Item::Line(line, Err(reason)) => {
                self.tally.counts.results.bad_lines.count += 1;
                self.progress.bad_line(line, &reason);
                self.write(|journal| journal.record_bad_line(line, &reason));
                Filtered::Skipped
            }
            Item::Retry(call) => Filtered::Call(call),
            Item::End(lines) => {
                self.ending.lines.get_or_insert(lines);
                Filtered::End
            }
            Item::Failed(error) => {
                self.stop(Stop::Failed, format!("cannot read the input: {error}"));
                Filtered::End
            }
        }
    }

    pub(super) fn finish_call(&mut self, hash: TokenHash, result: Option<Result<Revoked, Error>>) {
        let Some(record) = self.tally.finish_call(hash, result) else {
            return;
        };
        let error = record.error();
        self.ending.is_reached |= error.is_none_or(|error| error.status().is_some());
        if let Some(error) = error {
            if !record.outcome.is_final() {
                self.progress.error(record.line, error);
            }
            let is_hopeless = match error.kind() {
                ErrorKind::Unauthorized | ErrorKind::Config | ErrorKind::Tls => true,
                // After a response, it is an outage of the name server.
                _ => !self.ending.is_reached && cause::is_name_resolution(error),
            };
            if is_hopeless {
                self.stop(Stop::Refused, cause::message(error));
            }
        }
        self.write(|journal| journal.record(record));
    }

    pub(super) fn write(&mut self, action: impl FnOnce(&mut Writer) -> Result<(), Failed>) {
        if action(&mut self.journal).is_err() {
            self.stop(Stop::Failed, None);
        }
    }

    /// Handles a signal. Returns whether it is the second one.
    pub(super) fn interrupt(&mut self) -> bool {
        self.signals += 1;
        if self.signals > 1 {
            self.stop(Stop::Aborted, "the calls in flight were dropped".to_owned());
            let dropped: Vec<TokenHash> = self.tally.in_flight.keys().copied().collect();
            for hash in dropped {
                self.finish_call(hash, None);
            }
            return true;
        }
        self.progress
            .note("stopping after the calls in flight; interrupt again to stop at once");
        self.stop(Stop::Interrupted, None);
        false
    }

    /// Stops sending tokens.
    pub(super) fn stop(&mut self, stop: Stop, reason: impl Into<Option<String>>) {
        let before = self.ending.stop.as_ref();
        if before.is_none_or(|(before, _)| *before < stop) {
            self.ending.stop = Some((stop, reason.into()));
        }
    }

    /// Counts the remaining tokens as not tried, without sending them.
    pub(super) async fn count_remaining(&mut self, feed: &mut Feed, interrupts: &mut Interrupts) {
        loop {
            let item = tokio::select! {
                biased;
                () = interrupts.next() => return self.stop(Stop::Interrupted, None),
                item = feed.next() => item,
            };
            match self.filter(item) {
                Filtered::Call(_) => self.tally.counts.not_tried += 1,
                Filtered::Skipped => {}
                Filtered::End => return,
            }
        }
    }
}
