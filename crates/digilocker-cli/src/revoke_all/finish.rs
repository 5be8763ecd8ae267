//! The end of a run: the end in the journal, the summary and the exit code.

use std::path::Path;

use serde_json::json;

use super::args::Args;
use super::run::{Ending, Run, StopReason};
use super::shard::Shard;
use super::tally::Tally;
use crate::exit::{Exit, Failure};
use crate::journal;
use crate::journal::query::{End, Results};
use crate::shell;
use crate::summary::{self, Summary, time};

pub(super) fn finish(run: Run<'_>) -> Result<Exit, Failure> {
    let Run { args, progress, .. } = run;
    let (tally, ending) = (&run.tally.into_inner(), &run.ending.into_inner());
    let mut journal = run.journal.into_inner();
    progress.finish();
    let (end, reason) = end_and_reason(tally, ending);
    let mut notes = notes(tally, ending);
    let result = journal.end(&End {
        complete: end == "complete",
        lines: ending.lines,
        not_tried: not_tried(tally, ending),
        digest: tally.digest,
    });
    let is_recorded = result.is_ok();
    notes.extend(result.err().map(|failure| failure.text()));
    let counts = &tally.counts;
    let mut results = journal.results().unwrap_or_else(|failure| {
        notes.push(failure.text());
        Results::default()
    });
    journal.close();
    results.revoked = counts.revoked;
    results.by_status = counts.by_status;
    results.not_recognised = counts.not_recognised;
    results.live.count = counts.live;
    results.unknown.count = counts.unknown;
    results.bad_lines.count = counts.bad_lines;
    results.not_tried = not_tried(tally, ending);
    let (left_live, left_unknown) = left_in_journal(tally, ending);
    let is_before = counts.not_recognised_before > 0;
    let beside = [left_live > 0, left_unknown > 0, false, is_before];
    let exit = match end {
        "failed" => Exit::Io,
        _ if !is_recorded => Exit::Io,
        "interrupted" => Exit::Interrupted,
        "complete" if args.dry_run && counts.bad_lines == 0 => Exit::Success,
        "complete" if args.dry_run => Exit::Io,
        _ => summary::exit(&results, beside),
    };

    let mut summary = Summary::new("Token revocation");
    summary.add("started", time(run.started));
    summary.add("ended", time(journal::now()));
    summary.add("environment", args.connection.environment().to_string());
    summary.add("input", args.input_name());
    summary.add("lines", ending.lines);
    summary.add("shard", args.shard.unwrap_or(Shard::WHOLE).to_string());
    let journal = args.journal.as_ref();
    summary.add("journal", journal.map(|path| path.display().to_string()));
    let is_dry_run = args.dry_run && end == "complete";
    let end = if is_dry_run { "dry run" } else { end };
    let why = reason.iter().map(|reason| format!(": {reason}"));
    summary.row("end", &format!("{end}{}", why.collect::<String>()));
    summary.value("end", end);
    summary.value("reason", reason);
    summary.results(&results);
    let (revoked, not_recognised) = (counts.revoked_before, counts.not_recognised_before);
    let before = json!({"revoked": revoked, "not_recognised": not_recognised});
    summary.value("before", before);
    if revoked + not_recognised > 0 {
        let text = format!("{revoked} revoked, {not_recognised} not recognised: not sent again");
        summary.row("earlier runs", &text);
    }
    summary.add("duplicates", counts.duplicates);
    summary.value("other_shards", counts.other_shards);
    if counts.other_shards > 0 {
        summary.row("other shards", &format!("{} lines", counts.other_shards));
    }
    summary.value("changed_tokens", counts.changed);
    summary.value("left_in_journal", left_live + left_unknown);
    summary.value("rounds", ending.rounds);
    for note in &notes {
        summary.row("note", note);
    }
    summary.value("notes", notes);
    summary.print(args.json, exit)?;
    if !args.dry_run && !matches!(exit, Exit::Success | Exit::NotRecognised) {
        progress.note(&resume_hint(args));
    }
    Ok(match exit {
        Exit::Interrupted => exit,
        _ if progress.is_broken() => Exit::Io,
        _ => exit,
    })
}

/// `None` if unknown.
fn not_tried(tally: &Tally, ending: &Ending) -> Option<i64> {
    let is_known = ending.lines.is_some() && !ending.size_changed;
    is_known.then_some(tally.counts.not_tried)
}

fn left_in_journal(tally: &Tally, ending: &Ending) -> (i64, i64) {
    // Before the end of the input, they may be in the rest of it.
    let known = ending.lines.map(|_| tally.left_in_journal());
    known.unwrap_or_default()
}

/// How the run ended, and why: `complete`, `interrupted`, `stopped` or `failed`.
fn end_and_reason(tally: &Tally, ending: &Ending) -> (&'static str, Option<String>) {
    match &ending.stop {
        None if tally.is_empty() => ("failed", Some("the input has no token".to_owned())),
        None => ("complete", None),
        Some(StopReason::Interrupted) => ("interrupted", None),
        Some(StopReason::Aborted) => {
            let reason = "the calls in flight were dropped";
            ("interrupted", Some(reason.to_owned()))
        }
        Some(StopReason::ServerRefused(text)) => ("stopped", Some(text.clone())),
        Some(StopReason::JournalFailed(failure)) => ("failed", Some(failure.text())),
        Some(StopReason::InputFailed(error)) => {
            ("failed", Some(format!("cannot read the input: {error}")))
        }
    }
}

fn notes(tally: &Tally, ending: &Ending) -> Vec<String> {
    let mut notes = Vec::new();
    if ending.size_changed {
        let text = "the size of the input changed while it was read: run again to revoke the rest";
        notes.push(text.to_owned());
    }
    if tally.counts.changed > 0 {
        notes.push(format!(
            "the input changed while it was read: tokens to retry that are missing now: {}",
            tally.counts.changed
        ));
    }
    let (live, unknown) = left_in_journal(tally, ending);
    if live + unknown > 0 {
        notes.push(format!(
            "tokens that are live or unknown in the journal and missing from this input: {}",
            live + unknown
        ));
    }
    notes
}

fn resume_hint(args: &Args) -> String {
    if args.journal.is_none() {
        return "to resume: run the same command again; with `--journal`, finished tokens would not be \
                sent again"
            .to_owned();
    }
    let mut command = String::from("to resume");
    if args.input == Path::new("-") {
        command.push_str(", with the same standard input");
    }
    command.push_str(": digilocker");
    for argument in std::env::args_os().skip(1) {
        command.push(' ');
        command.push_str(&shell::word(&argument.to_string_lossy()));
    }
    if !args.resume {
        command.push_str(" --resume");
    }
    command
}
