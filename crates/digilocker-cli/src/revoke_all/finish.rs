//! The end of a run: the end in the journal, the summary and the exit code.

use std::ffi::OsString;
use std::path::Path;

use super::pass::{Ending, StopReason};
use super::progress::Progress;
use super::shard::Shard;
use super::summary::{Before, Lines, Results, Summary, time};
use super::tally::Tally;
use super::{Args, input_name};
use crate::exit::{Exit, Failure};
use crate::journal::{self, End, Journal, Lists};
use crate::shell;

pub(crate) fn finish(
    args: &Args,
    shard: Shard,
    started: i64,
    tally: &Tally,
    ending: &Ending,
    mut journal: Journal,
    progress: &Progress,
) -> Result<Exit, Failure> {
    let end = End {
        is_complete: ending.stop.is_none() && !tally.is_empty(),
        lines: ending.lines,
        bad_lines: tally.counts.bad_lines,
        not_tried: not_tried(tally, ending),
        digest: tally.digest,
    };
    let failed = journal.end(&end).err();
    let mut summary = summary(args, shard, started, tally, ending, &journal);
    journal.close();
    let exit = match ending.stop {
        Some(StopReason::JournalFailed(_) | StopReason::InputFailed(_)) => Exit::Io,
        _ if failed.is_some() => Exit::Io,
        Some(StopReason::Interrupted | StopReason::Aborted) => Exit::Interrupted,
        None if tally.is_empty() => Exit::Io,
        Some(StopReason::ServerRefused(_)) | None => summary.exit(),
    };
    summary.notes.extend(failed.map(|failure| failure.text()));
    summary.exit_code = exit.code();
    summary.write(args.json)?;
    if !matches!(exit, Exit::Success | Exit::NotRecognised) {
        progress.note(&resume_hint(args));
    }
    Ok(match exit {
        Exit::Interrupted => exit,
        _ if progress.is_broken() => Exit::Io,
        _ => exit,
    })
}

/// The end of `--dry-run`: the tokens that would be sent are reported as not tried.
pub(crate) fn dry_run(
    args: &Args,
    shard: Shard,
    started: i64,
    tally: &Tally,
    ending: &Ending,
    journal: &Journal,
) -> Result<Exit, Failure> {
    let mut summary = summary(args, shard, started, tally, ending, journal);
    if summary.end == "complete" {
        summary.end = "dry run";
    }
    let exit = match ending.stop {
        Some(StopReason::Interrupted) => Exit::Interrupted,
        None if summary.end == "dry run" && tally.counts.bad_lines == 0 => Exit::Success,
        _ => Exit::Io,
    };
    summary.exit_code = exit.code();
    summary.write(args.json)?;
    Ok(exit)
}

fn summary(
    args: &Args,
    shard: Shard,
    started: i64,
    tally: &Tally,
    ending: &Ending,
    journal: &Journal,
) -> Summary {
    let counts = &tally.counts;
    let (end, reason) = match &ending.stop {
        None if tally.is_empty() => ("failed", Some("the input has no token".to_owned())),
        None => ("complete", None),
        Some(stop) => end_and_reason(stop),
    };
    let (left_live, left_unknown) = match ending.lines {
        Some(_) => tally.left_in_journal(),
        None => (0, 0),
    };
    let mut notes = notes(tally, ending, left_live + left_unknown);
    let lists = journal.lists().unwrap_or_else(|failure| {
        notes.push(failure.text());
        Lists::default()
    });
    Summary {
        started: time(started),
        ended: time(journal::now()),
        environment: args.connection.environment().to_string(),
        input: input_name(&args.input),
        lines: ending.lines,
        shard: shard.to_string(),
        journal: args.journal.clone(),
        end,
        reason,
        results: Results {
            revoked: counts.revoked,
            by_status: counts.by_status,
            not_recognised: counts.not_recognised,
            live: Lines::new(counts.live, lists.live),
            unknown: Lines::new(counts.unknown, lists.unknown),
            not_tried: not_tried(tally, ending),
            bad_lines: Lines::new(counts.bad_lines, lists.bad_lines),
            reasons: lists.reasons,
        },
        before: Before {
            revoked: counts.revoked_before,
            not_recognised: counts.not_recognised_before,
        },
        duplicates: counts.duplicates,
        other_shards: counts.other_shards,
        changed_tokens: counts.changed,
        left_in_journal: left_live + left_unknown,
        left_live,
        rounds: ending.rounds,
        notes,
        exit_code: 0,
    }
}

/// `None` if unknown.
fn not_tried(tally: &Tally, ending: &Ending) -> Option<u64> {
    let is_known = ending.lines.is_some() && !ending.size_changed;
    is_known.then_some(tally.counts.not_tried)
}

/// How a run was stopped, and why.
fn end_and_reason(stop: &StopReason) -> (&'static str, Option<String>) {
    match stop {
        StopReason::Interrupted => ("interrupted", None),
        StopReason::Aborted => {
            let reason = "the calls in flight were dropped";
            ("interrupted", Some(reason.to_owned()))
        }
        StopReason::ServerRefused(text) => ("stopped", Some(text.clone())),
        StopReason::JournalFailed(failure) => ("failed", Some(failure.text())),
        StopReason::InputFailed(error) => {
            ("failed", Some(format!("cannot read the input: {error}")))
        }
    }
}

fn notes(tally: &Tally, ending: &Ending, left_in_journal: u64) -> Vec<String> {
    let mut notes = Vec::new();
    if ending.size_changed {
        notes.push(
            "the size of the input changed while it was read: run again to revoke the rest"
                .to_owned(),
        );
    }
    if tally.counts.changed > 0 {
        notes.push(format!(
            "the input changed while it was read: tokens to retry that are missing now: {}",
            tally.counts.changed
        ));
    }
    if left_in_journal > 0 {
        notes.push(format!(
            "tokens that are live or unknown in the journal and missing from this input: {left_in_journal}"
        ));
    }
    if let Some(wait) = ending.server_wait {
        notes.push(format!(
            "the server asked to wait {} s: run again after that",
            wait.as_secs()
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
        command.push_str(&quoted(&argument));
    }
    if !args.resume {
        command.push_str(" --resume");
    }
    command
}

/// Quotes an argument for a shell if necessary.
fn quoted(argument: &OsString) -> String {
    let text = argument.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.into_owned()
    } else {
        shell::quote(&text)
    }
}
