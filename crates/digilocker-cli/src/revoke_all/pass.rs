//! One pass over the input: sends tokens, and records the results in the tally and the journal.

use std::cell::{Cell, RefCell};
use std::io;
use std::time::Duration;

use digilocker::{Client, Error, ErrorKind, Revoked, Token, TokenTypeHint};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::input::{Feed, Input, Item, Line};
use super::progress::Progress;
use super::rate::RateLimiter;
use super::tally::Tally;
use crate::cause;
use crate::exit::Failure;
use crate::interrupt::Interrupts;
use crate::journal::key::TokenHash;
use crate::journal::{Journal, Outcome};

/// Maximum `Retry-After` that a run waits for. A longer one ends the run.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(15 * 60);

/// Settings of a run.
pub(crate) struct RunConfig {
    pub(crate) client: Client,
    pub(crate) hint: Option<TokenTypeHint>,
    pub(crate) concurrency: usize,
    pub(crate) rate_limiter: Option<RateLimiter>,
    /// The delay before the second pass. Each later delay is four times as long.
    pub(crate) round_wait: Duration,
}

/// Why a run stopped before the end of the input. The last one that applies is reported.
#[derive(Debug)]
pub(crate) enum StopReason {
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
pub(crate) struct Ending {
    pub(crate) stop: Option<StopReason>,
    /// Lines of the input. `None` if it was not read to its end.
    pub(crate) lines: Option<i64>,
    /// The size of the input changed, so it may have lines that were not read.
    pub(crate) size_changed: bool,
    pub(crate) rounds: u32,
    /// The server has responded.
    pub(crate) is_reached: bool,
}

/// State shared by the stream of tokens and the loop over the results, which are one task.
pub(crate) struct Shared<'a> {
    tally: RefCell<&'a mut Tally>,
    journal: RefCell<&'a mut Journal>,
    progress: &'a Progress,
    /// Set to stop sending tokens.
    stop: watch::Sender<bool>,
    /// The number of signals received.
    signals: Cell<u32>,
    ending: RefCell<Ending>,
    /// Whether to keep tokens for retries, because the input cannot be read again.
    keep_tokens: bool,
    is_first: bool,
}

/// Runs one pass over the input. Returns the earliest time at which the server accepts a retry.
pub(crate) async fn pass(
    config: &RunConfig,
    shared: &Shared<'_>,
    feed: &mut Feed,
    input: &Input,
    interrupts: &mut Interrupts,
) -> Option<Instant> {
    let mut results = config
        .client
        .revoke_all(tokens(shared, feed, config.rate_limiter.as_ref()))
        .concurrency(config.concurrency);
    if let Some(hint) = config.hint {
        results = results.hint(hint);
    }
    let mut every_second = interval(Duration::from_secs(1));
    every_second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut not_before = None;
    loop {
        let due = shared.journal.borrow().due();
        tokio::select! {
            biased;
            () = interrupts.next() => if shared.interrupt() {
                return not_before;
            },
            _ = every_second.tick() => {
                shared.progress.tick(&shared.tally.borrow().counts, input);
                shared.write(Journal::sync);
            }
            result = results.next() => {
                let Some((hash, result)) = result else {
                    return not_before;
                };
                shared.finish_call(hash, Some(&result));
                if let Err(error) = &result
                    && error.is_retryable()
                    && let Some(wait) = error.retry_after()
                {
                    not_before = not_before.max(Instant::now().checked_add(wait));
                    if wait > MAX_RETRY_AFTER {
                        let wait = wait.as_secs();
                        let reason = format!("the server asks to wait {wait} s: run again after that");
                        shared.stop(StopReason::ServerRefused(reason));
                    }
                }
            }
            () = async { sleep_until(due.unwrap_or_else(Instant::now)).await }, if due.is_some() => {
                shared.write(Journal::commit);
            }
        }
    }
}

