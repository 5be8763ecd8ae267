//! Many tokens: `revoke_all` and equivalent loops.

use std::fmt::Write as _;

use super::{ROUNDS, Setup, medians_of_rounds, mib, process, ratio, thousands};
use crate::clients::{HAND_WRITTEN, HYPER};
use crate::load::REVOKE_ALL;
use crate::{Outcome, child, note, valgrind};

const IN_FLIGHT: [usize; 2] = [1, 64];
const TOKENS: u32 = 40_000;
/// Through one `revoke_all`, whose memory is measured.
const ALL_TOKENS: u32 = 10_000_000;

const BATCHES: [(&str, &str); 3] = [
    (REVOKE_ALL, "**`revoke_all`**"),
    (HAND_WRITTEN, "hand-written loop, `reqwest` 0.13"),
    (HYPER, "the same loop, `hyper`: the lower bound"),
];

/// The index of the baseline row.
const BASELINE: usize = 1;

pub(super) fn section(setup: &Setup) -> Outcome<String> {
    let mut text = "## Many tokens\n".to_owned();
    for in_flight in IN_FLIGHT {
        table(&mut text, setup, in_flight)?;
    }
    writeln!(
        text,
        "\nEach loop is a `buffer_unordered` of the client's calls, with the same number in flight, on the same\n\
         runtime. Instructions are the difference between a run of 1,000 tokens and one of 6,000, divided by\n\
         5,000; the rest are medians of {ROUNDS} rounds of {} tokens.",
        thousands(f64::from(TOKENS))
    )?;

    let tokens = ALL_TOKENS.to_string();
    note(&format!("  {tokens} tokens through one `revoke_all`"));
    let address = setup.server.long_id.to_string();
    let [tenth, half, all, rate] = child::numbers(&["memory", &address, &tokens])?;
    writeln!(
        text,
        "\n{} tokens through one `revoke_all`, 64 in flight: {:.1} MiB resident after a tenth of them, {:.1}\n\
         after half, {:.1} after all; {} tokens/s.",
        thousands(f64::from(ALL_TOKENS)),
        mib(tenth),
        mib(half),
        mib(all),
        thousands(rate),
    )?;
    Ok(text)
}

fn table(text: &mut String, setup: &Setup, in_flight: usize) -> Outcome<()> {
    let server = setup.server.long_id;
    let mut instructions = Vec::new();
    for (name, _) in BATCHES {
        instructions.push(valgrind::instructions_of_token(name, server, in_flight)?);
    }
    let (address, number) = (server.to_string(), in_flight.to_string());
    let tokens = TOKENS.to_string();
    let processes = BATCHES.map(|(name, _)| process(&["batch", name, &address, &number, &tokens]));
    let title = format!("{in_flight} in flight");
    let medians = medians_of_rounds::<3>(ROUNDS, &title, &processes)?;
    let (baseline, [rate_baseline, cpu_baseline, _]) = (instructions[BASELINE], medians[BASELINE]);
    writeln!(
        text,
        "\n| {title} | instructions a token | relative to hand-written | tokens/s | relative to hand-written | CPU µs a token | relative to hand-written | peak MiB |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    for (((_, title), instructions), medians) in BATCHES.iter().zip(instructions).zip(medians) {
        let [rate, cpu, peak] = medians;
        writeln!(
            text,
            "| {title} | {} | {} | {} | {} | {cpu:.1} | {} | {:.1} |",
            thousands(instructions),
            ratio(instructions, baseline),
            thousands(rate),
            ratio(rate, rate_baseline),
            ratio(cpu, cpu_baseline),
            mib(peak),
        )?;
    }
    Ok(())
}
