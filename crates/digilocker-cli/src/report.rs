//! `digilocker report`: merges the journals of all shards into one summary.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use roaring::RoaringTreemap;
use serde::Serialize;

use crate::exit::{self, Exit, Failure};
use crate::journal::{self, End, Header, Outcome, ReadJournal, Record};
use crate::output;
use crate::revoke_all::finish::NOT_CONFIRMED;
use crate::revoke_all::ranges;
use crate::revoke_all::summary::{Lines, time};
use crate::revoke_all::token_set::{State, TokenSet};

/// Merge the journals of `revoke-all` into one summary
///
/// Examples:
///
///   digilocker report run.journal
///   digilocker report shard-0.journal shard-1.journal shard-2.journal
///   digilocker report --json shard-*.journal
///
/// Copy the journals of all machines to one place; their keys are not needed. The report names shards
/// without a journal and shards whose last run did not try the whole input. The exit code is then 3,
/// because their tokens may be alive.
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_help = crate::exit::HELP)]
pub(crate) struct Args {
    /// Journals, one for each shard
    #[arg(required = true, value_name = "JOURNAL")]
    journals: Vec<PathBuf>,

    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let parts = args
        .journals
        .iter()
        .map(|path| ShardReport::read(path))
        .collect::<Result<Vec<ShardReport>, Failure>>()?;
    check(&parts)?;
    let report = Report::new(&parts);
    if args.json {
        output::json(&report)?;
    } else {
        output::line(&report.text())?;
    }
    Ok(report.exit())
}

/// The contents of one journal.
#[derive(Debug, Serialize)]
struct ShardReport {
    journal: PathBuf,
    #[serde(skip)]
    header: Header,
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
    revoked: u64,
    /// Of these, not confirmed by the response body.
    by_status: u64,
    not_recognised: u64,
    alive: u64,
    unknown: u64,
    /// `null` if unknown.
    not_tried: Option<u64>,
    bad_lines: u64,
    /// Damaged or truncated records.
    damaged: u64,
    /// Missing records, as far as known.
    lost: u64,
    /// Digest of the whole input; `None` if it was not read to its end.
    #[serde(skip)]
    digest: Option<u64>,
    #[serde(skip)]
    alive_lines: RoaringTreemap,
    #[serde(skip)]
    unknown_lines: RoaringTreemap,
}

impl ShardReport {
    fn read(path: &Path) -> Result<Self, Failure> {
        let mut token_set = TokenSet::new();
        let (mut alive, mut unknown) = (RoaringTreemap::new(), RoaringTreemap::new());
        let (mut last, mut totals, mut by_status) = (None, None, 0);
        let ReadJournal { scan, is_in_use } = journal::read(path, |record| {
            token_set.load_record(&record);
            match record {
                // The input of a later run may have other line numbers.
                Record::Started { .. } => {
                    alive.clear();
                    unknown.clear();
                    totals = None;
                }
                Record::Totals { tokens, digest } => totals = Some((tokens, digest)),
                Record::Token {
                    line,
                    outcome,
                    by_status: is_by_status,
                    ..
                } => {
                    by_status += u64::from(is_by_status);
                    alive.remove(line);
                    unknown.remove(line);
                    let _ = match outcome {
                        Outcome::Live => alive.insert(line),
                        Outcome::Unknown => unknown.insert(line),
                        Outcome::Revoked | Outcome::NotRecognised => false,
                    };
                }
                Record::Ended { .. } => {}
            }
            last = Some(record);
        })?;
        let mut part = Self {
            journal: path.to_owned(),
            shard: scan.header.shard.0,
            started: time(scan.header.created),
            ended: None,
            complete: false,
            in_use: is_in_use,
            input: scan.header.input.clone(),
            header: scan.header,
            lines: None,
            revoked: 0,
            by_status,
            digest: None,
            lost: scan.damaged + u64::from(scan.torn > 0),
            not_recognised: 0,
            alive: 0,
            unknown: 0,
            not_tried: None,
            bad_lines: 0,
            damaged: scan.damaged + u64::from(scan.torn > 0),
            alive_lines: alive,
            unknown_lines: unknown,
        };
        for state in token_set.states() {
            match state {
                State::Revoked => part.revoked += 1,
                State::NotRecognised => part.not_recognised += 1,
                State::Live { .. } => part.alive += 1,
                State::Unknown { .. } => part.unknown += 1,
                State::Pending => {}
            }
        }
        if let Some(Record::Ended {
            at,
            end,
            lines,
            bad_lines,
            not_tried,
        }) = last
        {
            part.ended = Some(time(at));
            part.complete = end == End::Complete;
            part.lines = not_tried.map(|_| lines);
            part.not_tried = not_tried;
            part.bad_lines = bad_lines;
            if let Some((tokens, digest)) = totals {
                part.digest = not_tried.map(|_| digest);
                let found = part.revoked + part.not_recognised + part.alive + part.unknown;
                // A later run replaces damaged records. Removed records only show in the totals.
                part.lost = tokens.saturating_sub(found) + u64::from(scan.torn > 0);
            }
        }
        part.complete &= part.lost == 0;
        Ok(part)
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
            let (first, second) = (&a.header, &b.header);
            let (shard, count) = second.shard;
            let what = if first.shard.1 != count {
                let other = first.shard.1;
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
            } else if a.digest.zip(b.digest).is_some_and(|(a, b)| a != b) {
                "belong to different inputs".to_owned()
            } else {
                continue;
            };
            return Err(refused(a, b, what));
        }
    }
    Ok(())
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    started: Option<&'a str>,
    ended: Option<&'a str>,
    environment: &'a str,
    shards: u32,
    /// Shards without a journal.
    missing_shards: Vec<u32>,
    /// Shards whose last run did not try the whole input.
    incomplete_shards: Vec<u32>,
    /// Whether all shards that read their input to its end read the same number of lines.
    same_input: bool,
    revoked: u64,
    by_status: u64,
    not_recognised: u64,
    alive: Lines,
    unknown: Lines,
    /// `null` if unknown.
    not_tried: Option<u64>,
    bad_lines: u64,
    journals: &'a [ShardReport],
    exit_code: u8,
}

