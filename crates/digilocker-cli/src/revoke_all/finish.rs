//! The end of a run: the last records of the journal, the lists of lines, the summary and the exit code.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use roaring::RoaringTreemap;

use super::pass::{Ending, StopReason};
use super::progress::Progress;
use super::ranges;
use super::shard::Shard;
use super::summary::{Lines, Summary, time};
use super::tally::Tally;
use super::{Args, cannot_write, input_name};
use crate::exit::{Exit, Failure};
use crate::journal::{self, End, Journal, Record};
use crate::shell;

pub(crate) async fn finish(
    args: &Args,
    shard: Shard,
    started: u32,
    tally: &Tally,
    ending: &Ending,
    journal: Option<Journal>,
    progress: &Progress,
) -> Result<Exit, Failure> {
    let mut failed = None;
    if let (Some(journal), Some(path)) = (journal, &args.journal)
        && let Err(error) = end_journal(journal, tally, ending).await
    {
        failed = Some(cannot_write(path, &error).message);
    }
    let mut summary = summary(args, shard, started, tally, ending);
    for (lines, list, name) in [
        (&tally.alive, &mut summary.alive, "alive"),
        (&tally.unknown, &mut summary.unknown, "unknown"),
        (&tally.bad, &mut summary.bad_lines, "bad"),
    ] {
        if let Some(journal) = &args.journal {
            match Lines::with_file(lines, &journal::sibling(journal, name)) {
                Ok(with_file) => *list = with_file,
                Err(error) => {
                    failed.get_or_insert_with(|| {
                        format!("cannot write the list of lines `{name}`: {error}")
                    });
                }
            }
        }
    }
    let exit = match ending.stop {
        Some(StopReason::JournalFailed(_) | StopReason::InputFailed(_)) => Exit::Io,
        _ if failed.is_some() => Exit::Io,
        Some(StopReason::Interrupted | StopReason::Aborted) => Exit::Interrupted,
        Some(StopReason::ServerRefused(_)) | None => summary.exit(),
    };
    summary.notes.extend(failed);
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
    started: u32,
    tally: &Tally,
    ending: &Ending,
) -> Result<Exit, Failure> {
    let mut summary = summary(args, shard, started, tally, ending);
    if ending.stop.is_none() {
        summary.end = "dry run";
    }
    let exit = match ending.stop {
        Some(StopReason::InputFailed(_)) => Exit::Io,
        Some(_) => Exit::Interrupted,
        None if summary.bad_lines.count > 0 => Exit::Io,
        None => Exit::Success,
    };
    summary.exit_code = exit.code();
    summary.write(args.json)?;
    Ok(exit)
}

async fn end_journal(mut journal: Journal, tally: &Tally, ending: &Ending) -> io::Result<()> {
    journal.append(&tally.totals())?;
    journal.append(&Record::Ended {
        at: journal::now(),
        end: if ending.stop.is_none() {
            End::Complete
        } else {
            End::Early
        },
        lines: ending.lines.unwrap_or(0),
        bad_lines: tally.bad.len(),
        not_tried: not_tried(tally, ending),
    })?;
    journal.sync().await
}

fn summary(args: &Args, shard: Shard, started: u32, tally: &Tally, ending: &Ending) -> Summary {
    let counts = &tally.counts;
    let (end, reason) = end_and_reason(args, ending);
    let lines = |lines: &RoaringTreemap| Lines::new(lines);
    let (left_alive, left_unknown) = match ending.lines {
        Some(_) => tally.left_in_journal(),
        None => (0, 0),
    };
    let left_in_journal = left_alive + left_unknown;
    Summary {
        started: time(started),
        ended: time(journal::now()),
        environment: args.connection.identity().0,
        input: input_name(&args.input),
        lines: ending.lines,
        shard: shard.to_string(),
        journal: args.journal.clone(),
        end,
        reason,
        revoked: counts.revoked,
        not_recognised: counts.not_recognised,
        by_status: counts.by_status,
        before: counts.before,
        alive: lines(&tally.alive),
        unknown: lines(&tally.unknown),
        not_tried: not_tried(tally, ending),
        bad_lines: lines(&tally.bad),
        duplicates: counts.duplicates,
        other_shards: counts.other_shards,
        changed_lines: tally.changed.len(),
        left_in_journal,
        left_alive,
        rounds: ending.rounds,
        notes: notes(tally, ending, left_in_journal),
        exit_code: 0,
    }
}

/// `None` if unknown.
fn not_tried(tally: &Tally, ending: &Ending) -> Option<u64> {
    let is_known = ending.lines.is_some() && !ending.size_changed;
    is_known.then_some(tally.counts.not_tried)
}

/// How the run ended, and why.
fn end_and_reason(args: &Args, ending: &Ending) -> (&'static str, Option<String>) {
    match &ending.stop {
        None => ("complete", None),
        Some(StopReason::Interrupted) => ("interrupted", None),
        Some(StopReason::Aborted) => {
            let reason = "the calls in flight were dropped";
            ("interrupted", Some(reason.to_owned()))
        }
        Some(StopReason::ServerRefused(text)) => ("stopped", Some(text.clone())),
        Some(StopReason::JournalFailed(error)) => {
            let path = args.journal.as_deref();
            ("failed", path.map(|path| cannot_write(path, error).message))
        }
        Some(StopReason::InputFailed(error)) => {
            ("failed", Some(format!("cannot read the input: {error}")))
        }
    }
}

/// For responses whose body does not confirm the revocation.
pub(crate) const NOT_CONFIRMED: &str = "some response bodies do not confirm the revocation: check that the responses come from the server, not from a gateway";

fn notes(tally: &Tally, ending: &Ending, left_in_journal: u64) -> Vec<String> {
    let mut notes = Vec::new();
    if ending.size_changed {
        notes.push(
            "the size of the input changed while it was read: run again to revoke the rest"
                .to_owned(),
        );
    }
    if !tally.changed.is_empty() {
        notes.push(format!(
            "the input changed while it was read: lines that now have a different token: {}",
            ranges::text(&tally.changed, 20)
        ));
    }
    if tally.counts.by_status > 0 {
        notes.push(NOT_CONFIRMED.to_owned());
    }
    if left_in_journal > 0 {
        notes.push(format!(
            "tokens that are alive or unknown in the journal and missing from this input: {left_in_journal}"
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
