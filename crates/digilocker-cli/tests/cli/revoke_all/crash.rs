//! `kill -9` at random moments, and `--resume`.

use std::collections::HashSet;

use super::support::{TestDir, journal_lines, line, token};
use crate::support::wait_until;

const KILLS: usize = 20;
const CONCURRENCY: usize = 16;
/// Records that a kill may lose.
const BATCH: usize = 64;

/// Checks a run that has ended, of which `log` has the tokens that it sent: it sent no token twice and none that
/// was recorded before, and recorded all tokens that it sent except those in flight and a batch of 64.
fn check(log: &[String], recorded_before: &HashSet<usize>, recorded: &HashSet<usize>) {
    let sent: HashSet<usize> = log.iter().map(|token| line(token)).collect();
    assert_eq!(sent.len(), log.len(), "a token was sent twice in one run");
    assert!(
        sent.is_disjoint(recorded_before),
        "a recorded token was sent again"
    );
    assert!(recorded.is_superset(recorded_before), "a record was lost");
    let in_flight = sent.difference(recorded).count();
    assert!(
        in_flight <= CONCURRENCY + BATCH,
        "{in_flight} were sent and not recorded"
    );
}

fn recorded(dir: &TestDir) -> HashSet<usize> {
    let lines = journal_lines(&dir.path("run.journal"));
    assert!(lines.values().all(|kind| kind == "revoked"));
    lines.into_keys().collect()
}

/// Kills and resumes runs. Returns the number of killed runs, and of tokens that were sent more than once.
fn crash(tokens: usize, seed: u64) -> (usize, usize) {
    let dir = TestDir::with_tokens(tokens);
    let server = &dir.server;
    let mut random = fastrand::Rng::with_seed(seed);
    let args =
        format!("--input tokens.txt --journal run.journal --resume --concurrency {CONCURRENCY}");
    let (mut killed, mut requests) = (0, 0);
    for left in (1..=KILLS).rev() {
        let before = recorded(&dir);
        let share = 2 * (tokens - before.len()) / (left + 1);
        // Some before the first request, or before the journal exists.
        let moment = requests + random.usize(..share.max(1)).saturating_sub(share / 10);
        let mut child = dir.start(&args);
        wait_until(|| server.requests() >= moment || child.try_wait().unwrap().is_some());
        killed += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        server.settle();
        check(&server.log()[requests..], &before, &recorded(&dir));
        requests = server.requests();
    }
    let before = recorded(&dir);
    let done = dir.run(&args);
    assert_eq!(done.code, Some(0), "{done:?}");
    check(&server.log()[requests..], &before, &recorded(&dir));
    requests = server.requests();

    let times: Vec<u32> = (1..=tokens)
        .map(|line| server.times(&token(line)))
        .collect();
    let lost = times.iter().position(|times| *times == 0);
    assert_eq!(lost, None, "a token was lost");
    assert!(times.iter().all(|times| *times as usize <= KILLS));
    let twice = times.iter().filter(|times| **times > 1).count();
    assert_eq!(recorded(&dir).len(), tokens);
    let report = dir.report("run.journal");
    report.prints(format!("revoked         {tokens}\n"));
    // Nothing is left to do.
    let done = dir.run(&args);
    dir.assert_end(&done, 0, requests);
    (killed, twice)
}

#[test]
fn killed_runs_lose_no_token_and_resend_only_calls_in_flight_and_a_batch() {
    let (killed, twice) = crash(5_000, 7);
    assert!(killed >= KILLS / 2, "{killed}");
    assert!(twice <= KILLS * (CONCURRENCY + BATCH), "{twice}");
}

/// `cargo test --release -p digilocker-cli -- --ignored --nocapture`
#[expect(clippy::print_stderr, reason = "prints results")]
#[test]
#[ignore = "takes a minute"]
fn killed_runs_of_100_000_tokens() {
    let started = std::time::Instant::now();
    let (killed, twice) = crash(100_000, 11);
    let seconds = started.elapsed().as_secs();
    eprintln!("100,000 tokens, {killed} kills, {twice} sent twice, none lost: {seconds} s");
}
