//! The end of a run: its last record, its lists of lines, its statement and its exit code.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use roaring::RoaringTreemap;

use super::pass::{Ending, Stop};
use super::progress::Progress;
use super::ranges;
use super::shard::Shard;
use super::statement::{Lines, Statement, time};
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
    let mut statement = statement(args, shard, started, tally, ending);
    for (lines, list, name) in [
        (&tally.alive, &mut statement.alive, "alive"),
        (&tally.unknown, &mut statement.unknown, "unknown"),
        (&tally.bad, &mut statement.bad_lines, "bad"),
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
        Some(Stop::Journal(_) | Stop::Input(_)) => Exit::Io,
        _ if failed.is_some() => Exit::Io,
        Some(Stop::Interrupted | Stop::AtOnce) => Exit::Interrupted,
        Some(Stop::Refused(_)) | None => statement.exit(),
    };
    statement.notes.extend(failed);
    statement.exit_code = exit.code();
    statement.write(args.json)?;
    if !matches!(exit, Exit::Success | Exit::NotRecognised) {
        progress.note(&how_to_go_on(args));
    }
    Ok(match exit {
        Exit::Interrupted => exit,
        _ if progress.is_broken() => Exit::Io,
        _ => exit,
    })
}

/// `--dry-run`: nothing was sent, and what is not tried is what would be.
pub(crate) fn dry_run(
    args: &Args,
    shard: Shard,
    started: u32,
    tally: &Tally,
    ending: &Ending,
) -> Result<Exit, Failure> {
    let mut statement = statement(args, shard, started, tally, ending);
    if ending.stop.is_none() {
        statement.end = "dry run";
    }
    let exit = match ending.stop {
        Some(Stop::Input(_)) => Exit::Io,
        Some(_) => Exit::Interrupted,
        None if statement.bad_lines.count > 0 => Exit::Io,
        None => Exit::Success,
    };
    statement.exit_code = exit.code();
    statement.write(args.json)?;
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

fn statement(args: &Args, shard: Shard, started: u32, tally: &Tally, ending: &Ending) -> Statement {
    let counts = &tally.counts;
    let (end, reason) = end(args, ending);
    let lines = |lines: &RoaringTreemap| Lines::new(lines);
    let (left_alive, left_unknown) = match ending.lines {
        Some(_) => tally.left_in_journal(),
        None => (0, 0),
    };
    let left_in_journal = left_alive + left_unknown;
    Statement {
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

/// `None` if it is not known.
fn not_tried(tally: &Tally, ending: &Ending) -> Option<u64> {
    let is_known = ending.lines.is_some() && !ending.size_changed;
    is_known.then_some(tally.counts.not_tried)
}

/// How the run ended, and why.
fn end(args: &Args, ending: &Ending) -> (&'static str, Option<String>) {
    match &ending.stop {
        None => ("complete", None),
        Some(Stop::Interrupted) => ("interrupted", None),
        Some(Stop::AtOnce) => {
            let reason = "the calls in flight were cut off";
            ("interrupted", Some(reason.to_owned()))
        }
        Some(Stop::Refused(text)) => ("stopped", Some(text.clone())),
        Some(Stop::Journal(error)) => {
            let path = args.journal.as_deref();
            ("failed", path.map(|path| cannot_write(path, error).message))
        }
        Some(Stop::Input(error)) => ("failed", Some(format!("cannot read the input: {error}"))),
    }
}

/// Of responses whose body does not say that the token was revoked.
pub(crate) const BY_STATUS: &str = "some tokens are revoked by the status alone: check that a gateway does not answer for the server";

fn notes(tally: &Tally, ending: &Ending, left_in_journal: u64) -> Vec<String> {
    let mut notes = Vec::new();
    if ending.size_changed {
        notes.push(
            "the input changed its size while it was read: run again for the rest".to_owned(),
        );
    }
    if !tally.changed.is_empty() {
        notes.push(format!(
            "the input changed while it was read: lines that had another token later: {}",
            ranges::text(&tally.changed, 20)
        ));
    }
    if tally.counts.by_status > 0 {
        notes.push(BY_STATUS.to_owned());
    }
    if left_in_journal > 0 {
        notes.push(format!(
            "alive or unknown by the journal, and not in this input: {left_in_journal}"
        ));
    }
    if let Some(wait) = ending.server_wait {
        notes.push(format!(
            "the server asks to wait {} s: run again after that",
            wait.as_secs()
        ));
    }
    notes
}

fn how_to_go_on(args: &Args) -> String {
    if args.journal.is_none() {
        return "to go on: run the same command again; with `--journal`, what is done would not be \
                sent again"
            .to_owned();
    }
    let mut command = String::from("to go on");
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

/// As a shell reads it.
fn quoted(argument: &OsString) -> String {
    let text = argument.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.into_owned()
    } else {
        shell::quote(&text)
    }
}
