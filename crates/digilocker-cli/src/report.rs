//! `digilocker report`: merges the journals of all shards into one summary, and lists tokens.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::Serialize;
use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::journal::query::{self, LastRun, Results};
use crate::journal::{self, key};
use crate::output;
use crate::summary::{self, Summary, numbers, time};

/// Merge the journals of `revoke-all` into one summary, or list tokens
///
/// Examples:
///
///   digilocker report run.journal
///   digilocker report shard-0.journal shard-1.journal shard-2.journal
///   digilocker report --json shard-*.journal
///   digilocker report --list live run.journal > live.csv
///
/// Copy the journals of all machines to one place, each with its file JOURNAL-wal if it exists; their
/// keys are not needed. The report names shards without a journal and shards whose last run did not
/// try the whole input. The exit code is then 3, because their tokens may be live.
///
/// `--list` prints the lines of tokens and why, as CSV: line, state, kind, status, code, cause. Lines
/// are those of the input of the latest run that sent the token. For other questions, a journal is an
/// SQLite database; see `digilocker revoke-all --help`.
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_help = crate::exit::HELP)]
pub(crate) struct Args {
    /// Journals, one for each shard
    #[arg(required = true, value_name = "JOURNAL")]
    journals: Vec<PathBuf>,

    /// Print the tokens with this state as CSV, not the summary; the exit code is that of the summary
    #[arg(long, value_name = "STATE", conflicts_with = "json", value_parser = STATES)]
    list: Option<String>,

    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

const STATES: [&str; 3] = ["live", "unknown", "not_recognised"];

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let paths = args.journals.iter();
    let mut parts = paths
        .map(|path| Part::read(path))
        .collect::<Result<Vec<Part>, Failure>>()?;
    check(&parts)?;
    parts.sort_by_key(|part| part.shard);
    let (summary, exit) = merge(&parts);
    match &args.list {
        Some(state) => list(&parts, state)?,
        None => summary.print(args.json, exit)?,
    }
    Ok(exit)
}

/// One journal.
#[derive(Debug, Serialize)]
struct Part {
    journal: PathBuf,
    shard: u64,
    started: String,
    /// `null` if its last run was killed or is still running.
    ended: Option<String>,
    /// Whether its last run tried the whole input.
    complete: bool,
    /// Whether a run has locked it.
    in_use: bool,
    #[serde(flatten)]
    results: Results,
    #[serde(skip)]
    last: LastRun,
    #[serde(skip)]
    database: Connection,
}

impl Part {
    fn read(path: &Path) -> Result<Self, Failure> {
        let database = journal::open_to_read(path)?;
        let cannot_read = |error| journal::cannot("read", path, &error);
        let last = query::last_run(&database).map_err(cannot_read)?;
        let results = query::results(&database).map_err(cannot_read)?;
        Ok(Self {
            journal: path.to_owned(),
            shard: last.settings["shard"].as_u64().unwrap_or(0),
            started: time(last.begin),
            ended: last.end_time.map(time),
            complete: last.end.complete,
            in_use: key::is_in_use(path),
            results: Results {
                not_tried: last.end.not_tried,
                ..results
            },
            last,
            database,
        })
    }

    fn state(&self) -> &'static str {
        match (self.complete, self.in_use, &self.ended) {
            (_, true, _) => "a run is in progress",
            (true, ..) => "complete",
            (false, _, Some(_)) => "ended early",
            (false, _, None) => "did not end",
        }
    }
}

/// Refuses journals of different runs.
fn check(parts: &[Part]) -> Result<(), Failure> {
    for (index, b) in parts.iter().enumerate() {
        for a in &parts[..index] {
            let (first, second) = (&a.last.settings, &b.last.settings);
            let ends = (&a.last.end, &b.last.end);
            let what = query::difference(first, second, &["shards", "environment", "client"]);
            let what = if let Some(difference) = what {
                format!("belong to different runs: {difference}")
            } else if a.shard == b.shard {
                format!(
                    "overlap: both belong to shard {}/{}",
                    a.shard, first["shards"]
                )
            } else if ends.0.lines.and(ends.1.lines).is_some() && ends.0.digest != ends.1.digest {
                "belong to different inputs".to_owned()
            } else {
                continue;
            };
            let (a, b) = (a.journal.display(), b.journal.display());
            return Err(Failure::usage(format!("`{a}` and `{b}` {what}"))
                .help("report each run separately"));
        }
    }
    Ok(())
}

/// `--list`.
fn list(parts: &[Part], state: &str) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for part in parts {
        let tokens = query::tokens(&part.database, state)
            .map_err(|error| journal::cannot("read", &part.journal, &error))?;
        rows.extend(tokens);
    }
    rows.sort();
    let mut csv = csv::Writer::from_writer(Vec::new());
    let written = csv
        .write_record(["line", "state", "kind", "status", "code", "cause"])
        .and_then(|()| rows.iter().try_for_each(|row| csv.serialize(row)))
        .map_err(|error| Failure::io(format!("cannot write CSV: {error}")));
    written?;
    let text = csv.into_inner().unwrap_or_default();
    output::line(String::from_utf8_lossy(&text).trim_end())
}

fn merge(parts: &[Part]) -> (Summary, Exit) {
    let settings = parts.first().map(|part| &part.last.settings);
    let shards = settings
        .and_then(|known| known["shards"].as_u64())
        .unwrap_or(1);
    let missing: Vec<u64> = (0..shards)
        .filter(|shard| parts.iter().all(|part| part.shard != *shard))
        .collect();
    let incomplete = parts.iter().filter(|part| !part.complete);
    let incomplete: Vec<u64> = incomplete.map(|part| part.shard).collect();
    let mut results = Results {
        not_tried: missing.is_empty().then_some(0),
        ..Results::default()
    };
    for part in parts {
        results.add(part.results.clone());
    }
    let exit = summary::exit(&results, !incomplete.is_empty(), false);

    let mut summary = Summary::new("Token revocation, merged from journals");
    summary.add(
        "started",
        parts.iter().map(|part| part.started.clone()).min(),
    );
    let ended = parts.iter().filter_map(|part| part.ended.clone()).max();
    summary.add("ended", ended);
    let environment = settings.and_then(|known| known["environment"].as_str());
    summary.add("environment", environment);
    summary.add("shards", shards);
    for (name, numbers_of) in [("missing", &missing), ("incomplete", &incomplete)] {
        if !numbers_of.is_empty() {
            let (count, all) = (numbers_of.len(), numbers(numbers_of));
            let text = format!("shards {name}: {count} of {shards} (counted from 0: {all})");
            summary.row("note", &text);
        }
        summary.value(&format!("{name}_shards"), numbers_of);
    }
    summary.results(&results);
    for part in parts {
        let name = format!("shard {}/{shards}", part.shard);
        summary.row(
            &name,
            &format!("{}: {}", part.state(), part.journal.display()),
        );
    }
    summary.value("journals", json!(parts));
    (summary, exit)
}
