//! All that is measured, as tables.

use std::fmt::Write as _;

use crate::clients;
use crate::server::Server;
use crate::{Outcome, child, consumers, machine, note, valgrind};

pub(crate) const FILE: &str = "BENCHMARKS.md";

const SECTIONS: [&str; 4] = ["calls", "many", "clients", "consumers"];
const IN_FLIGHT: [usize; 3] = [1, 64, 512];
const ROUNDS: usize = 5;
const CALLS: u64 = 20_000;
const TOKENS: &str = "10000000";

/// Runs the sections that are named, and prints them; or all, which are written to the file too.
pub(crate) fn run(arguments: &[&str]) -> Outcome<()> {
    let (sections, tokens) = match arguments {
        [sections @ .., "--tokens", tokens] => (sections, *tokens),
        sections => (sections, TOKENS),
    };
    if let Some(unknown) = sections.iter().find(|name| !SECTIONS.contains(name)) {
        return Err(format!("no section `{unknown}`\n\n{}", crate::USAGE).into());
    }
    let server = Server::start()?;
    let mut text = machine::heading()?;
    for section in SECTIONS {
        if !sections.is_empty() && !sections.contains(&section) {
            continue;
        }
        note(&format!("measuring: {section}"));
        match section {
            "calls" => calls(&mut text, &server)?,
            "many" => many(&mut text, &server, tokens)?,
            "clients" => building(&mut text)?,
            _ => consumer(&mut text)?,
        }
    }
    println!("{text}");
    if sections.is_empty() && tokens == TOKENS {
        // All of it or nothing, and a name that git ignores.
        let new = consumers::workspace().join(format!(".{FILE}.new"));
        std::fs::write(&new, &text)?;
        std::fs::rename(&new, consumers::workspace().join(FILE))?;
        note(&format!("written: {FILE}"));
    }
    Ok(())
}

fn calls(text: &mut String, server: &Server) -> Outcome<()> {
    let address = server.address.to_string();
    let mut costs = [None; clients::ALL.len()];
    if valgrind::is_there() {
        for ((name, _), cost) in clients::ALL.iter().zip(&mut costs) {
            let instructions = valgrind::instructions_of_call(name, server.address)?;
            let [allocations, bytes] = valgrind::allocations_of_call(name, server.address)?;
            *cost = Some([instructions, allocations, bytes]);
        }
    } else {
        note("valgrind is not there: instructions and allocations are left out");
    }
    let hand = costs[1].map_or(f64::NAN, |[instructions, ..]| instructions);
    writeln!(
        text,
        "\n## A call\n\n\
         | client | instructions | to by hand | allocations | bytes |\n|---|--:|--:|--:|--:|"
    )?;
    for ((_, title), cost) in clients::ALL.iter().zip(&costs) {
        let Some([instructions, allocations, bytes]) = *cost else {
            writeln!(text, "| {title} | – | – | – | – |")?;
            continue;
        };
        let ratio = instructions / hand;
        let [instructions, bytes] = [instructions, bytes].map(thousands);
        writeln!(
            text,
            "| {title} | {instructions} | {ratio:.2} | {allocations:.0} | {bytes} |"
        )?;
    }
    writeln!(
        text,
        "\nCounted by valgrind (callgrind and dhat): the difference between runs of 200 and of 1,200 calls over\n\
         one connection, through 1,000. A `realloc` is an allocation of its new size. `oauth2` reads\n\
         no body of a success, so its answer is not typed. `digilocker` allocates more bytes than the call by\n\
         hand: its future is boxed, with all that a retry needs."
    )?;

    let calls = CALLS.to_string();
    for in_flight in IN_FLIGHT {
        let mut runs = vec![Vec::new(); clients::ALL.len()];
        for round in 1..=ROUNDS {
            note(&format!(
                "  {in_flight} in flight: round {round} of {ROUNDS}"
            ));
            for ((name, _), runs) in clients::ALL.iter().zip(&mut runs) {
                let run = ["load", name, &address, &in_flight.to_string(), &calls];
                runs.push(child::numbers::<5>(&run)?);
            }
        }
        let medians: Vec<[f64; 5]> = runs.iter().map(|runs| medians(runs)).collect();
        let hand = medians.get(1).map_or(f64::NAN, |hand| hand[0]);
        writeln!(
            text,
            "\n### {in_flight} in flight\n\n\
             | client | calls/s | to by hand | CPU µs a call | p50 µs | p99 µs | peak MiB |\n\
             |---|--:|--:|--:|--:|--:|--:|"
        )?;
        for ((_, title), [rate, cpu, p50, p99, peak]) in clients::ALL.iter().zip(&medians) {
            let (ratio, peak) = (rate / hand, peak / 1024.0);
            let rate = thousands(*rate);
            writeln!(
                text,
                "| {title} | {rate} | {ratio:.2} | {cpu:.1} | {p50:.0} | {p99:.0} | {peak:.1} |"
            )?;
        }
    }
    writeln!(
        text,
        "\nThe median of {ROUNDS} rounds of {} calls, the clients in turn in each round. CPU is the client's\n\
         own, and peak its resident memory.",
        thousands(20_000.0)
    )?;
    Ok(())
}

