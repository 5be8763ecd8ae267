//! Whether a call costs more instructions than the record says.

use crate::server::Server;
use crate::{Outcome, clients, consumers, machine, note, report, valgrind};

/// Counts differ a little between builds of the same code, and with the addresses of a run.
const TOLERANCE: f64 = 1.03;

/// The clients that are ours to answer for.
const OURS: [&str; 2] = ["digilocker", "generated"];

pub(crate) fn check() -> Outcome<()> {
    if !valgrind::is_there() {
        note("valgrind is not there: instructions are not checked");
        return Ok(());
    }
    let file = consumers::workspace().join(report::FILE);
    let record = std::fs::read_to_string(&file)
        .map_err(|error| format!("cannot read {}: {error}", report::FILE))?;
    let server = Server::start()?;
    let rustc = machine::rustc()?;
    let hand = valgrind::instructions_of_call("hand", server.address)?;
    // Another compiler makes other code of everything: then the rival in the same run is the measure.
    let scale = if record.contains(&rustc) {
        1.0
    } else {
        note(&format!(
            "the record was made by another compiler than {rustc}: ratios are compared"
        ));
        hand / recorded(&record, "hand")?
    };
    let mut worse = Vec::new();
    for name in OURS {
        let allowed = recorded(&record, name)? * scale * TOLERANCE;
        let now = valgrind::instructions_of_call(name, server.address)?;
        note(&format!(
            "{name}: {now:.0} instructions a call, at most {allowed:.0} allowed"
        ));
        if now > allowed {
            worse.push(name);
        }
    }
    if worse.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} costs more than {} says; if that is worth it, make a new record: cargo bench -p benchmarks",
        worse.join(" and "),
        report::FILE
    )
    .into())
}

/// The first number in the row of a client, in the first table: others have rows of the same name.
fn recorded(record: &str, name: &str) -> Outcome<f64> {
    let table = record
        .split("\n##")
        .find(|part| part.starts_with(" A call\n"));
    let table = table.ok_or_else(|| format!("{} has no `## A call`", report::FILE))?;
    let title = clients::ALL
        .iter()
        .find_map(|(id, title)| (*id == name).then_some(*title));
    let title = title.ok_or("no such client")?;
    let cell = table.lines().find_map(|line| {
        line.strip_prefix(&format!("| {title} | "))?
            .split(" | ")
            .next()
    });
    let cell = cell.ok_or_else(|| format!("{} has no row `{title}`", report::FILE))?;
    cell.replace(',', "").parse().map_err(|_| {
        let file = report::FILE;
        format!("{file} was written without valgrind: it has no instructions of {title}").into()
    })
}
