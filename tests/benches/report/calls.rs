//! A call over one connection, and many calls in flight.

use std::fmt::Write as _;

use super::{FILE, Setup, medians_of_rounds, mib, process, ratio, thousands};
use crate::clients::{ALL, HAND_WRITTEN, WRAPPER};
use crate::{Outcome, valgrind};

/// More than elsewhere: a rate with many calls in flight differs most from round to round.
const ROUNDS: usize = 9;

const HEADING: &str = "A call";
const IN_FLIGHT: [usize; 3] = [1, 64, 512];
const CALLS: u32 = 20_000;

/// The columns with the ratios for the short and the long id, which [`recorded`] reads.
const RATIOS: [usize; 2] = [2, 4];

pub(super) fn section(setup: &Setup) -> Outcome<String> {
    let mut text = format!(
        "## {HEADING}\n\n\
         | client | instructions, 6-byte id | relative to hand-written | instructions, 36-byte id | relative to hand-written | allocations | bytes |\n\
         |---|--:|--:|--:|--:|--:|--:|\n"
    );
    let mut rows = Vec::new();
    for (name, title) in ALL {
        rows.push((title, counts(setup, name)?));
    }
    let [short_baseline, baseline, ..] = rows[hand_written()].1;
    for (title, [short, long, allocations, bytes]) in rows {
        writeln!(
            text,
            "| {title} | {} | {} | {} | {} | {} | {} |",
            thousands(short),
            ratio(short, short_baseline),
            thousands(long),
            ratio(long, baseline),
            thousands(allocations),
            thousands(bytes),
        )?;
    }
    writeln!(
        text,
        "\nInstructions are counted by valgrind's callgrind, allocations and bytes by its dhat: the\n\
         difference between a run of 200 calls and one of 1,200 over one connection, divided by 1,000. A\n\
         `realloc` counts as an allocation of its new size. Allocations are those with the 36-byte id.\n\
         `oauth2` does not deserialize the body of a success."
    )?;
    for in_flight in IN_FLIGHT {
        load(&mut text, setup, in_flight)?;
    }
    writeln!(
        text,
        "\nMedians of {ROUNDS} rounds of {} calls with the 36-byte id; each round runs every client once.\n\
         CPU time and peak resident memory are those of the client's process.",
        thousands(f64::from(CALLS))
    )?;
    Ok(text)
}

/// The instructions with the short and the long id, and the allocations and bytes with the long one.
fn counts(setup: &Setup, name: &str) -> Outcome<[f64; 4]> {
    let server = &setup.server;
    let short = valgrind::instructions_of_call(name, server.short_id)?;
    let long = valgrind::instructions_of_call(name, server.long_id)?;
    let [allocations, bytes] = valgrind::allocations_of_call(name, server.long_id)?;
    Ok([short, long, allocations, bytes])
}

fn load(text: &mut String, setup: &Setup, in_flight: usize) -> Outcome<()> {
    let address = setup.server.long_id.to_string();
    let (number, calls) = (in_flight.to_string(), CALLS.to_string());
    let processes = ALL.map(|(name, _)| process(&["load", name, &address, &number, &calls]));
    let title = format!("{in_flight} in flight");
    let medians = medians_of_rounds::<5>(ROUNDS, &title, &processes)?;
    let [baseline, cpu_baseline, ..] = medians[hand_written()];
    writeln!(
        text,
        "\n### {title}\n\n\
         | client | calls/s | relative to hand-written | CPU µs a call | relative to hand-written | p50 µs | p99 µs | peak MiB |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    for ((_, title), [rate, cpu, p50, p99, peak]) in ALL.iter().zip(&medians) {
        writeln!(
            text,
            "| {title} | {} | {} | {cpu:.1} | {} | {p50:.0} | {p99:.0} | {:.1} |",
            thousands(*rate),
            ratio(*rate, baseline),
            ratio(*cpu, cpu_baseline),
            mib(*peak),
        )?;
    }
    Ok(())
}

/// The index of the baseline row.
fn hand_written() -> usize {
    ALL.iter()
        .position(|(name, _)| *name == HAND_WRITTEN)
        .unwrap_or_default()
}

/// The recorded instructions of the wrapper relative to hand-written, with the short and the long id.
pub(crate) fn recorded(record: &str) -> Outcome<[f64; 2]> {
    // Later tables have rows with the same title.
    let table = record
        .split("\n##")
        .find(|part| part.starts_with(&format!(" {HEADING}\n")));
    let title = ALL.iter().find(|(name, _)| *name == WRAPPER);
    let row = table
        .zip(title)
        .and_then(|(table, (_, title))| {
            let start = format!("| {title} |");
            table.lines().find(|line| line.starts_with(&start))
        })
        .ok_or_else(|| format!("{FILE} has no row of the wrapper under `## {HEADING}`"))?;
    let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
    let mut ratios = [0.0; 2];
    for (ratio, column) in ratios.iter_mut().zip(RATIOS) {
        *ratio = cells
            .get(column)
            .and_then(|cell| cell.parse().ok())
            .ok_or_else(|| format!("{FILE} has another layout"))?;
    }
    Ok(ratios)
}