fn many(text: &mut String, server: &Server, tokens: &str) -> Outcome<()> {
    let address = server.address.to_string();
    let rivals = [
        ("revoke_all", "**`revoke_all`**"),
        ("hand", "a loop with `buffer_unordered`, `reqwest` by hand"),
        ("hyper", "the same loop, `hyper`: the limit"),
    ];
    let mut runs = vec![Vec::new(); rivals.len()];
    for round in 1..=ROUNDS {
        note(&format!("  64 in flight: round {round} of {ROUNDS}"));
        for ((name, _), runs) in rivals.iter().zip(&mut runs) {
            runs.push(child::numbers::<5>(&[
                "load", name, &address, "64", "40000",
            ])?);
        }
    }
    let medians: Vec<[f64; 5]> = runs.iter().map(|runs| medians(runs)).collect();
    let hand = medians.get(1).map_or(f64::NAN, |hand| hand[0]);
    writeln!(
        text,
        "\n## Many tokens\n\n\
         | 64 in flight | calls/s | to by hand | CPU µs a call | peak MiB |\n|---|--:|--:|--:|--:|"
    )?;
    for ((_, title), [rate, cpu, _, _, peak]) in rivals.iter().zip(&medians) {
        let (ratio, peak) = (rate / hand, peak / 1024.0);
        let rate = thousands(*rate);
        writeln!(
            text,
            "| {title} | {rate} | {ratio:.2} | {cpu:.1} | {peak:.1} |"
        )?;
    }
    writeln!(text, "\nThe median of {ROUNDS} rounds of 40,000 calls.")?;

    note(&format!("  {tokens} tokens through one `revoke_all`"));
    let [tenth, half, all, rate] = child::numbers(&["tokens", &address, tokens])?;
    let mib = |kib: f64| kib / 1024.0;
    writeln!(
        text,
        "\nA stream of {} tokens through one `revoke_all`, 64 in flight: {:.1} MiB resident after a tenth of\n\
         them, {:.1} after half, {:.1} after all; {} calls/s.",
        thousands(tokens.parse()?),
        mib(tenth),
        mib(half),
        mib(all),
        thousands(rate),
    )?;
    Ok(())
}

fn building(text: &mut String) -> Outcome<()> {
    let rivals = [
        ("digilocker", "**`digilocker::Client`**"),
        ("reqwest", "`reqwest` 0.13, its default TLS"),
        ("reqwest12", "`reqwest` 0.12 as for `oauth2`, `rustls`"),
    ];
    writeln!(
        text,
        "\n## Building a client\n\n\
         | client | first: instructions | ms | a further one: instructions | allocations | bytes | ms | 10,000 clones, KiB |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    for (name, title) in rivals {
        let [first_time, time, clones] = child::numbers(&["clones", name])?;
        let [first, further, allocations, bytes] = if valgrind::is_there() {
            valgrind::build(name)?.map(thousands)
        } else {
            ["–"; 4].map(str::to_owned)
        };
        writeln!(
            text,
            "| {title} | {first} | {first_time:.2} | {further} | {allocations} | {bytes} | {time:.2} | {clones:.0} |"
        )?;
    }
    writeln!(
        text,
        "\nFor the production host, with HTTP Basic. `digilocker` reads the system's root certificates at the\n\
         first TLS handshake of a process, not when a client is built, and all its clients share them: build\n\
         one client and clone it all the same, since connections and the retry budget are a client's."
    )?;
    Ok(())
}

fn consumer(text: &mut String) -> Outcome<()> {
    writeln!(
        text,
        "\n## A program that depends on it\n\n\
         | dependency | crates | clean debug build, CPU s | release binary, stripped, MB |\n|---|--:|--:|--:|"
    )?;
    for consumer in consumers::ALL {
        match (consumer.build(), consumer.may_lack) {
            (Ok(build), _) => writeln!(
                text,
                "| {} | {} | {:.0} | {:.1} |",
                consumer.name,
                build.crates,
                build.cpu_seconds,
                // At most a few megabytes.
                f64::from(u32::try_from(build.release_bytes)?) / 1e6
            )?,
            (Err(error), Some(lack)) => {
                note(&format!("  {}: {error}", consumer.name));
                writeln!(text, "| {} | – | – | {lack} |", consumer.name)?;
            }
            (Err(error), None) => return Err(error),
        }
    }
    writeln!(
        text,
        "\nEach with `tokio`, built from nothing with the versions of this workspace's `Cargo.lock`, where it has\n\
         the crate; one run."
    )?;
    Ok(())
}

fn medians<const N: usize>(runs: &[[f64; N]]) -> [f64; N] {
    std::array::from_fn(|column| {
        let mut values: Vec<f64> = runs.iter().map(|run| run[column]).collect();
        values.sort_unstable_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    })
}

/// A whole number, in groups of three digits.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
