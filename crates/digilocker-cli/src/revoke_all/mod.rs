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

use serde_json::json;
use sha2::{Digest, Sha256};

pub(crate) use self::args::Args;
use self::input::{Feed, Format, Input, Item};
use self::progress::Progress;
use self::run::{Ending, Run};
use self::shard::Shard;
use self::tally::Tally;
use self::token_set::TokenSet;
use crate::exit::{Exit, Failure};
use crate::interrupt;
use crate::journal::key::Key;
use crate::journal::{self, Writer};
use crate::runtime::block_on;
use crate::summary::numbers;

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    // A dry run needs no secret.
    let client = (!args.dry_run)
        .then(|| args.connection.client())
        .transpose()?;
    let format = Format::new(&args.input, args.format, &args.column, args.delimiter)?;
    let mut input = Input::open(&args.input, format)?;
    let started = journal::now();
    let mut progress = Progress::new(input.bytes(), args.connection.verbose);
    // Until signals are handled, they end the process.
    let cannot_read = |error| Failure::io(format!("cannot read the input: {error}"));
    let mut kept = None;
    if args.strict {
        let (bad, feed) = bad_lines(&mut input, &mut progress).map_err(cannot_read)?;
        if !bad.is_empty() {
            let message = format!("nothing was sent: bad lines: {}", numbers(&bad));
            return Err(Failure::io(message).help("fix them, or omit `--strict` to skip them"));
        }
        kept = feed;
    }
    let feed = kept.map_or_else(|| input.read(), Ok);
    let mut feed = feed.map_err(cannot_read)?;
    block_on(async {
        let mut interrupts = interrupt::listen()?;
        let (journal, tally) = open_journal(args)?;
        let mut run = Run {
            args,
            started,
            progress,
            journal,
            tally,
            ending: Ending::default(),
            signals: 0,
        };
        match client {
            Some(client) => rounds::run(&mut run, &client, feed, &input, &mut interrupts).await,
            None => run.count_remaining(&mut feed, &mut interrupts).await,
        }
        finish::finish(run)
    })
}

/// Reads the whole input. Returns the bad lines, and the tokens of a stream, which cannot be read again.
fn bad_lines(input: &mut Input, progress: &mut Progress) -> io::Result<(Vec<i64>, Option<Feed>)> {
    let mut lines = input.lines()?;
    let (mut kept, mut bad) = (Vec::new(), Vec::new());
    while let Some((line, token)) = lines.next()? {
        match token {
            Ok(token) if input.is_stream() => kept.push(Item::Line(line, Ok(token))),
            Ok(_) => {}
            Err(reason) => {
                bad.push(line);
                progress.bad_line(line, &reason);
            }
        }
    }
    let kept = input.is_stream().then(|| Feed::of(kept, lines.count()));
    Ok((bad, kept))
}

fn open_journal(args: &Args) -> Result<(Writer, Tally), Failure> {
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    // A journal may become part of an incident report: without the client id itself.
    let client_id = args.connection.client_id.as_deref();
    let client = client_id.and_then(|id| {
        let digest = Sha256::digest(id);
        let first = digest.first_chunk()?;
        Some(format!("{:08x}", u32::from_be_bytes(*first)))
    });
    let settings = json!({
        "environment": args.connection.env.to_string(),
        "client": client,
        "shard": shard.index,
        "shards": shard.count,
        "input": args.input_name(),
    });
    let mut tokens = TokenSet::new();
    let load = |hash, outcome| {
        tokens.entry(hash).insert_entry(Some(outcome));
    };
    let (journal, key) = match &args.journal {
        Some(path) if !args.dry_run || path.exists() => {
            journal::open(path, args.resume, args.dry_run, settings, load)?
        }
        _ => journal::in_memory(&settings, Key::random()?)?,
    };
    Ok((journal, Tally::new(key, shard, tokens)))
}
