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
    let mut feed = if args.strict {
        read_strictly(&mut input, &mut progress)?
    } else {
        input.read().map_err(cannot_read)?
    };
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

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn cannot_read(error: io::Error) -> Failure {
    Failure::io(format!("cannot read the input: {error}"))
}

/// Reads the whole input. Fails if a line is bad.
fn read_strictly(input: &mut Input, progress: &mut Progress) -> Result<Feed, Failure> {
    let mut lines = input.lines().map_err(cannot_read)?;
    let (mut kept, mut bad) = (Vec::new(), Vec::new());
    while let Some((line, token)) = lines.next().map_err(cannot_read)? {
        match token {
            Ok(token) if input.is_stream() => kept.push(Item::Line(line, Ok(token))),
            Ok(_) => {}
            Err(reason) => {
                bad.push(line);
                progress.bad_line(line, &reason);
            }
        }
    }
    if !bad.is_empty() {
        let message = format!("nothing was sent: bad lines: {}", numbers(&bad));
        return Err(Failure::io(message).help("fix them, or omit `--strict` to skip them"));
    }
    if input.is_stream() {
        return Ok(Feed::of(kept, lines.count()));
    }
    input.read().map_err(cannot_read)
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
