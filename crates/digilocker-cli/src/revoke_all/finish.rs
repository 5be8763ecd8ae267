//! The end of a run: the end in the journal, the summary and the exit code.

use serde_json::json;

use super::args::Args;
use super::run::{Run, Stop};
use super::shard::Shard;
use crate::exit::{Exit, Failure};
use crate::journal;
use crate::journal::query::End;
use crate::summary::{self, Summary, time};

pub(super) fn finish(run: Run<'_>) -> Result<Exit, Failure> {
    let (args, tally, mut ending, mut progress) = (run.args, run.tally, run.ending, run.progress);
    progress.finish();
    let (database, written) = run.journal.finish();
    let is_written = written.is_ok();
    if let Err(failure) = written {
        ending.stop = Some((Stop::Failed, Some(failure.text())));
    }
    let counts = &tally.counts;
    let (end, reason) = match ending.stop {
        None if tally.is_empty() => ("failed", Some("the input has no token".to_owned())),
        None if args.dry_run => ("dry run", None),
        None => ("complete", None),
        Some((Stop::Refused, reason)) => ("stopped", reason),
        Some((Stop::Interrupted | Stop::Aborted, reason)) => ("interrupted", reason),
        Some((Stop::Failed, reason)) => ("failed", reason),
    };
    let is_read = ending.lines.is_some();
    let not_tried = (is_read && !ending.size_changed).then_some(counts.not_tried);
    // Before the end of the input, they may be in the rest of it.
    let left = if is_read { tally.left_in_journal() } else { 0 };
    let mut notes = Vec::new();
    if ending.size_changed {
        let text = "the size of the input changed while it was read: run again to revoke the rest";
        notes.push(text.to_owned());
    }
    if left > 0 {
        notes.push(format!(
            "tokens that are live or unknown in the journal and missing from this input: {left}"
        ));
    }
    let end_of_run = End {
        complete: end == "complete",
        lines: ending.lines,
        not_tried,
        digest: tally.digest,
    };
    // After a failure, nothing more is written: it must not hide that records are missing.
    let failed = is_written.then(|| database.end(&end_of_run));
    let failed = failed.and_then(Result::err);
    let is_recorded = failed.is_none();
    let mut results = counts.results.clone();
    let added = database.add_failures(&mut results);
    let failures = failed.into_iter().chain(added.err());
    notes.extend(failures.map(|failure| failure.text()));
    database.close();
    results.not_tried = not_tried;
    let exit = match end {
        _ if end == "failed" || !is_recorded => Exit::Io,
        "interrupted" => Exit::Interrupted,
        "dry run" if results.bad_lines.count == 0 => Exit::Success,
        "dry run" => Exit::Io,
        _ => summary::exit(&results, left > 0, counts.not_recognised_before > 0),
    };

    let mut summary = Summary::new("Token revocation");
    summary.add("started", time(run.started));
    summary.add("ended", time(journal::now()));
    summary.add("environment", args.connection.env.to_string());
    summary.add("input", args.input_name());
    summary.add("lines", ending.lines);
    summary.add("shard", args.shard.unwrap_or(Shard::WHOLE).to_string());
    let journal = args.journal.as_ref();
    summary.add("journal", journal.map(|path| path.display().to_string()));
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
    summary.value("left_in_journal", left);
    summary.value("rounds", ending.rounds);
    for note in &notes {
        summary.row("note", note);
    }
    summary.value("notes", notes);
    summary.print(args.json, exit)?;
    let is_left = end != "complete" || matches!(exit, Exit::Live | Exit::Unknown);
    if is_left && !args.dry_run {
        progress.note(resume_hint(args));
    }
    Ok(match exit {
        Exit::Interrupted => exit,
        _ if progress.is_broken => Exit::Io,
        _ => exit,
    })
}

fn resume_hint(args: &Args) -> &'static str {
    if args.journal.is_some() {
        "to resume: run the same command again with `--resume` and the same input"
    } else {
        "to resume: run the same command again; with `--journal`, finished tokens would not be sent again"
    }
}
