//! `digilocker revoke-all`: revokes many tokens.

pub(crate) mod finish;
mod input;
mod pass;
mod progress;
pub(crate) mod ranges;
mod rate;
mod rounds;
mod shard;
pub(crate) mod summary;
mod tally;
pub(crate) mod token_set;

use std::path::{Path, PathBuf};
use std::time::Duration;

use digilocker::{Token, TokenTypeHint};
use roaring::RoaringTreemap;

use self::input::{Format, Input, Item, Line};
use self::pass::RunConfig;
use self::progress::Progress;
use self::rate::{Rate, RateLimiter};
use self::shard::{Shard, ShardArg};
use self::tally::Tally;
use self::token_set::TokenSet;
use crate::connection::ConnectionArgs;
use crate::exit::{Exit, Failure};
use crate::journal::key::Key;
use crate::journal::{self, Journal, Record, Settings};
use crate::{block_on, interrupt};

/// Revoke many tokens, from a file or standard input
///
/// Examples, with DIGILOCKER_ENV, DIGILOCKER_CLIENT_ID and DIGILOCKER_CLIENT_SECRET set:
///
///   digilocker revoke-all --input tokens.txt --journal run.journal
///   digilocker revoke-all --input tokens.txt --journal run.journal --resume
///   digilocker revoke-all --input leak.csv --column refresh_token --hint refresh_token --rate 50
///   digilocker revoke-all --input leak.ndjson --strict --json > summary.json
///   digilocker revoke-all --input - --shard 0/3 < tokens.txt
///   digilocker revoke-all --input tokens.txt --dry-run
///
/// With `--journal`, a run can be killed at any time and resumed: run the same command with
/// `--resume`. Tokens that were revoked or not recognised are not sent again; tokens that were in
/// flight, alive or unknown are. The journal contains keyed hashes of tokens, 32 bytes for each
/// result. Its key is JOURNAL.key; resuming needs both files. At the end of a run, JOURNAL.alive,
/// JOURNAL.unknown and JOURNAL.bad contain the line numbers of tokens that may be alive and of
/// skipped lines.
///
/// Ctrl-C finishes the calls in flight. A second Ctrl-C stops at once; with a journal, the run can
/// still be resumed.
///
/// Retryable failures are retried after 5, 20 and 80 seconds, or later if the server asks for it.
/// For that, a file is read again; tokens of standard input are kept in memory until they succeed.
/// A duplicate token is sent once.
///
/// Memory: about 20 MB, and at most 32 bytes for each distinct token of the shard.
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_help = crate::exit::HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a command-line flag")]
pub(crate) struct Args {
    /// File with the tokens; `-` for standard input
    #[arg(long, value_name = "FILE")]
    input: PathBuf,

    /// Format of the input [default: by `--column` and the file's extension]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,

    /// Name of the CSV column or JSON member with the token [default: `token`]
    #[arg(long, value_name = "NAME")]
    column: Option<String>,

    /// Kind of the tokens: `access_token` or `refresh_token` [default: no hint]
    #[arg(long)]
    hint: Option<TokenTypeHint>,

    /// File that records each result, for `--resume`
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,

    /// Resume the journal; create it if it does not exist
    #[arg(long, requires = "journal")]
    resume: bool,

    /// Revoke shard I of N only, counted from 0; `N` alone takes I from JOB_COMPLETION_INDEX
    #[arg(long, value_name = "I/N")]
    shard: Option<ShardArg>,

    /// Maximum number of calls in flight
    #[arg(long, value_name = "N", default_value = "16", value_parser = clap::value_parser!(u16).range(1..=1024))]
    concurrency: u16,

    /// Maximum number of tokens per second, not counting retries of a call
    #[arg(long, value_name = "R")]
    rate: Option<Rate>,

    /// Read and validate the input and the journal without sending anything
    #[arg(long)]
    dry_run: bool,

    /// Send nothing if any line is bad; buffers standard input in memory
    #[arg(long)]
    strict: bool,

    /// Print the summary as JSON
    #[arg(long)]
    json: bool,

