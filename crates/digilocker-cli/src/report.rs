//! `digilocker report`: merges the journals of all shards into one summary, and lists tokens.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use rusqlite::Connection;
use serde::Serialize;

use crate::exit::{Exit, Failure};
use crate::journal::{self, LastRun, ListRow, Lists, Outcome, key};
use crate::output;
use crate::revoke_all::summary::{Lines, Results, Rows, numbers, time};

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
    #[arg(long, value_enum, value_name = "STATE", conflicts_with = "json")]
    list: Option<State>,

    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum State {
    Live,
    Unknown,
    NotRecognised,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut parts = args
        .journals
        .iter()
        .map(|path| ShardReport::read(path))
        .collect::<Result<Vec<ShardReport>, Failure>>()?;
    check(&parts)?;
    let report = Report::new(&mut parts);
    match args.list {
        Some(state) => list(&parts, state)?,
        None if args.json => output::json(&report.with(&parts))?,
        None => report.text(&parts).print()?,
    }
    Ok(report.exit())
}

/// One journal.
#[derive(Debug, Serialize)]
struct ShardReport {
    journal: PathBuf,
    shard: u32,
    started: String,
    /// `null` if its last run was killed or is still running.
    ended: Option<String>,
    /// Whether its last run tried the whole input.
    complete: bool,
    /// Whether a run has locked it.
    in_use: bool,
    input: String,
    /// Lines of the input; `null` if it was not read to its end.
    lines: Option<u64>,
    #[serde(flatten)]
    results: Results,
    #[serde(skip)]
    last: LastRun,
    #[serde(skip)]
    database: Connection,
}

impl ShardReport {
    fn read(path: &Path) -> Result<Self, Failure> {
        let database = journal::open_to_read(path)?;
        Self::query(path, database).map_err(|error| journal::cannot("read", path, &error))
    }

