//! TLS, and new connections and new clients for each call.

use std::fmt::Write as _;

use super::{ROUNDS, Setup, medians_of_rounds, process, ratio, thousands};
use crate::clients::{HAND_WRITTEN, NEW, WRAPPER};
use crate::endpoint::Endpoint;
use crate::valgrind::Lengths;
use crate::{Outcome, valgrind};

struct Group {
    title: &'static str,
    /// Prefix of the client names.
    prefix: &'static str,
    endpoint: fn(&Setup) -> &Endpoint,
    lengths: Lengths,
    calls: u32,
}

const CLIENTS: [(&str, &str); 2] = [
    (WRAPPER, "**`digilocker`**"),
    (HAND_WRITTEN, "hand-written"),
];

/// The index of the baseline row of a group.
const BASELINE: usize = 1;

const GROUPS: [Group; 5] = [
    Group {
        title: "TLS, one connection",
        prefix: "",
        endpoint: |setup| &setup.server.tls,
        lengths: valgrind::CALLS,
        calls: 20_000,
    },
    Group {
        title: "plain, new connection",
        prefix: "",
        endpoint: |setup| &setup.server.closing,
        lengths: Lengths(50, 250),
        calls: 5_000,
    },
    Group {
        title: "TLS, new connection",
        prefix: "",
        endpoint: |setup| &setup.server.closing_tls,
        lengths: Lengths(50, 250),
        calls: 2_000,
    },
    Group {
        title: "plain, new client",
        prefix: NEW,
        endpoint: |setup| &setup.server.plain,
        lengths: Lengths(2, 12),
        calls: 200,
    },
    Group {
        title: "TLS, new client",
        prefix: NEW,
        endpoint: |setup| &setup.server.tls,
        lengths: Lengths(2, 12),
        calls: 200,
    },
];

pub(super) fn section(setup: &Setup) -> Outcome<String> {
    let mut text = "\
         ## TLS, new connections and new clients\n\n\
         | connection | client | instructions | relative to hand-written | allocations | calls/s | relative to hand-written | CPU µs a call |\n\
         |---|---|--:|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for group in GROUPS {
        rows(&mut text, setup, &group)?;
    }
    writeln!(
        text,
        "\nOne call in flight; `reqwest` 0.13 is the hand-written client, with `rustls` as its TLS backend. Both\n\
         trust the root certificates of the system and of the server. \"One connection\" is kept alive; \"new\n\
         connection\" opens one for each call with the same client, which resumes TLS sessions; \"new client\"\n\
         builds a client for each call. Calls/s and CPU time are medians of {ROUNDS} rounds."
    )?;
    Ok(text)
}

fn rows(text: &mut String, setup: &Setup, group: &Group) -> Outcome<()> {
    let endpoint = (group.endpoint)(setup);
    let name = |client: &str| format!("{}{client}", group.prefix);
    let mut counts = Vec::new();
    for (client, _) in CLIENTS {
        let name = name(client);
        let instructions = valgrind::instructions_of_call(&name, endpoint, group.lengths)?;
        let [allocations, _] = valgrind::allocations_of_call(&name, endpoint, group.lengths)?;
        counts.push([instructions, allocations]);
    }
    let (address, calls) = (endpoint.to_string(), group.calls.to_string());
    let processes =
        CLIENTS.map(|(client, _)| process(&["load", &name(client), &address, "1", &calls]));
    let medians = medians_of_rounds::<5>(ROUNDS, group.title, &processes)?;
    let (baseline, rate_baseline) = (counts[BASELINE][0], medians[BASELINE][0]);
    for (((_, title), counts), medians) in CLIENTS.iter().zip(&counts).zip(&medians) {
        let ([instructions, allocations], [rate, cpu, ..]) = (*counts, *medians);
        writeln!(
            text,
            "| {} | {title} | {} | {} | {} | {} | {} | {cpu:.1} |",
            group.title,
            thousands(instructions),
            ratio(instructions, baseline),
            thousands(allocations),
            thousands(rate),
            ratio(rate, rate_baseline),
        )?;
    }
    Ok(())
}
