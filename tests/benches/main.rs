//! What a call costs, beside its rivals. CONTRIBUTING.md says how to run it, and `BENCHMARKS.md`
//! what came out.

#![expect(clippy::print_stdout, reason = "its output is its purpose")]
#![expect(clippy::print_stderr, reason = "it takes long, and says where it is")]

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

const USAGE: &str = "cargo bench -p benchmarks                       all, and write BENCHMARKS.md
cargo bench -p benchmarks -- calls many         some of: calls, many, clients, consumers
cargo bench -p benchmarks -- --check            instructions against those in BENCHMARKS.md
cargo bench -p benchmarks -- many --tokens N    how many tokens for `revoke_all`";

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
        // The parts that `child` starts.
        ["serve"] => return server::serve(),
        ["call", name, address, calls] => {
            return load::sequence(name, address.parse()?, calls.parse()?);
        }
        ["load", "revoke_all", address, in_flight, calls] => println!(
            "{}",
            load::measure_revoke_all(address.parse()?, in_flight.parse()?, calls.parse()?)?
        ),
        ["load", name, address, in_flight, calls] => println!(
            "{}",
            load::measure(name, address.parse()?, in_flight.parse()?, calls.parse()?)?
        ),
        ["tokens", address, calls] => println!(
            "{}",
            load::memory_of_revoke_all(address.parse()?, calls.parse()?)?
        ),
        ["build", name, clients] => {
            for _ in 0..clients.parse()? {
                clients::build(name)?;
            }
        }
        ["clones", name] => println!("{}", clones(name)?),
        sections => return report::run(sections),
    }
    Ok(())
}

/// Milliseconds of the first build and of a further one, and KiB of resident memory for 10,000
/// clones.
fn clones(name: &str) -> Outcome<String> {
    let mut milliseconds = [0.0; 2];
    let mut client = None;
    for milliseconds in &mut milliseconds {
        let start = std::time::Instant::now();
        client = Some(clients::build(name)?);
        *milliseconds = start.elapsed().as_secs_f64() * 1e3;
    }
    let kib = client.ok_or("no client")?.kib_of_clones(10_000)?;
    let [first, further] = milliseconds;
    Ok(format!("{first} {further} {kib}"))
}

pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

pub(crate) fn note(text: &str) {
    eprintln!("{text}");
}