    fn query(path: &Path, database: Connection) -> rusqlite::Result<Self> {
        let last = journal::last_run(&database)?;
        let lists = Lists::read(&database, None)?;
        let mut results = Results {
            live: Lines::all(lists.live),
            unknown: Lines::all(lists.unknown),
            bad_lines: Lines::all(lists.bad_lines),
            reasons: lists.reasons,
            not_tried: last.result.not_tried,
            ..Results::default()
        };
        let mut query = database.prepare(
            "SELECT outcome, confirmed, count(*) FROM token GROUP BY outcome, confirmed",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let count = row.get::<_, i64>(2)?.cast_unsigned();
            match row.get(0)? {
                Outcome::Revoked => {
                    results.revoked += count;
                    if row.get::<_, Option<bool>>(1)? == Some(false) {
                        results.by_status += count;
                    }
                }
                Outcome::NotRecognised => results.not_recognised += count,
                Outcome::Live | Outcome::Unknown => {}
            }
        }
        drop(rows);
        drop(query);
        Ok(Self {
            journal: path.to_owned(),
            shard: last.settings.shard,
            started: time(last.first_begin),
            ended: last.end.map(time),
            complete: last.end.is_some() && last.result.is_complete,
            in_use: key::is_in_use(path),
            input: last.settings.input.clone(),
            lines: last.result.lines,
            results,
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
fn check(parts: &[ShardReport]) -> Result<(), Failure> {
    let refused = |a: &ShardReport, b: &ShardReport, what: String| {
        let (a, b) = (a.journal.display(), b.journal.display());
        Failure::usage(format!("`{a}` and `{b}` {what}"))
            .help("report each run separately: its journals share the shard count, environment and client id")
    };
    for (index, b) in parts.iter().enumerate() {
        for a in &parts[..index] {
            let (first, second) = (&a.last.settings, &b.last.settings);
            let (shard, count) = (second.shard, second.shards);
            let what = if first.shards != count {
                let other = first.shards;
                format!("belong to different runs: one has {other} shards, the other {count}")
            } else if first.environment != second.environment {
                format!(
                    "belong to different environments: `{}` and `{}`",
                    first.environment, second.environment
                )
            } else if first.client != second.client {
                "belong to different client ids".to_owned()
            } else if a.shard == b.shard && first.key == second.key {
                format!("overlap: both belong to shard {shard}/{count}")
            } else if a.shard == b.shard {
                format!("overlap: they are two runs of shard {shard}/{count}, with different keys")
            } else if a.lines.is_some()
                && b.lines.is_some()
                && a.last.result.digest != b.last.result.digest
            {
                "belong to different inputs".to_owned()
            } else {
                continue;
            };
            return Err(refused(a, b, what));
        }
    }
    Ok(())
}

/// `--list`.
fn list(parts: &[ShardReport], state: State) -> Result<(), Failure> {
    let outcome = match state {
        State::Live => Outcome::Live,
        State::Unknown => Outcome::Unknown,
        State::NotRecognised => Outcome::NotRecognised,
    };
    let mut rows: Vec<ListRow> = Vec::new();
    for part in parts {
        let tokens = journal::tokens(&part.database, outcome)
            .map_err(|error| journal::cannot("read", &part.journal, &error))?;
        rows.extend(tokens);
    }
    rows.sort();
    let mut csv = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(Vec::new());
    let written = csv
        .write_record(["line", "state", "kind", "status", "code", "cause"])
        .and_then(|()| rows.iter().try_for_each(|row| csv.serialize(row)))
        .map_err(csv::Error::into)
        .and_then(|()| csv.into_inner().map_err(csv::IntoInnerError::into_error));
    let text = written
        .and_then(|bytes| String::from_utf8(bytes).map_err(std::io::Error::other))
        .map_err(|error| Failure::io(format!("cannot write CSV: {error}")))?;
    output::line(text.trim_end())
}

#[derive(Debug, Serialize)]
struct Report {
    started: Option<String>,
    ended: Option<String>,
    environment: String,
    shards: u32,
    /// Shards without a journal.
    missing_shards: Vec<u32>,
    /// Shards whose last run did not try the whole input.
    incomplete_shards: Vec<u32>,
    /// Whether all shards that read their input to its end read the same number of lines.
    same_input: bool,
    #[serde(flatten)]
    results: Results,
    exit_code: u8,
}

#[derive(Debug, Serialize)]
struct WithJournals<'a> {
    #[serde(flatten)]
    report: &'a Report,
    journals: &'a [ShardReport],
}

impl Report {
    fn new(parts: &mut [ShardReport]) -> Self {
        parts.sort_by_key(|part| part.shard);
        let settings = parts.first().map(|part| &part.last.settings);
        let shards = settings.map_or(1, |settings| settings.shards);
        let missing: Vec<u32> = (0..shards)
            .filter(|shard| parts.iter().all(|part| part.shard != *shard))
            .collect();
        let mut read = parts.iter().filter_map(|part| part.lines);
        let first = read.next();
        let mut report = Self {
            started: parts.iter().map(|part| part.started.clone()).min(),
            ended: parts.iter().filter_map(|part| part.ended.clone()).max(),
            environment: settings.map_or_else(String::new, |known| known.environment.clone()),
            shards,
            incomplete_shards: parts
                .iter()
                .filter(|part| !part.complete)
                .map(|part| part.shard)
                .collect(),
            same_input: read.all(|lines| Some(lines) == first),
            results: Results::default(),
            exit_code: 0,
            missing_shards: missing,
        };
        report.results.not_tried = report.missing_shards.is_empty().then_some(0);
        for part in &*parts {
            report.results.add(&part.results);
        }
        report.exit_code = report.exit().code();
        report
    }

    fn exit(&self) -> Exit {
        let is_incomplete = !self.incomplete_shards.is_empty();
        let beside = [is_incomplete, false, !self.same_input];
        self.results.exit(beside, 0)
    }

    fn with<'a>(&'a self, journals: &'a [ShardReport]) -> WithJournals<'a> {
        WithJournals {
            report: self,
            journals,
        }
    }

    fn text(&self, parts: &[ShardReport]) -> Rows {
        let mut rows = Rows::new("Token revocation, merged from journals");
        rows.row("started", self.started.as_deref().unwrap_or("?"));
        rows.row("ended", self.ended.as_deref().unwrap_or("not yet"));
        rows.row("environment", &self.environment);
        rows.row("shards", &self.shards.to_string());
        let mut shards = |what: &str, shards: &[u32]| {
            if !shards.is_empty() {
                let numbers: Vec<i64> = shards.iter().copied().map(i64::from).collect();
                let (count, all) = (shards.len(), self.shards);
                let value = format!("{what}: {count} of {all} ({})", numbers_of(&numbers));
                rows.row("note", &value);
            }
        };
        shards("shards missing", &self.missing_shards);
        shards("shards incomplete", &self.incomplete_shards);
        self.results.write(&mut rows);
        if !self.same_input {
            rows.row("note", "the shards read inputs of different lengths");
        }
        for part in parts {
            let name = format!("shard {}/{}", part.shard, self.shards);
            let value = format!("{}: {}", part.state(), part.journal.display());
            rows.row(&name, &value);
        }
        rows
    }
}

fn numbers_of(shards: &[i64]) -> String {
    let plural = if shards.len() == 1 { "" } else { "s" };
    format!("number{plural} {}, counted from 0", numbers(shards))
}