/// The tokens to send, each with its hash.
fn tokens<'a>(
    shared: &'a Shared<'_>,
    feed: &'a mut Feed,
    rate_limiter: Option<&'a RateLimiter>,
) -> impl Stream<Item = (TokenHash, Token)> {
    let stop = shared.stop.subscribe();
    stream::unfold((feed, stop), move |(feed, mut stop)| async move {
        let next = next_token(shared, feed, rate_limiter, &mut stop).await?;
        Some((next, (feed, stop)))
    })
}

async fn next_token(
    shared: &Shared<'_>,
    feed: &mut Feed,
    rate_limiter: Option<&RateLimiter>,
    stop: &mut watch::Receiver<bool>,
) -> Option<(TokenHash, Token)> {
    loop {
        let item = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return None,
            item = feed.next() => item,
        };
        let (line, token, hash, before) = match shared.filter(item) {
            Filtered::Token(line, token, hash, before) => (line, token, hash, before),
            Filtered::Skipped => continue,
            Filtered::End => return None,
        };
        if let Some(rate_limiter) = rate_limiter {
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => {
                    shared.count_not_tried();
                    return None;
                }
                () = rate_limiter.ready() => {}
            }
        }
        let kept = shared.keep_tokens.then(|| token.clone());
        (shared.tally.borrow_mut()).start_call(line, hash, before, kept);
        return Some((hash, token));
    }
}

/// Counts the remaining tokens as not tried, without sending them. Returns `false` if interrupted.
pub(crate) async fn count_remaining(
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
        match shared.filter(item) {
            Filtered::Token(..) => shared.count_not_tried(),
            Filtered::Skipped => {}
            Filtered::End => return true,
        }
    }
}

/// An item of the input, after duplicates, other shards and finished tokens were filtered out.
enum Filtered {
    Token(i64, Token, TokenHash, Option<Outcome>),
    Skipped,
    End,
}

impl<'a> Shared<'a> {
    pub(crate) fn new(
        tally: &'a mut Tally,
        journal: &'a mut Journal,
        progress: &'a Progress,
        ending: Ending,
        keep_tokens: bool,
    ) -> Self {
        Self {
            is_first: tally.is_first_pass(),
            tally: RefCell::new(tally),
            journal: RefCell::new(journal),
            progress,
            stop: watch::Sender::new(false),
            signals: Cell::new(0),
            ending: RefCell::new(ending),
            keep_tokens,
        }
    }

    pub(crate) fn into_ending(self) -> Ending {
        self.ending.into_inner()
    }

    /// Whether the remaining lines must be counted. They are not after a second signal.
    pub(crate) fn must_count_remaining(&self) -> bool {
        let ending = self.ending.borrow();
        self.is_first && ending.stop.is_some() && ending.lines.is_none() && !self.is_aborted()
    }

    fn filter(&self, item: Item) -> Filtered {
        match item {
            Item::Line(Line::Token(line, token)) => {
                let filtered = self.tally.borrow_mut().filter(&token);
                filtered.map_or(Filtered::Skipped, |(hash, before)| {
                    Filtered::Token(line, token, hash, before)
                })
            }
            Item::Line(Line::Bad(line, reason)) => {
                if self.is_first {
                    self.tally.borrow_mut().counts.bad_lines += 1;
                    self.progress.bad_line(line, &reason);
                    self.write(|journal| journal.record_bad_line(line, &reason.to_string()));
                }
                Filtered::Skipped
            }
            Item::End { lines } => {
                if self.is_first {
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

    fn finish_call(&self, hash: TokenHash, result: Option<&Result<Revoked, Error>>) {
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

    fn write(&self, action: impl FnOnce(&mut Journal) -> Result<(), Failure>) {
        let written = action(&mut self.journal.borrow_mut());
        if let Err(failure) = written {
            self.stop(StopReason::JournalFailed(failure));
        }
    }

    /// Handles a signal. Returns whether it is the second one.
    fn interrupt(&self) -> bool {
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
    pub(crate) fn stop(&self, reason: StopReason) {
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
    fn is_aborted(&self) -> bool {
        self.signals.get() > 1
    }

    fn count_not_tried(&self) {
        // In later passes, the token already counts as live or unknown.
        if self.is_first {
            self.tally.borrow_mut().counts.not_tried += 1;
        }
    }
}
