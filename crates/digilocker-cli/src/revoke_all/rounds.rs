//! The passes over the input: the first one, and up to three rounds of retries.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::input::{Feed, Input};
use super::pass::{Ending, RunConfig, Shared, StopReason, count_remaining, pass};
use super::progress::Progress;
use super::tally::Tally;
use crate::interrupt::Interrupts;
use crate::journal::Journal;

/// Maximum number of passes after the first.
const ROUNDS: u32 = 3;

pub(crate) async fn run(
    config: &RunConfig,
    mut feed: Feed,
    input: &mut Input,
    tally: &mut Tally,
    journal: &mut Journal,
    interrupts: &mut Interrupts,
    progress: &Progress,
) -> Ending {
    let mut ending = Ending::default();
    loop {
        let shared = Shared::new(tally, journal, progress, ending, input.is_read_once());
        let not_before = pass(config, &shared, &mut feed, input, interrupts).await;
        if shared.must_count_remaining() && !input.is_stream() {
            count_remaining(&shared, &mut feed, interrupts).await;
        }
        ending = shared.into_ending();
        ending.size_changed |= ending.lines.is_some() && input.has_changed_size();
        if ending.stop.is_some() {
            return ending;
        }
        tally.end_pass();
        if ending.rounds == ROUNDS || tally.retryable() == 0 {
            return ending;
        }
        if input.is_read_once() {
            input.keep(tally.take_kept(), 0);
        }
        ending.rounds += 1;
        // Nothing else syncs during the wait, which may be long.
        if let Err(failure) = journal.sync() {
            ending.stop = Some(StopReason::JournalFailed(failure));
            return ending;
        }
        if !wait(config, &mut ending, not_before, tally, progress, interrupts).await {
            return ending;
        }
        tally.start_next_pass();
        feed = match input.read() {
            Ok(feed) => feed,
            Err(error) => {
                ending.stop = Some(StopReason::InputFailed(error));
                return ending;
            }
        };
    }
}

/// `--dry-run`: reads the input without sending anything. Tokens that would be sent count as not tried.
pub(crate) async fn count(
    feed: &mut Feed,
    tally: &mut Tally,
    journal: &mut Journal,
    interrupts: &mut Interrupts,
    progress: &Progress,
) -> Ending {
    let shared = Shared::new(tally, journal, progress, Ending::default(), false);
    if !count_remaining(&shared, feed, interrupts).await {
        shared.stop(StopReason::Interrupted);
    }
    shared.into_ending()
}

/// Waits before the next pass. Returns `false` if there is none.
async fn wait(
    config: &RunConfig,
    ending: &mut Ending,
    not_before: Option<Instant>,
    tally: &Tally,
    progress: &Progress,
    interrupts: &mut Interrupts,
) -> bool {
    let server = not_before.map_or(Duration::ZERO, |at| {
        at.saturating_duration_since(Instant::now())
    });
    let wait = (config
        .round_wait
        .saturating_mul(4_u32.pow(ending.rounds - 1)))
    .max(server);
    progress.note(&format!(
        "{} tokens can be retried; round {} of {ROUNDS} starts in {} s",
        tally.retryable(),
        ending.rounds,
        wait.as_secs(),
    ));
    tokio::select! {
        () = sleep(wait) => true,
        () = interrupts.next() => {
            ending.stop = Some(StopReason::Interrupted);
            false
        }
    }
}
