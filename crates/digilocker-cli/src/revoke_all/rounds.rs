//! The passes over the input: the first one, and up to three rounds of retries.

use std::time::Duration;

use digilocker::Client;
use tokio::time::{Instant, sleep};

use super::input::{Feed, Input};
use super::pass::pass;
use super::run::{Run, StopReason};
use crate::interrupt::Interrupts;
use crate::journal::Journal;

/// Maximum number of passes after the first.
const ROUNDS: u32 = 3;

pub(super) async fn run(
    run: &Run<'_>,
    client: &Client,
    mut feed: Feed,
    input: &mut Input,
    interrupts: &mut Interrupts,
) {
    for round in 0..=ROUNDS {
        let not_before = pass(run, client, &mut feed, input, interrupts).await;
        let is_read = || run.ending.borrow().lines.is_some();
        if round == 0 && !is_read() && !run.is_aborted() && !input.is_stream() {
            run.count_remaining(&mut feed, interrupts).await;
        }
        run.ending.borrow_mut().size_changed |= is_read() && input.has_changed_size();
        if run.is_stopped() {
            return;
        }
        let retryable = run.tally.borrow_mut().end_pass();
        if round == ROUNDS || retryable == 0 {
            return;
        }
        if input.is_read_once() {
            input.keep(run.tally.borrow_mut().take_kept(), 0);
        }
        // Nothing else syncs during the wait, which may be long.
        run.write(Journal::sync);
        wait(run, round + 1, retryable, not_before, interrupts).await;
        if run.is_stopped() {
            return;
        }
        match input.read() {
            Ok(next) => feed = next,
            Err(error) => return run.stop(StopReason::InputFailed(error)),
        }
    }
}

/// Waits before a round of retries.
async fn wait(
    run: &Run<'_>,
    round: u32,
    retryable: usize,
    not_before: Option<Instant>,
    interrupts: &mut Interrupts,
) {
    run.ending.borrow_mut().rounds = round;
    let server = not_before.map_or(Duration::ZERO, |at| at.duration_since(Instant::now()));
    let wait = run
        .args
        .round_wait
        .saturating_mul(4_u32.pow(round - 1))
        .max(server);
    run.progress.note(&format!(
        "{retryable} tokens can be retried; round {round} of {ROUNDS} starts in {} s",
        wait.as_secs(),
    ));
    tokio::select! {
        () = sleep(wait) => {}
        () = interrupts.next() => run.stop(StopReason::Interrupted),
    }
}
