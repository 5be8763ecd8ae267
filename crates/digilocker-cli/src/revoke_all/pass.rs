//! One pass over the input: sends tokens, and records the results in the tally and the journal.

use std::time::Duration;

use digilocker::{Client, Token};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::input::{Feed, Input};
use super::rate::RateLimiter;
use super::run::{Filtered, Run, StopReason};
use crate::interrupt::Interrupts;
use crate::journal::Journal;
use crate::journal::key::TokenHash;

/// Maximum `Retry-After` that a run waits for. A longer one ends the run.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(15 * 60);

/// Runs one pass over the input. Returns the earliest time at which the server accepts a retry.
pub(crate) async fn pass(
    run: &Run<'_>,
    client: &Client,
    feed: &mut Feed,
    input: &Input,
    interrupts: &mut Interrupts,
) -> Option<Instant> {
    let rate_limiter = run.args.rate.and_then(RateLimiter::new);
    let keep = input.is_read_once();
    let mut results = client
        .revoke_all(tokens(run, feed, rate_limiter.as_ref(), keep))
        .concurrency(run.args.concurrency.into());
    if let Some(hint) = run.args.hint {
        results = results.hint(hint);
    }
    let mut every_second = interval(Duration::from_secs(1));
    every_second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut not_before = None;
    loop {
        let due = run.journal.borrow().due();
        tokio::select! {
            biased;
            () = interrupts.next() => if run.interrupt() {
                return not_before;
            },
            _ = every_second.tick() => {
                run.progress.tick(&run.tally.borrow().counts, input);
                run.write(Journal::sync);
            }
            result = results.next() => {
                let Some((hash, result)) = result else {
                    return not_before;
                };
                run.finish_call(hash, Some(&result));
                if let Err(error) = &result
                    && error.is_retryable()
                    && let Some(wait) = error.retry_after()
                {
                    not_before = not_before.max(Instant::now().checked_add(wait));
                    if wait > MAX_RETRY_AFTER {
                        let wait = wait.as_secs();
                        let reason = format!("the server asks to wait {wait} s: run again after that");
                        run.stop(StopReason::ServerRefused(reason));
                    }
                }
            }
            () = async { sleep_until(due.unwrap_or_else(Instant::now)).await }, if due.is_some() => {
                run.write(Journal::commit);
            }
        }
    }
}

/// The tokens to send, each with its hash. `keep`: the input cannot be read again, so keep tokens to retry.
fn tokens<'a>(
    run: &'a Run<'_>,
    feed: &'a mut Feed,
    rate_limiter: Option<&'a RateLimiter>,
    keep: bool,
) -> impl Stream<Item = (TokenHash, Token)> {
    let stop = run.stop.subscribe();
    stream::unfold((feed, stop), move |(feed, mut stop)| async move {
        let next = next_token(run, feed, rate_limiter, keep, &mut stop).await?;
        Some((next, (feed, stop)))
    })
}

async fn next_token(
    run: &Run<'_>,
    feed: &mut Feed,
    rate_limiter: Option<&RateLimiter>,
    keep: bool,
    stop: &mut watch::Receiver<bool>,
) -> Option<(TokenHash, Token)> {
    loop {
        let item = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return None,
            item = feed.next() => item,
        };
        let (line, token, hash, before) = match run.filter(item) {
            Filtered::Token(line, token, hash, before) => (line, token, hash, before),
            Filtered::Skipped => continue,
            Filtered::End => return None,
        };
        if let Some(rate_limiter) = rate_limiter {
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => {
                    run.count_not_tried();
                    return None;
                }
                () = rate_limiter.ready() => {}
            }
        }
        let kept = keep.then(|| token.clone());
        (run.tally.borrow_mut()).start_call(line, hash, before, kept);
        return Some((hash, token));
    }
}
