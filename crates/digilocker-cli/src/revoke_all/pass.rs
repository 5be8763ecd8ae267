//! One pass over the input: sends tokens, and records the results in the tally and the journal.

use std::time::Duration;

use digilocker::Client;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::input::{Feed, Input};
use super::rate::RateLimiter;
use super::run::{Filtered, Run, Stop};
use crate::interrupt::Interrupts;
use crate::journal::{BATCH_TIME, Writer};

/// Maximum `Retry-After` that a run waits for. A longer one ends the run.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(15 * 60);

/// Runs one pass over the input. Returns the earliest time at which the server accepts a retry.
pub(crate) async fn pass(
    run: &mut Run<'_>,
    client: &Client,
    feed: &mut Feed,
    input: &Input,
    interrupts: &mut Interrupts,
) -> Option<Instant> {
    let concurrency = usize::from(run.args.concurrency);
    let mut rate_limiter = run.args.rate.map(RateLimiter::new);
    let (sender, mut receiver) = mpsc::channel(concurrency);
    // Dropped at the end of the input, and to stop.
    let mut sender = Some(sender);
    let mut results = client
        .revoke_all(stream::poll_fn(move |context| receiver.poll_recv(context)))
        .concurrency(concurrency);
    if let Some(hint) = run.args.hint {
        results = results.hint(hint);
    }
    // All that are ready at once: another turn of the loop costs more than a result.
    let mut results = results.ready_chunks(concurrency);
    let mut every_second = interval(Duration::from_secs(1));
    let mut commits = interval(BATCH_TIME);
    commits.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut not_before = None;
    loop {
        if run.ending.stop.is_some() {
            sender = None;
        }
        let has_room = run.tally.in_flight.len() < concurrency;
        let next = async {
            if let Some(rate_limiter) = &rate_limiter {
                rate_limiter.ready().await;
            }
            feed.next().await
        };
        tokio::select! {
            biased;
            () = interrupts.next() => if run.interrupt() {
                return not_before;
            },
            _ = every_second.tick() => run.progress.tick(&run.tally.counts, input),
            ready = results.next() => {
                let Some(ready) = ready else { return not_before };
                for (hash, result) in ready {
                    if let Err(error) = &result
                        && error.is_retryable()
                        && let Some(wait) = error.retry_after()
                    {
                        not_before = not_before.max(Instant::now().checked_add(wait));
                        if wait > MAX_RETRY_AFTER {
                            let wait = wait.as_secs();
                            let reason =
                                format!("the server asks to wait {wait} s: run again after that");
                            run.stop(Stop::Refused, reason);
                        }
                    }
                    run.finish_call(hash, Some(result));
                }
            }
            item = next, if has_room && sender.is_some() => {
                let mut ready = Some(item);
                while let Some(item) = ready.take() {
                    match (run.filter(item), &sender) {
                        (Filtered::Call(call), Some(sender)) => {
                            // It has room for all calls in flight.
                            let _ = sender.try_send((call.hash, call.token.clone()));
                            run.tally.in_flight.insert(call.hash, call);
                            if let Some(rate_limiter) = &mut rate_limiter {
                                rate_limiter.count();
                            }
                        }
                        (Filtered::End, _) => sender = None,
                        (Filtered::Call(_) | Filtered::Skipped, _) => {}
                    }
                    let has_room = run.tally.in_flight.len() < concurrency && run.ending.stop.is_none();
                    if has_room && sender.is_some() && rate_limiter.is_none() {
                        ready = feed.next().now_or_never();
                    }
                }
            }
            _ = commits.tick(), if run.journal.has_pending() => run.write(Writer::commit),
        }
    }
}
