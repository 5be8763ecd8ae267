//! Measures the commands on specs of 30, 300 and 1,000 operations, and prints a table.
//!
//! ```sh
//! cargo run --release -p spec-tools --example size          # or with sizes: -- 30 3000
//! ```
//!
//! Milliseconds of wall time / CPU time (CPU time per operation):
//!
//! | operations | spec, lines | `lint` | `lint`, a warning per operation | `lint`, generator fails on one | `generate` | `generate`, edited | `diff`, edited |
//! |---|---|---|---|---|---|---|---|
//! | 30 | 2987 | 126 / 90 (3.0) | 175 / 90 (3.0) | 380 / 140 (4.7) | 547 / 160 (5.3) | 796 / 200 (6.7) | 464 / 230 (7.7) |
//! | 300 | 29447 | 2562 / 1140 (3.8) | 1347 / 1070 (3.6) | 3220 / 1610 (5.4) | 3953 / 1580 (5.3) | 6082 / 2240 (7.5) | 5704 / 2970 (9.9) |
//! | 1000 | 98047 | 8124 / 4290 (4.3) | 6746 / 4280 (4.3) | 10236 / 6470 (6.5) | 8386 / 5790 (5.8) | 10107 / 8030 (8.0) | 15081 / 11500 (11.5) |
//!
//! The two cores were shared with other builds, so compare CPU times, and measure on your machine. From 300 to
//! 1,000 operations, CPU time per operation grows by up to a fifth. To compare with another revision, build the
//! example there with this `spec.rs`, and run both alternately. Compared with revision `ec987ee`, before the tool
//! became a library, no row takes more than 1.05 times as long.
//!
//! `cargo xtask` is a debug build. It takes 2.6 to 3.0 times the CPU time of a release build, or 3.2 to 3.8 times
//! if `Cargo.toml` did not optimise three packages for it.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use spec_tools::commands::diff::{self, Options};
use spec_tools::commands::generate::{self, Mode};
use spec_tools::commands::lint::{self, Format};
use spec_tools::project::{Generator, Mock, Output, Project};
use spec_tools::report::{Report, Status, Style};

use crate::spec::{Kind, spec};

mod spec;

const SPEC: &str = "spec/api.yaml";
const CLIENT: &str = "client/generated.rs";
const MOCK: &str = "mock/generated.rs";
/// The base of `diff`.
const BASE: &str = "base.yaml";

/// Number of runs, of which the fastest counts.
const TIMES: usize = 3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut sizes = Vec::new();
    for argument in std::env::args().skip(1) {
        sizes.push(argument.parse()?);
    }
    if sizes.is_empty() {
        sizes = vec![30, 300, 1000];
    }
    let mut out = io::stdout();
    writeln!(out, "| operations | spec, lines |{}", head())?;
    writeln!(out, "|---|---|{}", "---|".repeat(STEPS.len()))?;
    for size in sizes {
        writeln!(out, "{}", row(size)?)?;
        out.flush()?;
    }
    Ok(())
}

/// A column: a command, the spec that it runs on, and its expected status.
struct Step {
    name: &'static str,
    kind: Kind,
    expected: Status,
    run: fn(&Path) -> Report,
}

const STEPS: [Step; 5] = [
    Step {
        name: "`lint`",
        kind: Kind::Valid,
        expected: Status::Ok,
        run: |root| lint::run(&project(root), root, SPEC, Format::Text, Style::Plain),
    },
    Step {
        name: "`lint`, generator fails on one",
        kind: Kind::Unsupported,
        expected: Status::Failed,
        run: |root| lint::run(&project(root), root, SPEC, Format::Text, Style::Plain),
    },
    Step {
        name: "`generate`",
        kind: Kind::Valid,
        expected: Status::Ok,
        run: |root| generate::run(&project(root), Mode::Write, Style::Plain),
    },
    Step {
        name: "`generate`, edited",
        kind: Kind::Edited,
        expected: Status::Ok,
        run: |root| generate::run(&project(root), Mode::Write, Style::Plain),
    },
    Step {
        name: "`diff`, edited",
        kind: Kind::Edited,
        expected: Status::Ok,
        run: |root| {
            let options = Options {
                base: BASE.to_owned(),
                spec: None,
                format: diff::Format::Text,
                enforce: false,
            };
            diff::run(&project(root), &options, Style::Plain)
        },
    },
];

