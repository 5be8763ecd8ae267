//! `digilocker revoke-all`: many tokens.

pub(crate) mod finish;
mod input;
mod pace;
mod pass;
mod progress;
pub(crate) mod ranges;
mod rounds;
pub(crate) mod seen;
mod shard;
pub(crate) mod statement;
mod tally;

use std::path::{Path, PathBuf};
use std::time::Duration;

use digilocker::{Token, TokenTypeHint};
use roaring::RoaringTreemap;

use self::input::{Format, Input, Item, Line};
use self::pace::{Pace, Rate};
use self::pass::Plan;
use self::progress::Progress;
use self::seen::Seen;
use self::shard::{Shard, ShardArg};
use self::tally::Tally;
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
///   digilocker revoke-all --input leak.ndjson --strict --json > statement.json
///   digilocker revoke-all --input - --shard 0/3 < tokens.txt
///   digilocker revoke-all --input tokens.txt --dry-run
///
/// The run can be killed at any time: with `--journal`, the same command with `--resume` goes on.
/// What was revoked or not recognised is not sent again; what was in flight, alive or unknown is.
/// The journal has keyed hashes of tokens, 32 bytes for each result. Its key is in JOURNAL.key; to
/// go on, both are needed. At the end, JOURNAL.alive, JOURNAL.unknown and JOURNAL.bad have the
/// numbers of lines that are left or were skipped.
///
/// Ctrl-C finishes the calls in flight. A second one stops at once, and loses nothing either.
///
/// What failed and may succeed later is tried again after 5, 20 and 80 seconds, or when the server
/// says. A file is read again for that; of standard input, what is left is kept in memory. A token
/// that the input has twice is sent once.
///
/// Memory: at most 32 bytes for each distinct token of the shard, and about 20 MB.
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_help = crate::exit::HELP)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
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

    /// Kind of the tokens: `access_token` or `refresh_token` [default: the server finds out]
    #[arg(long)]
    hint: Option<TokenTypeHint>,

    /// File that records each result, so that `--resume` can go on
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,

    /// Go on with the journal; begin one if there is none
    #[arg(long, requires = "journal")]
    resume: bool,

    /// Only shard I of N, counted from 0; with N alone, I is JOB_COMPLETION_INDEX
    #[arg(long, value_name = "I/N")]
    shard: Option<ShardArg>,

    /// Calls at a time
    #[arg(long, value_name = "N", default_value = "16", value_parser = clap::value_parser!(u16).range(1..=1024))]
    concurrency: u16,

    /// Tokens a second, at most; retries of a call are not counted
    #[arg(long, value_name = "R")]
    rate: Option<Rate>,

    /// Read and check the input and the journal, and send nothing
    #[arg(long)]
    dry_run: bool,

    /// Send nothing if a line is bad; standard input is then held in memory
    #[arg(long)]
    strict: bool,

    /// Print the statement as JSON
    #[arg(long)]
    json: bool,

    /// Seconds before the first further round, for tests
    #[arg(long, hide = true, overrides_with = "round_wait", default_value = "5", value_parser = crate::connection::seconds)]
    round_wait: Duration,

    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let client = args.connection.client()?;
    let plan = Plan {
        client,
        hint: args.hint,
        concurrency: args.concurrency.into(),
        pace: args.rate.and_then(Pace::new),
        round_wait: args.round_wait,
    };
    let shard = args.shard.map_or(Ok(Shard::WHOLE), ShardArg::resolve)?;
    let column = args.column.as_deref();
    let format = match args.format {
        Some(Format::Lines) if column.is_some() => {
            return Err(Failure::usage(
                "`--column` has no meaning with `--format lines`",
            ));
        }
        Some(format) => format,
        None => Format::of(&args.input, column.is_some())?,
    };
    refuse_own_files(args)?;
    let mut input = Input::open(&args.input, format, column)?;
    let started = journal::now();
    block_on(async {
        let mut interrupts = interrupt::listen()?;
        let progress = Progress::new(input.bytes());
        if args.strict {
            let strict = check(&mut input, &progress);
            tokio::select! {
                result = strict => result?,
                () = interrupts.next() => return Err(nothing_sent()),
            }
        }
        if args.dry_run {
            let mut tally = look(args, shard)?;
            let counted = rounds::count(&mut input, &mut tally, &mut interrupts, &progress).await;
            progress.finish();
            return finish::dry_run(args, shard, started, &tally, &counted);
        }
        let (mut journal, mut tally) = begin(args, shard, started)?;
        let ending = rounds::run(
            &plan,
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

/// `--strict`: reads the whole input, before anything is sent.
async fn check(input: &mut Input, progress: &Progress) -> Result<(), Failure> {
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
        "nothing was sent: {} lines are bad: {}",
        bad.len(),
        ranges::text(&bad, usize::MAX)
    ))
    .help("correct them, or leave out `--strict` to skip them"))
}

/// The files of a journal would replace the tokens.
fn refuse_own_files(args: &Args) -> Result<(), Failure> {
    let (Some(journal), Ok(input)) = (&args.journal, args.input.canonicalize()) else {
        return Ok(());
    };
    let lists = ["key", "alive", "unknown", "bad"].map(|name| journal::sibling(journal, name));
    for path in std::iter::once(journal).chain(&lists) {
        if is_same_file(&input, path) {
            return Err(Failure::usage(format!(
                "the input is also `{}`, a file of the journal",
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
        // Hard links too.
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

fn begin(args: &Args, shard: Shard, at: u32) -> Result<(Option<Journal>, Tally), Failure> {
    let mut seen = Seen::new();
    let Some(path) = &args.journal else {
        return Ok((None, Tally::new(Key::random()?, shard, seen)));
    };
    let settings = settings(args, shard);
    let load = |record| seen.load_record(&record);
    let (mut journal, key) = if args.resume {
        journal::resume(path, &settings, load)?
    } else {
        journal::create(path, &settings)?
    };
    journal
        .append(&Record::Started { at })
        .map_err(|error| cannot_write(path, &error))?;
    Ok((Some(journal), Tally::new(key, shard, seen)))
}

/// For `--dry-run`: what [`begin`] would find.
fn look(args: &Args, shard: Shard) -> Result<Tally, Failure> {
    let mut seen = Seen::new();
    let key = match &args.journal {
        None => Key::random()?,
        Some(path) => {
            let load = |record| seen.load_record(&record);
            journal::inspect(path, &settings(args, shard), args.resume, load)?
        }
    };
    Ok(Tally::new(key, shard, seen))
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
