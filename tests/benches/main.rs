//! The cost of a call relative to other clients in the same run.
//!
//! `cargo bench -p benchmarks` measures all sections, and writes `BENCHMARKS.md`. The
//! machine should be otherwise idle. With names of sections (`-- calls crates`) it only prints those:
//!
//! | section | measures | minutes |
//! |---|---|--:|
//! | `calls` | a call over one connection; 1, 64 and 512 in flight | 4 |
//! | `many` | `revoke_all`, and its memory over 10,000,000 tokens | 6 |
//! | `clients` | building and cloning a client | 0.2 |
//! | `consumers` | a clean build of a program that depends on `digilocker` | 10 |
//! | `crates` | the crates that `digilocker` adds to a program with `reqwest`; nothing is built | 0.1 |
//!
//! Counting instructions and allocations requires valgrind, and building with `native-tls` OpenSSL's headers.
//!
//! `-- --check`, a step of `.ci/run`, counts the wrapper's call, the hand-written `reqwest` call and `oauth2`'s
//! in the same run, with a 6-byte and a 36-byte id in the response. It fails if the wrapper's call
//!
//! - executes more instructions than the hand-written one,
//! - does not execute fewer than `oauth2`'s,
//! - allocates more than 56 times, or
//! - costs over 3 % more, relative to the hand-written call, than `BENCHMARKS.md` records.

#![expect(clippy::print_stdout, reason = "prints the report")]
#![expect(clippy::print_stderr, reason = "a long run reports its progress")]

mod building;
mod check;
mod child;
mod clients;
mod consumers;
mod load;
mod machine;
mod report;
mod server;
mod valgrind;

use std::error::Error;
use std::process::ExitCode;

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

const USAGE: &str = "\
cargo bench -p benchmarks                       run all sections and write BENCHMARKS.md
cargo bench -p benchmarks -- calls many         run some sections and print them:
                                                calls, many, clients, consumers, crates
cargo bench -p benchmarks -- --check            check the instructions and allocations of a call";

fn main() -> ExitCode {
    // `--bench` is cargo's own.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Outcome<()> {
    match arguments {
        ["--help"] => println!("{USAGE}"),
        ["--check"] => return check::check(),
        // The commands of child processes.
        ["serve"] => return server::serve(),
        ["call", name, server, calls] => {
            return load::sequence(name, server.parse()?, calls.parse()?);
        }
        ["load", name, server, in_flight, calls] => println!(
            "{}",
            load::measure(name, server.parse()?, in_flight.parse()?, calls.parse()?)?
        ),
        ["batch", name, server, in_flight, calls] => println!(
            "{}",
            load::measure_batch(name, server.parse()?, in_flight.parse()?, calls.parse()?)?
        ),
        ["memory", server, tokens] => println!(
            "{}",
            load::memory_of_revoke_all(server.parse()?, tokens.parse()?)?
        ),
        ["build", name, clients] => {
            for _ in 0..clients.parse()? {
                building::build(name)?;
            }
        }
        ["clones", name] => println!("{}", building::clones(name)?),
        sections => return report::run(sections),
    }
    Ok(())
}

pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

pub(crate) fn note(text: &str) {
    eprintln!("{text}");
}
