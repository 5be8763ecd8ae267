//! `digilocker revoke-all`: revokes many tokens.

mod finish;
mod input;
mod pass;
mod progress;
mod rate;
mod rounds;
mod shard;
mod tally;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use digilocker::{Token, TokenTypeHint};
use serde_json::json;
use sha2::{Digest, Sha256};

use self::input::{Feed, Format, Input, Item, Kind, Line};
use self::pass::RunConfig;
use self::progress::Progress;
use self::rate::{Rate, RateLimiter};
use self::shard::Shard;
use self::tally::Tally;
use crate::connection::{self, ConnectionArgs};
use crate::exit::{Exit, Failure};
use crate::journal::{self, Journal};
use crate::summary::numbers;
use crate::{block_on, interrupt};

/// Revoke many tokens, from a file or standard input
///
/// Examples, with DIGILOCKER_ENV, DIGILOCKER_CLIENT_ID and DIGILOCKER_CLIENT_SECRET set:
///
///   digilocker revoke-all --input tokens.txt --journal run.journal
///   digilocker revoke-all --input tokens.txt --journal run.journal --resume
///   digilocker revoke-all --input leak.csv --column refresh_token --hint refresh_token --rate 50
///   digilocker revoke-all --input leak.csv --column refresh_token --column access_token
///   digilocker revoke-all --input leak.ndjson --strict --json > summary.json
///   digilocker revoke-all --input - --shard 0/3 < tokens.txt
///   digilocker revoke-all --input tokens.txt --dry-run
///
/// Input: lines, CSV or NDJSON in UTF-8, or in UTF-16 with a byte order mark. The header line of a CSV
/// file tells the delimiter: comma, semicolon, tab or `|`. Names of columns are found without regard to
/// case. Lines that are not tokens, such as `NULL` or `="…"`, are skipped and reported.
///
/// With `--journal`, a run can be killed at any time and resumed: run the same command with
/// `--resume`. Tokens that were revoked or not recognised are not sent again; tokens that were in
/// flight, live or unknown are. A kill loses at most 64 records and 10 ms of them; their tokens are
/// sent again too. The key of the token hashes is JOURNAL.key; resuming needs both files.
///
/// The journal is an SQLite database. Table `token` has a row for each token that was sent: line, hash,
/// outcome (`revoked`, `not_recognised`, `live`, `unknown`), kind, status, code, cause, attempts, at
/// (Unix time). Table `run` has settings, begin and end of each run; table `bad_line` the skipped lines.
/// Which tokens may still be used, why, and when the last one was revoked:
///
///   sqlite3 run.journal "SELECT line FROM token WHERE outcome IN ('live', 'unknown')"
///   sqlite3 run.journal "SELECT outcome, kind, cause, count(*) FROM token GROUP BY 1, 2, 3"
///   sqlite3 run.journal "SELECT datetime(max(at), 'unixepoch') FROM token WHERE outcome = 'revoked'"
///
/// Ctrl-C finishes the calls in flight. A second Ctrl-C stops at once; with a journal, the run can
/// still be resumed. Errors that affect every token stop a run: refused credentials, TLS, an unknown
/// host name.
///
/// Retryable failures are retried in up to three more rounds, after 5, 20 and 80 seconds, or later if
/// the server asks for it. `--timeout` applies to each round. For a retry, a file is read again; tokens
/// of standard input are kept in memory until they succeed. A duplicate token is sent once.
///
/// Memory: about 20 MB, at most 48 bytes for each distinct token of the shard, and without `--journal`
/// about 200 bytes for each failure.
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_help = connection::help())]
#[expect(clippy::struct_excessive_bools, reason = "each is a command-line flag")]
pub(crate) struct Args {
    /// File with the tokens; `-` for standard input
    #[arg(long, value_name = "FILE")]
    input: PathBuf,

    /// Format of the input [default: by `--column` and the file's extension]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Kind>,

    /// CSV column or JSON member with a token; twice for two tokens of a row [default: `token`]
    #[arg(long, value_name = "NAME")]
    column: Vec<String>,

