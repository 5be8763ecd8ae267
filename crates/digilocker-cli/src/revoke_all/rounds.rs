//! The passes over the input: the first one, and up to three rounds of retries.

use std::time::Duration;

use digilocker::Client;
use tokio::time::{Instant, sleep};

use super::input::{Feed, Input, Item};
use super::pass::pass;
use super::run::{Run, Stop};
use crate::interrupt::Interrupts;
use crate::journal::Writer;

/// Maximum number of passes after the first.
const ROUNDS: u32 = 3;

pub(super) async fn run(
    run: &mut Run<'_>,
    client: &Client,
    mut feed: Feed,
    input: &Input,
    interrupts: &mut Interrupts,
) {
    for round in 0..=ROUNDS {
        let not_before = pass(run, client, &mut feed, input, interrupts).await;
        if round == 0 {
            if run.ending.lines.is_none() && run.signals < 2 && !feed.is_stream {
                run.count_remaining(&mut feed, interrupts).await;
            }
            run.ending.size_changed = run.ending.lines.is_some() && input.has_changed_size();
        }
        let retry = std::mem::take(&mut run.tally.retry);
        if run.ending.stop.is_some() || round == ROUNDS || retry.is_empty() {
            return;
        }
        run.write(Writer::commit);
        wait(run, round + 1, retry.len(), not_before, interrupts).await;
        if run.ending.stop.is_some() {
            return;
        }
        feed = Feed::of(retry.into_iter().map(Item::Retry).collect(), 0);
    }
}

/// Waits before a round of retries.
async fn wait(
    run: &mut Run<'_>,
    round: u32,
    retryable: usize,
    not_before: Option<Instant>,
    interrupts: &mut Interrupts,
) {
    run.ending.rounds = round;
    let server = not_before.map_or(Duration::ZERO, |at| at.duration_since(Instant::now()));
    let wait = run
        .args
        .round_wait
        .saturating_mul(4_u32.pow(round - 1))
        .max(server);
    run.progress.note(&format!(
        "tokens that can be retried: {retryable}; round {round} of {ROUNDS} starts in {} s",
        wait.as_secs(),
    ));
    tokio::select! {
        () = sleep(wait) => {}
        () = interrupts.next() => run.stop(Stop::Interrupted, None),
    }
}
