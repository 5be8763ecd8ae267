//! How long the commands take on specs of 30, 300 and 1,000 operations, as a table.
//!
//! ```sh
//! cargo run --release -p spec-tools --example size          # or with sizes: -- 30 3000
//! ```
//!
//! Milliseconds on the clock / on processors (of the latter, one operation's):
//!
//! | operations | spec, lines | `lint` | `lint`, a warning at each | `lint`, one refused by the generator | `generate` | `generate`, edited | `diff`, edited |
//! |---|---|---|---|---|---|---|---|
//! | 30 | 2987 | 126 / 90 (3.0) | 175 / 90 (3.0) | 380 / 140 (4.7) | 547 / 160 (5.3) | 796 / 200 (6.7) | 464 / 230 (7.7) |
//! | 300 | 29447 | 2562 / 1140 (3.8) | 1347 / 1070 (3.6) | 3220 / 1610 (5.4) | 3953 / 1580 (5.3) | 6082 / 2240 (7.5) | 5704 / 2970 (9.9) |
//! | 1000 | 98047 | 8124 / 4290 (4.3) | 6746 / 4280 (4.3) | 10236 / 6470 (6.5) | 8386 / 5790 (5.8) | 10107 / 8030 (8.0) | 15081 / 11500 (11.5) |
//!
//! The two cores were shared with other builds: compare the processor times, and measure your own. From 300 to
//! 1,000 operations, one costs up to a fifth more. To compare with another revision, build the example there
//! with `spec.rs` of this one, and run both in turn. Relative to the tool before it was a library (`ec987ee`),
//! no row was slower than 1.05.
//!
//! `cargo xtask` is a debug build. It takes 2.6 to 3.0 times the processor time of a release build, because
//! `Cargo.toml` optimises three packages for it: 3.2 to 3.8 times without that.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

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
/// The other side of the comparison.
const BASE: &str = "base.yaml";

/// Of so many times the best.
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

/// A column: what is measured, on what spec, and how it is to end.
struct Step {
    name: &'static str,
    kind: Kind,
    ends: Status,
    run: fn(&Path) -> Report,
}

const STEPS: [Step; 6] = [
    Step {
        name: "`lint`",
        kind: Kind::Sound,
        ends: Status::Ok,
        run: |root| lint::run(&project(root), root, SPEC, Format::Text, Style::Plain),
    },
    Step {
        name: "`lint`, a warning at each",
        kind: Kind::Warned,
        ends: Status::Ok,
        run: |root| lint::run(&project(root), root, SPEC, Format::Text, Style::Plain),
    },
    Step {
        name: "`lint`, one refused by the generator",
        kind: Kind::Refused,
        ends: Status::Failed,
        run: |root| lint::run(&project(root), root, SPEC, Format::Text, Style::Plain),
    },
    Step {
        name: "`generate`",
        kind: Kind::Sound,
        ends: Status::Ok,
        run: |root| generate::run(&project(root), Mode::Write, Style::Plain),
    },
    Step {
        name: "`generate`, edited",
        kind: Kind::Edited,
        ends: Status::Ok,
        run: |root| generate::run(&project(root), Mode::Write, Style::Plain),
    },
    Step {
        name: "`diff`, edited",
        kind: Kind::Edited,
        ends: Status::Ok,
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

/// Milliseconds: as they pass, on the processor (if the system says), and of the latter those of one
/// operation.
fn row(size: u32) -> Result<String, Box<dyn std::error::Error>> {
    let sound = spec(size, Kind::Sound);
    let mut row = format!("| {size} | {} |", sound.lines().count());
    for step in &STEPS {
        let mut best = Time::MAX;
        for _ in 0..TIMES {
            let tree = tree(&sound)?;
            if step.kind == Kind::Edited {
                let before = generate::run(&project(tree.path()), Mode::Write, Style::Plain);
                if before.status != Status::Ok {
                    return Err(before.errors.into());
                }
            }
            std::fs::write(tree.path().join(SPEC), spec(size, step.kind))?;
            best = best.least(time(tree.path(), step)?);
        }
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let (passed, busy) = (ms(best.passed), ms(best.busy));
        let _ = write!(
            row,
            " {passed:.0} / {busy:.0} ({:.1}) |",
            busy / f64::from(size)
        );
    }
    Ok(row)
}

/// A project, as far as the commands look for one.
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

/// How long something takes.
#[derive(Clone, Copy)]
struct Time {
    /// On the clock.
    passed: Duration,
    /// On processors, all threads together: what other programs do meanwhile is not in it.
    busy: Duration,
}

impl Time {
    const MAX: Self = Self {
        passed: Duration::MAX,
        busy: Duration::MAX,
    };

    fn least(self, other: Self) -> Self {
        Self {
            passed: self.passed.min(other.passed),
            busy: self.busy.min(other.busy),
        }
    }
}

/// What this process has had of processors so far, where `/proc` says it: in hundredths of a second,
/// those of user and system, 12 fields after its name.
fn busy() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// In a thread of its own, as in a process of its own: `proc-macro2` keeps what each thread has parsed.
fn time(root: &Path, step: &Step) -> Result<Time, String> {
    let (report, time) = std::thread::scope(|scope| {
        let run = || {
            let (start, before) = (Instant::now(), busy());
            let report = (step.run)(root);
            let time = Time {
                passed: start.elapsed(),
                busy: busy().saturating_sub(before),
            };
            (report, time)
        };
        scope
            .spawn(run)
            .join()
            .map_err(|_| format!("{} panicked", step.name))
    })?;
    if report.status == step.ends {
        Ok(time)
    } else {
        Err(format!("{}: {}{}", step.name, report.output, report.errors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is measured is what it is said to be.
    #[test]
    fn each_step_ends_as_it_should() -> Result<(), Box<dyn std::error::Error>> {
        for step in &STEPS {
            let tree = tree(&spec(7, Kind::Sound))?;
            std::fs::write(tree.path().join(SPEC), spec(7, step.kind))?;
            time(tree.path(), step)?;
        }
        let tree = tree(&spec(7, Kind::Sound))?;
        let lint = (STEPS[0].run)(tree.path());
        assert_eq!(
            lint.output,
            format!("0 errors and 0 warnings in `{SPEC}`\n")
        );
        Ok(())
    }
}