    /// Seconds before the first retry round, for tests
    #[arg(long, hide = true, overrides_with = "round_wait", default_value = "5", value_parser = crate::connection::seconds)]
    round_wait: Duration,

    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let client = args.connection.client()?;
    let config = RunConfig {
        client,
        hint: args.hint,
        concurrency: args.concurrency.into(),
        rate_limiter: args.rate.and_then(RateLimiter::new),
        round_wait: args.round_wait,
    };
    let shard = args.shard.map_or(Ok(Shard::WHOLE), ShardArg::resolve)?;
    let column = args.column.as_deref();
    let format = match args.format {
        Some(Format::Lines) if column.is_some() => {
            return Err(Failure::usage(
                "`--column` cannot be used with `--format lines`",
            ));
        }
        Some(format) => format,
        None => Format::of(&args.input, column.is_some())?,
    };
    refuse_journal_as_input(args)?;
    let mut input = Input::open(&args.input, format, column)?;
    let started = journal::now();
    block_on(async {
        let mut interrupts = interrupt::listen()?;
        let progress = Progress::new(input.bytes());
        if args.strict {
            let strict = check_strict(&mut input, &progress);
            tokio::select! {
                result = strict => result?,
                () = interrupts.next() => return Err(nothing_sent()),
            }
        }
        if args.dry_run {
            let mut tally = load_read_only(args, shard)?;
            let counted = rounds::count(&mut input, &mut tally, &mut interrupts, &progress).await;
            progress.finish();
            return finish::dry_run(args, shard, started, &tally, &counted);
        }
        let (mut journal, mut tally) = open_or_create(args, shard, started)?;
        let ending = rounds::run(
            &config,
            &mut input,
            &mut tally,
            &mut journal,
            &mut interrupts,
            &progress,
        )
        .await;
        progress.finish();
        finish::finish(args, shard, started, &tally, &ending, journal, &progress).await
    })
}

fn nothing_sent() -> Failure {
    Failure {
        exit: Exit::Interrupted,
        message: "interrupted: nothing was sent".to_owned(),
        help: None,
    }
}

/// `--strict`: validates the whole input before anything is sent.
async fn check_strict(input: &mut Input, progress: &Progress) -> Result<(), Failure> {
    let is_stream = input.is_stream();
    let mut feed =
        (input.read()).map_err(|error| Failure::io(format!("cannot read the input: {error}")))?;
    let mut bad = RoaringTreemap::new();
    let mut tokens: Vec<(u64, Token)> = Vec::new();
    loop {
        match feed.next().await {
            Item::Line(Line::Token(line, token)) => {
                if is_stream {
                    tokens.push((line, token));
                }
            }
            Item::Line(Line::Bad(line, reason)) => {
                bad.insert(line);
                progress.bad_line(line, &reason);
            }
            Item::Failed(error) => {
                return Err(Failure::io(format!("cannot read the input: {error}")));
            }
            Item::End { lines } => {
                if is_stream {
                    input.keep(tokens, lines);
                }
                break;
            }
        }
    }
    if bad.is_empty() {
        return Ok(());
    }
    Err(Failure::io(format!(
        "nothing was sent: bad lines: {}",
        ranges::text(&bad, usize::MAX)
    ))
    .help("fix them, or omit `--strict` to skip them"))
}

/// Refuses a file of the journal as the input: the run would overwrite the tokens.
fn refuse_journal_as_input(args: &Args) -> Result<(), Failure> {
    let (Some(journal), Ok(input)) = (&args.journal, args.input.canonicalize()) else {
        return Ok(());
    };
    let lists = ["key", "alive", "unknown", "bad"].map(|name| journal::sibling(journal, name));
    for path in std::iter::once(journal).chain(&lists) {
        if is_same_file(&input, path) {
            return Err(Failure::usage(format!(
                "the input is `{}`, which is a file of the journal",
                path.display()
            ))
            .help("choose another journal"));
        }
    }
    Ok(())
}

fn is_same_file(input: &Path, path: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(a), Ok(b)) = (input.metadata(), path.metadata()) {
        use std::os::unix::fs::MetadataExt;
        // Also detects hard links.
        return (a.dev(), a.ino()) == (b.dev(), b.ino());
    }
    path.canonicalize().is_ok_and(|path| path == input)
}

fn settings(args: &Args, shard: Shard) -> Settings {
    let (environment, client_id) = args.connection.identity();
    Settings {
        shard: (shard.index, shard.count),
        environment,
        client_id,
        input: input_name(&args.input),
    }
}

fn open_or_create(args: &Args, shard: Shard, at: u32) -> Result<(Option<Journal>, Tally), Failure> {
    let mut token_set = TokenSet::new();
    let Some(path) = &args.journal else {
        return Ok((None, Tally::new(Key::random()?, shard, token_set)));
    };
    let settings = settings(args, shard);
    let load = |record| token_set.load_record(&record);
    let (mut journal, key) = if args.resume {
        journal::resume(path, &settings, load)?
    } else {
        journal::create(path, &settings)?
    };
    journal
        .append(&Record::Started { at })
        .map_err(|error| cannot_write(path, &error))?;
    Ok((Some(journal), Tally::new(key, shard, token_set)))
}

/// `--dry-run`: loads what [`open_or_create`] would load.
fn load_read_only(args: &Args, shard: Shard) -> Result<Tally, Failure> {
    let mut token_set = TokenSet::new();
    let key = match &args.journal {
        None => Key::random()?,
        Some(path) => {
            let load = |record| token_set.load_record(&record);
            journal::inspect(path, &settings(args, shard), args.resume, load)?
        }
    };
    Ok(Tally::new(key, shard, token_set))
}

fn input_name(path: &Path) -> String {
    if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::io(format!(
        "cannot write to the journal `{}`: {error}",
        path.display()
    ))
}
