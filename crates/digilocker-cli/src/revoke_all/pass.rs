//! One pass over the input: tokens into the client, results into the tally and the journal.

use std::cell::{Cell, RefCell};
use std::io;
use std::time::Duration;

use digilocker::{Client, Error, ErrorKind, Revoked, Token, TokenState, TokenTypeHint};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::input::{Feed, Input, Item, Line};
use super::pace::Pace;
use super::progress::Progress;
use super::rounds::LONGEST_WAIT;
use super::tally::Tally;
use crate::interrupt::Interrupts;
use crate::journal::key::TokenHash;
use crate::journal::{Journal, Outcome, Record};

/// Settings of a run.
pub(crate) struct Plan {
    pub(crate) client: Client,
    pub(crate) hint: Option<TokenTypeHint>,
    pub(crate) concurrency: usize,
    pub(crate) pace: Option<Pace>,
    /// The wait before the second pass. Each further wait is four times as long.
    pub(crate) round_wait: Duration,
}

/// Why a run ends before the end of the input.
#[derive(Debug)]
pub(crate) enum Stop {
    Interrupted,
    /// A second signal.
    AtOnce,
    /// The rest would fail alike.
    Refused(String),
    Journal(io::Error),
    Input(io::Error),
}

/// How a run ended.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    pub(crate) stop: Option<Stop>,
    /// Lines of the input. `None` if it was not read to its end.
    pub(crate) lines: Option<u64>,
    /// The input has lines that were not read.
    pub(crate) size_changed: bool,
    pub(crate) rounds: u32,
    /// The server asks to wait longer than a run does.
    pub(crate) server_wait: Option<Duration>,
}

/// State shared by the stream of tokens and the loop over the results, which are one task.
pub(crate) struct Shared<'a> {
    tally: RefCell<&'a mut Tally>,
    progress: &'a Progress,
    /// Whether to take no more tokens.
    stop: watch::Sender<bool>,
    /// Signals.
    signals: Cell<u32>,
    ending: RefCell<Ending>,
    /// The input cannot be read again: tokens to be retried are kept.
    keep: bool,
    is_first: bool,
}

/// Runs one pass over the input. Returns the time before which the server asks not to retry.
pub(crate) async fn pass(
    plan: &Plan,
    shared: &Shared<'_>,
    feed: &mut Feed,
    input: &Input,
    journal: &mut Option<Journal>,
    interrupts: &mut Interrupts,
) -> Option<Instant> {
    let mut results = plan
        .client
        .revoke_all(tokens(shared, feed, plan.pace.as_ref()))
        .concurrency(plan.concurrency);
    if let Some(hint) = plan.hint {
        results = results.hint(hint);
    }
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut not_before = None;
    loop {
        tokio::select! {
            biased;
            () = interrupts.next() => if shared.interrupt() {
                return not_before;
            },
            _ = second.tick() => {
                shared.progress.tick(&shared.tally.borrow(), input);
                if let Some(Err(error)) = journal.as_mut().map(Journal::tick) {
                    *journal = None;
                    shared.stop(Stop::Journal(error));
                }
            }
            result = results.next() => {
                let Some((call, result)) = result else {
                    return not_before;
                };
                shared.record(call, &result, journal);
                if let Err(error) = &result
                    && error.is_retryable()
                    && let Some(wait) = error.retry_after()
                {
                    not_before = not_before.max(Instant::now().checked_add(wait));
                    if wait > LONGEST_WAIT {
                        shared.ending.borrow_mut().server_wait.get_or_insert(wait);
                        shared.stop(Stop::Refused(error.to_string()));
                    }
                }
            }
        }
    }
}

/// The tokens to send, with the numbers of their calls.
fn tokens<'a>(
    shared: &'a Shared<'_>,
    feed: &'a mut Feed,
    pace: Option<&'a Pace>,
) -> impl Stream<Item = (u64, Token)> {
    let stop = shared.stop.subscribe();
    stream::unfold((feed, stop), move |(feed, mut stop)| async move {
        let next = next_token(shared, feed, pace, &mut stop).await?;
        Some((next, (feed, stop)))
    })
}

async fn next_token(
    shared: &Shared<'_>,
    feed: &mut Feed,
    pace: Option<&Pace>,
    stop: &mut watch::Receiver<bool>,
) -> Option<(u64, Token)> {
    loop {
        let item = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return None,
            item = feed.next() => item,
        };
        let (line, token, hash) = match shared.take(item) {
            Taken::Token(line, token, hash) => (line, token, hash),
            Taken::Skipped => continue,
            Taken::End => return None,
        };
        if let Some(pace) = pace {
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => {
                    shared.not_tried();
                    return None;
                }
                () = pace.ready() => {}
            }
        }
        let call = (shared.tally.borrow_mut()).begin(line, hash, &token, shared.keep);
        return Some((call, token));
    }
}