impl<'a> Report<'a> {
    fn new(parts: &'a [ShardReport]) -> Self {
        let sum = |count: fn(&ShardReport) -> u64| parts.iter().map(count).sum();
        let shards = parts.first().map_or(1, |part| part.header.shard.1);
        let missing: Vec<u32> = (0..shards)
            .filter(|shard| parts.iter().all(|part| part.shard != *shard))
            .collect();
        let lines = |count: u64, set: fn(&ShardReport) -> &RoaringTreemap| {
            let all = parts
                .iter()
                .map(set)
                .fold(RoaringTreemap::new(), |a, b| a | b);
            Lines {
                count,
                ..Lines::new(&all)
            }
        };
        let not_tried = if missing.is_empty() {
            parts.iter().map(|part| part.not_tried).sum()
        } else {
            None
        };
        let mut read = parts.iter().filter_map(|part| part.lines);
        let first = read.next();
        let mut report = Self {
            started: parts.iter().map(|part| &*part.started).min(),
            ended: parts.iter().filter_map(|part| part.ended.as_deref()).max(),
            environment: parts.first().map_or("", |part| &part.header.environment),
            shards,
            missing_shards: missing,
            incomplete_shards: parts
                .iter()
                .filter(|part| !part.complete)
                .map(|part| part.shard)
                .collect(),
            same_input: read.all(|lines| Some(lines) == first),
            revoked: sum(|part| part.revoked),
            by_status: sum(|part| part.by_status),
            not_recognised: sum(|part| part.not_recognised),
            alive: lines(sum(|part| part.alive), |part| &part.alive_lines),
            unknown: lines(sum(|part| part.unknown), |part| &part.unknown_lines),
            not_tried,
            // Each shard reads the same input and skips the same lines.
            bad_lines: parts.iter().map(|part| part.bad_lines).max().unwrap_or(0),
            journals: parts,
            exit_code: 0,
        };
        report.exit_code = report.exit().code();
        report
    }

    fn exit(&self) -> Exit {
        exit::of_many([
            self.alive.count > 0 || self.not_tried != Some(0) || !self.incomplete_shards.is_empty(),
            self.unknown.count > 0,
            self.bad_lines > 0 || !self.same_input,
            self.not_recognised > 0,
        ])
    }

    fn text(&self) -> String {
        let mut text = String::from("Token revocation, merged from journals\n");
        let mut row = |name: &str, value: &str| {
            let _ = writeln!(text, "  {name:<15} {value}");
        };
        row("started", self.started.unwrap_or("?"));
        row("ended", self.ended.unwrap_or("not yet"));
        row("environment", self.environment);
        row("shards", &self.shards.to_string());
        if !self.missing_shards.is_empty() {
            row("missing shards", &shard_ranges(&self.missing_shards));
        }
        if !self.incomplete_shards.is_empty() {
            row("incomplete", &shard_ranges(&self.incomplete_shards));
        }
        row("revoked", &self.revoked.to_string());
        if self.by_status > 0 {
            row(
                "by status alone",
                &format!("{} of the revoked", self.by_status),
            );
            row("note", NOT_CONFIRMED);
        }
        row("not recognised", &self.not_recognised.to_string());
        row("still alive", &self.alive.text());
        row("unknown", &self.unknown.text());
        let not_tried = self.not_tried.map(|count| count.to_string());
        row(
            "not tried",
            not_tried.as_deref().unwrap_or("an unknown number"),
        );
        row("bad lines", &self.bad_lines.to_string());
        if !self.same_input {
            row("note", "the shards read inputs of different lengths");
        }
        for part in self.journals {
            let state = match (part.complete, part.in_use, &part.ended) {
                (_, true, _) => "a run is in progress",
                (true, ..) => "complete",
                (false, _, Some(_)) if part.lost > 0 => "incomplete",
                (false, _, Some(_)) => "ended early",
                (false, _, None) => "did not end",
            };
            let damaged = match part.damaged.max(part.lost) {
                0 => String::new(),
                count => format!(", damaged or lost records: {count}"),
            };
            row(
                &format!("shard {}/{}", part.shard, self.shards),
                &format!("{state}{damaged}: {}", part.journal.display()),
            );
        }
        text.truncate(text.trim_end().len());
        text
    }
}

fn shard_ranges(shards: &[u32]) -> String {
    let shards: RoaringTreemap = shards.iter().copied().map(u64::from).collect();
    ranges::text(&shards, usize::MAX)
}
