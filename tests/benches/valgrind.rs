//! Counts instructions and allocations with valgrind. The results do not depend on the load of the machine.

use std::net::SocketAddr;
use std::process::{Command, Stdio};

use crate::Outcome;

pub(crate) fn is_installed() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// The numbers of calls of a shorter and a longer run. Start, first connection and end are in both runs, and
/// cancel out.
struct Lengths(u32, u32);

/// For calls over one connection.
const CALLS: Lengths = Lengths(200, 1_200);

/// The instructions of one more call.
pub(crate) fn instructions_of_call(name: &str, server: SocketAddr) -> Outcome<f64> {
    let [instructions] = per_step(instructions, &["call", name, &server.to_string()], CALLS)?;
    Ok(instructions)
}

/// The allocations of one more call, and their bytes.
pub(crate) fn allocations_of_call(name: &str, server: SocketAddr) -> Outcome<[f64; 2]> {
    per_step(allocations, &["call", name, &server.to_string()], CALLS)
}

/// The instructions of one more token of a batch.
pub(crate) fn instructions_of_token(
    name: &str,
    server: SocketAddr,
    in_flight: usize,
) -> Outcome<f64> {
    let arguments = ["batch", name, &server.to_string(), &in_flight.to_string()];
    let [instructions] = per_step(instructions, &arguments, Lengths(1_000, 6_000))?;
    Ok(instructions)
}

/// The instructions of the first build of a client, and the instructions, allocations and bytes of the next
/// one. The first build includes one-time initialization.
pub(crate) fn build(name: &str) -> Outcome<[f64; 4]> {
    let build = ["build", name];
    let [first] = per_step(instructions, &build, Lengths(0, 1))?;
    let [further] = per_step(instructions, &build, Lengths(1, 11))?;
    let [allocations, bytes] = per_step(allocations, &build, Lengths(1, 11))?;
    Ok([first, further, allocations, bytes])
}

fn per_step<const N: usize>(
    count: fn(&[&str]) -> Outcome<[f64; N]>,
    arguments: &[&str],
    Lengths(short, long): Lengths,
) -> Outcome<[f64; N]> {
    let of = |length: u32| count(&[arguments, &[&length.to_string()]].concat());
    let (first, second) = (of(short)?, of(long)?);
    let steps = f64::from(long - short);
    Ok(std::array::from_fn(|at| (second[at] - first[at]) / steps))
}

fn instructions(arguments: &[&str]) -> Outcome<[f64; 1]> {
    let log = run("callgrind", arguments)?;
    Ok([number_after(&log, "Collected : ")?])
}

/// Allocations and their bytes. A `realloc` counts as an allocation of its new size.
fn allocations(arguments: &[&str]) -> Outcome<[f64; 2]> {
    let log = run("dhat", arguments)?;
    Ok([
        number_after(&log, " bytes in ")?,
        number_after(&log, "Total: ")?,
    ])
}

/// Returns the log of the tool. Its output file is deleted with the directory.
fn run(tool: &str, arguments: &[&str]) -> Outcome<String> {
    let directory = tempfile::tempdir()?;
    let file = |name| directory.path().join(name).display().to_string();
    let log = file("log");
    let status = Command::new("valgrind")
        .arg(format!("--tool={tool}"))
        .arg(format!("--{tool}-out-file={}", file("out")))
        .arg(format!("--log-file={log}"))
        .arg(std::env::current_exe()?)
        .args(arguments)
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(format!("`{}` under {tool}: {status}", arguments.join(" ")).into());
    }
    Ok(std::fs::read_to_string(log)?)
}

/// The first number after these words. valgrind groups digits with commas.
fn number_after(log: &str, words: &str) -> Outcome<f64> {
    let number = log
        .split_once(words)
        .and_then(|(_, rest)| rest.split_whitespace().next());
    let number = number.ok_or_else(|| format!("no `{words}` in the output of valgrind"))?;
    Ok(number.replace(',', "").parse()?)
}