    /// Delimiter of CSV fields [default: the one that the header line has]
    #[arg(long, value_name = "C", value_parser = input::delimiter)]
    delimiter: Option<u8>,

    /// Kind of the tokens: `access_token` or `refresh_token` [default: no hint]
    #[arg(long)]
    hint: Option<TokenTypeHint>,

    /// SQLite database that records each result, for `--resume` and `digilocker report`
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,

    /// Resume the journal; create it if it does not exist
    #[arg(long, requires = "journal")]
    resume: bool,

    /// Revoke shard I of N only, counted from 0; `N` alone takes I from JOB_COMPLETION_INDEX
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,

    /// Maximum number of calls in flight
    #[arg(long, value_name = "N", default_value = "16", value_parser = clap::value_parser!(u16).range(1..=1024))]
    concurrency: u16,

    /// Maximum number of tokens per second, not counting retries of a call
    #[arg(long, value_name = "R")]
    rate: Option<Rate>,

    /// Read and validate the input and the journal without sending anything; needs no secret
    #[arg(long)]
    dry_run: bool,

    /// Send nothing if any line is bad; buffers standard input in memory
    #[arg(long)]
    strict: bool,

    /// Print the summary as JSON
    #[arg(long)]
    json: bool,

    /// Seconds before the first retry round, for tests
    #[arg(long, hide = true, overrides_with = "round_wait", default_value = "5", value_parser = connection::seconds)]
    round_wait: Duration,

    #[command(flatten)]
    connection: ConnectionArgs,
}

/// A run, and what is known at its start.
pub(crate) struct Context<'a> {
    args: &'a Args,
    shard: Shard,
    started: i64,
}

impl Context<'_> {
    fn input_name(&self) -> String {
        if self.args.input == Path::new("-") {
            "standard input".to_owned()
        } else {
            self.args.input.display().to_string()
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let client = if args.dry_run {
        None
    } else {
        Some(args.connection.client()?)
    };
    let format = Format::new(&args.input, args.format, &args.column, args.delimiter)?;
    let context = Context {
        args,
        shard: args.shard.unwrap_or(Shard::WHOLE),
        started: journal::now(),
    };
    refuse_journal_as_input(args)?;
    let mut input = Input::open(&args.input, format)?;
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
        let (mut journal, mut tally) = open_journal(&context)?;
        let ending = match client {
            None => {
                rounds::count(
                    &mut feed,
                    &mut tally,
                    &mut journal,
                    &mut interrupts,
                    &progress,
                )
                .await
            }
            Some(client) => {
                let config = RunConfig {
                    client,
                    hint: args.hint,
                    concurrency: args.concurrency.into(),
                    rate_limiter: args.rate.and_then(RateLimiter::new),
                    round_wait: args.round_wait,
                };
                rounds::run(
                    &config,
                    feed,
                    &mut input,
                    &mut tally,
                    &mut journal,
                    &mut interrupts,
                    &progress,
                )
                .await
            }
        };
        progress.finish();
        finish::finish(&context, &tally, &ending, journal, &progress)
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

fn open_journal(context: &Context<'_>) -> Result<(Journal, Tally), Failure> {
    let args = context.args;
    // A journal may become part of an incident report: without the client id itself.
    let client = args.connection.client_id().map(|id| {
        let digest = Sha256::digest(id.as_bytes());
        format!(
            "{:08x}",
            u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
        )
    });
    let mut tokens = HashMap::new();
    let options = journal::Options {
        path: args.journal.as_deref(),
        resume: args.resume,
        dry_run: args.dry_run,
        settings: json!({
            "environment": args.connection.environment().to_string(),
            "client": client,
            "shard": context.shard.index,
            "shards": context.shard.count,
            "input": context.input_name(),
        }),
    };
    let (journal, key) = journal::open(options, |hash, outcome| {
        tokens.insert(hash, Some(outcome));
    })?;
    Ok((journal, Tally::new(key, context.shard, tokens)))
}
