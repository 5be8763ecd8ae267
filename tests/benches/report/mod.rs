//! All measurements, as the tables of `BENCHMARKS.md`.

mod building;
pub(crate) mod calls;
mod consumers;
mod many;

use std::fmt::Write as _;

use crate::consumers::workspace;
use crate::server::Server;
use crate::{Outcome, child, machine, note, valgrind};

pub(crate) const FILE: &str = "BENCHMARKS.md";

const ROUNDS: usize = 5;

type Section = fn(&Setup) -> Outcome<String>;

const SECTIONS: [(&str, Section); 5] = [
    ("calls", calls::section),
    ("many", many::section),
    ("clients", building::section),
    ("consumers", consumers::builds),
    ("crates", consumers::crates),
];

struct Setup {
    server: Server,
}

/// Runs and prints the named sections. Without names, runs all sections and also writes the file.
pub(crate) fn run(names: &[&str]) -> Outcome<()> {
    let known = |name: &str| SECTIONS.iter().any(|(section, _)| *section == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        return Err(format!("no section `{unknown}`\n\n{}", crate::USAGE).into());
    }
    if !valgrind::is_installed() {
        return Err("valgrind is missing: it counts instructions and allocations".into());
    }
    let setup = Setup {
        server: Server::start()?,
    };
    let mut text = machine::heading()?;
    print(&text);
    for (name, section) in SECTIONS {
        if names.is_empty() || names.contains(&name) {
            note(&format!("measuring: {name}"));
            let section = section(&setup)?;
            print(&section);
            write!(text, "\n{section}")?;
        }
    }
    if names.is_empty() {
        // Replaced atomically, from a name that git ignores.
        let new = workspace().join(format!(".{FILE}.new"));
        std::fs::write(&new, &text)?;
        std::fs::rename(&new, workspace().join(FILE))?;
        note(&format!("written: {FILE}"));
    }
    Ok(())
}

fn print(text: &str) {
    println!("{text}");
}

/// The arguments of a child process.
fn process(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|&it| it.to_owned()).collect()
}

/// The medians of the numbers that each child process prints. Each round runs every process once.
fn medians_of_rounds<const N: usize>(
    rounds: usize,
    title: &str,
    processes: &[Vec<String>],
) -> Outcome<Vec<[f64; N]>> {
    let mut runs = vec![Vec::new(); processes.len()];
    for round in 1..=rounds {
        note(&format!("  {title}: round {round} of {rounds}"));
        for (arguments, runs) in processes.iter().zip(&mut runs) {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            runs.push(child::numbers::<N>(&arguments)?);
        }
    }
    Ok(runs.iter().map(|runs| medians(runs)).collect())
}

fn medians<const N: usize>(runs: &[[f64; N]]) -> [f64; N] {
    std::array::from_fn(|column| {
        let mut values: Vec<f64> = runs.iter().map(|run| run[column]).collect();
        values.sort_unstable_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    })
}

/// Formats a whole number in groups of three digits.
pub(crate) fn thousands(number: f64) -> String {
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

fn ratio(number: f64, baseline: f64) -> String {
    format!("{:.2}", number / baseline)
}

fn mib(kib: f64) -> f64 {
    kib / 1024.0
}
