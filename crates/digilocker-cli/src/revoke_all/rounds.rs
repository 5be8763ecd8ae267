//! The passes over the input: the first, and up to three for what can be tried again.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::input::Input;
use super::pass::{Ending, Plan, Shared, Stop, count_rest, pass};
use super::progress::Progress;
use super::tally::Tally;
use crate::interrupt::Interrupts;
use crate::journal::Journal;

/// Passes after the first.
const ROUNDS: u32 = 3;
/// The longest `Retry-After` that is waited for. A longer one ends the run.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

pub(crate) async fn run(
    plan: &Plan,
    input: &mut Input,
    tally: &mut Tally,
    journal: &mut Option<Journal>,
    interrupts: &mut Interrupts,
    progress: &Progress,
) -> Ending {
    let mut ending = Ending::default();
    loop {
        let mut feed = match input.read() {
            Ok(feed) => feed,
            Err(error) => {
                ending.stop = Some(Stop::Input(error));
                return ending;
            }
        };
        let shared = Shared::new(tally, progress, ending, input.is_read_once());
        let not_before = pass(plan, &shared, &mut feed, input, journal, interrupts).await;
        if shared.has_rest() && !input.is_stream() {
            count_rest(&shared, &mut feed, interrupts).await;
        }
        ending = shared.into_ending();
        ending.size_changed |= ending.lines.is_some() && input.has_changed_size();
        if ending.stop.is_some() || ending.rounds == ROUNDS || tally.retryable() == 0 {
            return ending;
        }
        if input.is_read_once() {
            input.keep(tally.take_kept(), 0);
        }
        ending.rounds += 1;
        // The wait may be long, and nothing else syncs in it.
        if let Some(open) = journal
            && let Err(error) = open.sync().await
        {
            *journal = None;
            ending.stop = Some(Stop::Journal(error));
            return ending;
        }
        if !wait(plan, &mut ending, not_before, tally, progress, interrupts).await {
            return ending;
        }
    }
}

/// `--dry-run`: reads the input and sends nothing. Tokens that would be sent count as not tried.
pub(crate) async fn count(
    input: &mut Input,
    tally: &mut Tally,
    interrupts: &mut Interrupts,
    progress: &Progress,
) -> Ending {
    let shared = Shared::new(tally, progress, Ending::default(), false);
    match input.read() {
        Ok(mut feed) => {
            if !count_rest(&shared, &mut feed, interrupts).await {
                shared.stop(Stop::Interrupted);
            }
        }
        Err(error) => shared.stop(Stop::Input(error)),
    }
    shared.into_ending()
}

/// Waits before a further pass. Returns `false` if there is to be none.
async fn wait(
    plan: &Plan,
    ending: &mut Ending,
    not_before: Option<Instant>,
    tally: &Tally,
    progress: &Progress,
    interrupts: &mut Interrupts,
) -> bool {
    let server = not_before.map_or(Duration::ZERO, |at| {
        at.saturating_duration_since(Instant::now())
    });
    if server > LONGEST_WAIT {
        ending.server_wait = Some(server);
        return false;
    }
    let wait = (plan.round_wait.saturating_mul(4_u32.pow(ending.rounds - 1))).max(server);
    progress.note(&format!(
        "{} tokens can be tried again; round {} of {ROUNDS} begins in {} s",
        tally.retryable(),
        ending.rounds,
        wait.as_secs(),
    ));
    tokio::select! {
        () = sleep(wait) => true,
        () = interrupts.next() => {
            ending.stop = Some(Stop::Interrupted);
            false
        }
    }
}