/// Counts the tokens that were not tried, after an early stop. Returns `false` if interrupted.
pub(crate) async fn count_rest(
    shared: &Shared<'_>,
    feed: &mut Feed,
    interrupts: &mut Interrupts,
) -> bool {
    loop {
        let item = tokio::select! {
            biased;
            () = interrupts.next() => return false,
            item = feed.next() => item,
        };
        match shared.take(item) {
            Taken::Token(..) => shared.not_tried(),
            Taken::Skipped => {}
            Taken::End => return true,
        }
    }
}

/// An item of the input, filtered.
enum Taken {
    Token(u64, Token, TokenHash),
    Skipped,
    End,
}

impl<'a> Shared<'a> {
    pub(crate) fn new(
        tally: &'a mut Tally,
        progress: &'a Progress,
        ending: Ending,
        keep: bool,
    ) -> Self {
        Self {
            tally: RefCell::new(tally),
            progress,
            stop: watch::Sender::new(false),
            signals: Cell::new(0),
            is_first: ending.rounds == 0,
            ending: RefCell::new(ending),
            keep,
        }
    }

    pub(crate) fn into_ending(self) -> Ending {
        self.ending.into_inner()
    }

    /// Whether lines are left to be counted: not if even the calls in flight were dropped.
    pub(crate) fn has_rest(&self) -> bool {
        let ending = self.ending.borrow();
        self.is_first && ending.stop.is_some() && ending.lines.is_none() && !self.is_cut_off()
    }

    fn take(&self, item: Item) -> Taken {
        match item {
            Item::Line(Line::Token(line, token)) => {
                let mut tally = self.tally.borrow_mut();
                let hash = if self.is_first {
                    tally.admit(&token)
                } else {
                    tally.admit_again(line, &token)
                };
                hash.map_or(Taken::Skipped, |hash| Taken::Token(line, token, hash))
            }
            Item::Line(Line::Bad(line, reason)) => {
                if self.is_first {
                    self.tally.borrow_mut().bad.insert(line);
                    self.progress.bad_line(line, &reason);
                }
                Taken::Skipped
            }
            Item::End { lines } => {
                if self.is_first {
                    self.ending.borrow_mut().lines = Some(lines);
                }
                Taken::End
            }
            Item::Failed(error) => {
                self.stop(Stop::Input(error));
                Taken::End
            }
        }
    }

    fn record(&self, call: u64, result: &Result<Revoked, Error>, journal: &mut Option<Journal>) {
        let by_status = result.as_ref().is_ok_and(|revoked| !revoked.is_confirmed());
        let (outcome, retryable, attempts) = match result {
            Ok(revoked) => (Outcome::Revoked, false, revoked.attempts()),
            Err(error) => {
                let outcome = match error.token_state() {
                    TokenState::NotRecognised => Outcome::NotRecognised,
                    TokenState::Live => Outcome::Live,
                    TokenState::Unknown => Outcome::Unknown,
                };
                (outcome, error.is_retryable(), error.attempts())
            }
        };
        let record = self
            .tally
            .borrow_mut()
            .end(call, outcome, retryable, attempts, by_status);
        let Some(record) = record else {
            return;
        };
        if let Some(open) = journal.as_mut()
            && let Err(error) = open.append(&record)
        {
            *journal = None;
            self.stop(Stop::Journal(error));
        }
        if let Err(error) = result
            && let Record::Token { line, .. } = record
            && !outcome.is_definite()
        {
            self.progress.error(line, error);
            if matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::Config) {
                self.stop(Stop::Refused(error.to_string()));
            }
        }
    }

    /// Handles a signal. Returns whether it is the second one.
    fn interrupt(&self) -> bool {
        self.signals.set(self.signals.get() + 1);
        if self.is_cut_off() {
            self.stop(Stop::AtOnce);
            self.tally.borrow_mut().abandon();
            return true;
        }
        self.progress
            .note("stopping: the calls in flight are finished; interrupt again to stop at once");
        self.stop(Stop::Interrupted);
        false
    }

    /// Takes no more tokens. A failure is not hidden by a signal, nor a signal by a refusal.
    pub(crate) fn stop(&self, reason: Stop) {
        let rank = |stop: &Stop| match stop {
            Stop::Refused(_) => 0,
            Stop::Interrupted => 1,
            Stop::AtOnce => 2,
            Stop::Journal(_) | Stop::Input(_) => 3,
        };
        let mut ending = self.ending.borrow_mut();
        if (ending.stop.as_ref()).is_none_or(|before| rank(before) < rank(&reason)) {
            ending.stop = Some(reason);
        }
        drop(ending);
        self.stop.send_replace(true);
    }

    /// Whether even the calls in flight were dropped.
    fn is_cut_off(&self) -> bool {
        self.signals.get() > 1
    }

    fn not_tried(&self) {
        // In a further pass it was tried, and counts as alive or unknown.
        if self.is_first {
            self.tally.borrow_mut().counts.not_tried += 1;
        }
    }
}
