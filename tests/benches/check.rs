//! Limits of the cost of a call. Instructions and allocations are counted, so the result is the same on a busy
//! machine. The limits of instructions are relative to another client in the same run.

use std::fmt::Write as _;

use crate::clients::{HAND_WRITTEN, OAUTH2, WRAPPER};
use crate::consumers::workspace;
use crate::report::calls::recorded;
use crate::report::{self, thousands};
use crate::server::Server;
use crate::valgrind::{CALLS, allocations_of_call, instructions_of_call, is_installed};
use crate::{Outcome, note};

/// Maximum instructions of the wrapper relative to hand-written.
const MAX_RELATIVE: f64 = 1.00;
/// Maximum of that ratio relative to the recorded one: counts differ slightly between builds of the same code.
const MAX_INCREASE: f64 = 1.03;
const MAX_ALLOCATIONS: f64 = 56.0;

pub(crate) fn check() -> Outcome<()> {
    if !is_installed() {
        note("valgrind is missing: instructions and allocations are not checked");
        return Ok(());
    }
    let file = workspace().join(report::FILE);
    let record = std::fs::read_to_string(&file)
        .map_err(|error| format!("cannot read {}: {error}", report::FILE))?;
    let server = Server::start()?;
    let ids = [
        ("6-byte id", &server.short_id),
        ("36-byte id", &server.plain),
    ];
    let mut columns = Vec::new();
    let mut exceeded = String::new();
    for ((id, endpoint), recorded) in ids.into_iter().zip(recorded(&record)?) {
        let instructions = |name| instructions_of_call(name, endpoint, CALLS);
        let column = Column {
            wrapper: instructions(WRAPPER)?,
            hand_written: instructions(HAND_WRITTEN)?,
            oauth2: instructions(OAUTH2)?,
            recorded,
            allocations: allocations_of_call(WRAPPER, endpoint, CALLS)?[0],
        };
        for limit in column.exceeded() {
            write!(exceeded, "\n  {id}: {limit}")?;
        }
        columns.push(column);
    }
    note(&table(&columns)?);
    if exceeded.is_empty() {
        return Ok(());
    }
    Err(format!("a call costs too much:{exceeded}").into())
}

struct Column {
    wrapper: f64,
    hand_written: f64,
    oauth2: f64,
    recorded: f64,
    allocations: f64,
}

impl Column {
    fn relative(&self) -> f64 {
        self.wrapper / self.hand_written
    }

    fn exceeded(&self) -> Vec<String> {
        let relative = self.relative();
        let limits = [
            (
                relative <= MAX_RELATIVE,
                format!("{relative:.3} of the hand-written call's instructions"),
            ),
            (
                relative <= self.recorded * MAX_INCREASE,
                format!(
                    "{relative:.3} of the hand-written call's instructions, {:.2} in {}; if that is intended, \
                     run `cargo bench -p benchmarks`",
                    self.recorded,
                    report::FILE
                ),
            ),
            (
                self.wrapper < self.oauth2,
                "not fewer instructions than `oauth2`".to_owned(),
            ),
            (
                // Rounded: a table that grows once in many calls does not count.
                self.allocations.round() <= MAX_ALLOCATIONS,
                format!("{:.0} allocations", self.allocations),
            ),
        ];
        let exceeded = limits.into_iter().filter(|(within, _)| !within);
        exceeded.map(|(_, limit)| limit).collect()
    }
}

type Value = fn(&Column) -> String;

fn table(columns: &[Column]) -> Outcome<String> {
    let rows: [(&str, Value, String); 6] = [
        (
            "hand-written: instructions",
            |column| thousands(column.hand_written),
            String::new(),
        ),
        (
            "`oauth2`: instructions",
            |column| thousands(column.oauth2),
            String::new(),
        ),
        (
            "`digilocker`: instructions",
            |column| thousands(column.wrapper),
            "below `oauth2`".to_owned(),
        ),
        (
            "relative to hand-written",
            |column| format!("{:.3}", column.relative()),
            format!("at most {MAX_RELATIVE:.2}"),
        ),
        (
            "the same in BENCHMARKS.md",
            |column| format!("{:.2}", column.recorded),
            format!("at most {MAX_INCREASE:.2} of it"),
        ),
        (
            "`digilocker`: allocations",
            |column| thousands(column.allocations),
            format!("at most {MAX_ALLOCATIONS}"),
        ),
    ];
    let mut text = "\
        | a call                     | 6-byte id | 36-byte id | limit              |\n\
        |----------------------------|----------:|-----------:|--------------------|\n"
        .to_owned();
    for (title, value, limit) in rows {
        write!(text, "| {title:<26} |")?;
        for (column, width) in columns.iter().zip([9, 10]) {
            write!(text, " {:>width$} |", value(column))?;
        }
        writeln!(text, " {limit:<18} |")?;
    }
    Ok(text)
}