fn project(root: &Path) -> Project {
    Project {
        client: Output::new(CLIENT, ""),
        mock: Some(Mock {
            output: Output::new(MOCK, ""),
            client_crate: "client".to_owned(),
        }),
        generator: Generator {
            attributes: vec![r#"#[cfg_attr(feature = "a", derive(::a::A))]"#.to_owned()],
            ..Generator::default()
        },
        ..Project::new(root, SPEC)
    }
}

fn head() -> String {
    STEPS.iter().fold(String::new(), |head, step| {
        format!("{head} {} |", step.name)
    })
}

/// Measures all steps on a spec of `size` operations, and formats a row of the table.
fn row(size: u32) -> Result<String, Box<dyn std::error::Error>> {
    let valid = spec(size, Kind::Valid);
    let mut row = format!("| {size} | {} |", valid.lines().count());
    for step in &STEPS {
        let mut best = Duration::MAX;
        for _ in 0..TIMES {
            let tree = tree(&valid)?;
            if step.kind == Kind::Edited {
                let before = generate::run(&project(tree.path()), Mode::Write, Style::Plain);
                if before.status != Status::Ok {
                    return Err(before.errors.into());
                }
            }
            std::fs::write(tree.path().join(SPEC), spec(size, step.kind))?;
            best = best.min(time(tree.path(), step)?);
        }
        let cpu = best.as_secs_f64() * 1e3;
        let _ = write!(row, " {cpu:.0} ({:.1}) |", cpu / f64::from(size));
    }
    Ok(row)
}

/// A project directory with the files that the commands need.
fn tree(spec: &str) -> io::Result<tempfile::TempDir> {
    let tree = tempfile::tempdir()?;
    for file in [SPEC, CLIENT, MOCK] {
        if let Some(dir) = tree.path().join(file).parent() {
            std::fs::create_dir_all(dir)?;
        }
    }
    std::fs::write(tree.path().join(SPEC), spec)?;
    std::fs::write(tree.path().join(BASE), spec)?;
    Ok(tree)
}

/// CPU time of this process so far, from fields 14 and 15 (`utime` and `stime`, in hundredths of a second) of
/// `/proc/self/stat`. Zero without `/proc`.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Measures one run, on a new thread because `proc-macro2` caches what each thread has parsed.
fn time(root: &Path, step: &Step) -> Result<Duration, String> {
    let (report, time) = std::thread::scope(|scope| {
        let run = || {
            let before = cpu_time();
            let report = (step.run)(root);
            let time = cpu_time().saturating_sub(before);
            (report, time)
        };
        scope
            .spawn(run)
            .join()
            .map_err(|_| format!("{} panicked", step.name))
    })?;
    if report.status == step.expected {
        Ok(time)
    } else {
        Err(format!("{}: {}{}", step.name, report.output, report.errors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_has_the_expected_status() -> Result<(), Box<dyn std::error::Error>> {
        for step in &STEPS {
            let tree = tree(&spec(7, Kind::Valid))?;
            std::fs::write(tree.path().join(SPEC), spec(7, step.kind))?;
            time(tree.path(), step)?;
        }
        let tree = tree(&spec(7, Kind::Valid))?;
        let lint = (STEPS[0].run)(tree.path());
        assert_eq!(
            lint.output,
            format!("0 errors and 0 warnings in `{SPEC}`\n")
        );
        Ok(())
    }
}
