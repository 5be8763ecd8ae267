//! `digilocker revoke-all`: revokes many tokens.

mod args;
mod finish;
mod input;
mod pass;
mod progress;
mod rate;
mod rounds;
mod run;
mod shard;
mod tally;
mod token_set;

use std::io;

use digilocker::Token;
use serde_json::json;
use sha2::{Digest, Sha256};

pub(crate) use self::args::Args;
use self::input::{Feed, Format, Input, Item, Line};
use self::progress::Progress;
use self::run::Run;
use self::shard::Shard;
use self::tally::Tally;
use self::token_set::TokenSet;
use crate::exit::{Exit, Failure};
use crate::interrupt;
use crate::journal::{self, Journal};
use crate::runtime::block_on;
use crate::summary::numbers;

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    // A dry run needs no secret.
    let client = (!args.dry_run)
        .then(|| args.connection.client())
        .transpose()?;
    let format = Format::new(&args.input, args.format, &args.column, args.delimiter)?;
    refuse_journal_as_input(args)?;
    let mut input = Input::open(&args.input, format)?;
    let started = journal::now();
    block_on(async {
        let mut interrupts = interrupt::listen()?;
        let progress = Progress::new(input.bytes(), args.connection.verbose);
        let mut feed = tokio::select! {
            feed = start(args, &mut input, &progress) => feed?,
            () = interrupts.next() => {
                let message = "interrupted: nothing was sent";
                return Err(Failure::new(Exit::Interrupted, message));
            }
        };
        let (journal, tally) = open_journal(args)?;
        let run = Run::new(args, started, progress, journal, tally);
        match client {
            Some(client) => rounds::run(&run, &client, feed, &mut input, &mut interrupts).await,
            None => run.count_remaining(&mut feed, &mut interrupts).await,
        }
        finish::finish(run)
    })
}

/// Starts to read the input. With `--strict`, validates all of it.
async fn start(args: &Args, input: &mut Input, progress: &Progress) -> Result<Feed, Failure> {
    let cannot_read = |error| Failure::io(format!("cannot read the input: {error}"));
    if args.strict {
        let bad = check_strict(input, progress).await.map_err(cannot_read)?;
        if !bad.is_empty() {
            let message = format!("nothing was sent: bad lines: {}", numbers(&bad));
            return Err(Failure::io(message).help("fix them, or omit `--strict` to skip them"));
        }
    }
    let mut feed = input.read().map_err(cannot_read)?;
    feed.start().await.map_err(cannot_read)?;
    Ok(feed)
}

/// Reads the whole input before anything is sent. Returns the bad lines.
async fn check_strict(input: &mut Input, progress: &Progress) -> io::Result<Vec<i64>> {
    let mut feed = input.read()?;
    let mut bad = Vec::new();
    let mut tokens: Vec<(i64, Token)> = Vec::new();
    loop {
        match feed.next().await {
            Item::Line(Line::Token(line, token)) => {
                if input.is_read_once() {
                    tokens.push((line, token));
                }
            }
            Item::Line(Line::Bad(line, reason)) => {
                bad.push(line);
                progress.bad_line(line, &reason);
            }
            Item::Failed(error) => return Err(error),
            Item::End { lines } => {
                if input.is_read_once() {
                    input.keep(tokens, lines);
                }
                return Ok(bad);
            }
        }
    }
}

/// Refuses a file of the journal as the input: the run would overwrite the tokens.
fn refuse_journal_as_input(args: &Args) -> Result<(), Failure> {
    let Some(journal) = &args.journal else {
        return Ok(());
    };
    for suffix in ["", ".key", "-wal", "-shm", "-journal"] {
        let path = journal::sibling(journal, suffix);
        // Also detects hard links.
        if same_file::is_same_file(&args.input, &path).unwrap_or(false) {
            let path = path.display();
            let message = format!("the input is `{path}`, which is a file of the journal");
            return Err(Failure::usage(message).help("choose another journal"));
        }
    }
    Ok(())
}

fn open_journal(args: &Args) -> Result<(Journal, Tally), Failure> {
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    // A journal may become part of an incident report: without the client id itself.
    let client = args.connection.client_id().map(|id| {
        let digest = Sha256::digest(id.as_bytes());
        format!(
            "{:08x}",
            u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
        )
    });
    let mut tokens = TokenSet::new();
    let options = journal::Options {
        path: args.journal.as_deref(),
        resume: args.resume,
        dry_run: args.dry_run,
        settings: json!({
            "environment": args.connection.environment().to_string(),
            "client": client,
            "shard": shard.index,
            "shards": shard.count,
            "input": args.input_name(),
        }),
    };
    let (journal, key) = journal::open(options, |hash, outcome| {
        tokens.entry(hash).insert_entry(Some(outcome));
    })?;
    Ok((journal, Tally::new(key, shard, tokens)))
}
