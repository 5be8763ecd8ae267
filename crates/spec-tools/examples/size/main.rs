//! Measures the commands on specs of 30, 300 and 1,000 operations, and prints a table.
//!
//! ```sh
//! cargo run --release -p spec-tools --example size          # or with sizes: -- 30 3000
//! ```
//!
//! Milliseconds of CPU time (for one operation), in a debug build, which `cargo xtask` is:
//!
//! | operations | spec, lines | `lint` | `lint`, generator fails on one | `generate` | `generate`, edited | `diff`, edited |
//! |---|---|---|---|---|---|---|
//! | 100 | 4829 | 700 (7.0) | 1350 (13.5) | 1120 (11.2) | 1520 (15.2) | 1980 (19.8) |
//! | 300 | 14429 | 2210 (7.4) | 4310 (14.4) | 3720 (12.4) | 4930 (16.4) | 5520 (18.4) |
//!
//! The two cores were shared with other builds: measure on your machine. To compare with another revision, build the
//! example there with these files, and run both alternately.

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

/// A column: a command, and the spec that it runs on.
struct Step {
    name: &'static str,
    kind: Kind,
    run: fn(&Path) -> Report,
}

const STEPS: [Step; 5] = [
    Step {
        name: "`lint`",
        kind: Kind::Valid,
        run: |root| lint::run(&project(root), root, SPEC, Format::Text, Style::Plain),
    },
    Step {
        name: "`lint`, generator fails on one",
        kind: Kind::Unsupported,
        run: |root| lint::run(&project(root), root, SPEC, Format::Text, Style::Plain),
    },
    Step {
        name: "`generate`",
        kind: Kind::Valid,
        run: |root| generate::run(&project(root), Mode::Write, Style::Plain),
    },
    Step {
        name: "`generate`, edited",
        kind: Kind::Edited,
        run: |root| generate::run(&project(root), Mode::Write, Style::Plain),
    },
    Step {
        name: "`diff`, edited",
        kind: Kind::Edited,
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
    let expected = match step.kind {
        Kind::Unsupported => Status::Failed,
        Kind::Valid | Kind::Edited => Status::Ok,
    };
    if report.status == expected {
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
