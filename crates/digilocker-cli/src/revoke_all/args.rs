//! The arguments of `digilocker revoke-all`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use digilocker::TokenTypeHint;

use super::input::{self, Kind};
use super::rate::Rate;
use super::shard::Shard;
use crate::connection::{self, ConnectionArgs};

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
/// The journal is an SQLite database. Table `token` has a row for each token that was sent: line,
/// hash, outcome (`revoked`, `not_recognised`, `live`, `unknown`), kind, status, code, cause,
/// attempts, at (Unix time). Table `run` has settings, begin and end of each run; table `bad_line`
/// the skipped lines. Which tokens may still be used, why, and when the last one was revoked:
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
/// the server asks for it. `--timeout` applies to each round. A duplicate token is sent once.
///
/// Memory: about 20 MB, at most 48 bytes for each distinct token of the shard, and tokens to retry
/// (without `--journal`, all failures).
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_help = connection::help())]
#[expect(clippy::struct_excessive_bools, reason = "each is a command-line flag")]
pub(crate) struct Args {
    /// File with the tokens; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(super) input: PathBuf,

    /// Format of the input [default: by `--column` and the file's extension]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) format: Option<Kind>,

    /// CSV column or JSON member with a token; twice for two tokens of a row [default: `token`]
    #[arg(long, value_name = "NAME")]
    pub(super) column: Vec<String>,

    /// Delimiter of CSV fields [default: the one that the header line has]
    #[arg(long, value_name = "C", value_parser = input::delimiter)]
    pub(super) delimiter: Option<u8>,

    /// Kind of the tokens [default: no hint]
    #[arg(long, value_parser = crate::hint::values())]
    pub(super) hint: Option<TokenTypeHint>,

    /// SQLite database that records each result, for `--resume` and `digilocker report`
    #[arg(long, value_name = "FILE")]
    pub(super) journal: Option<PathBuf>,

    /// Resume the journal; create it if it does not exist
    #[arg(long, requires = "journal")]
    pub(super) resume: bool,

    /// Revoke shard I of N only, counted from 0; `N` alone takes I from JOB_COMPLETION_INDEX
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<Shard>,

    /// Maximum number of calls in flight
    #[arg(long, value_name = "N", default_value = "16", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) concurrency: u16,

    /// Maximum number of tokens per second, not counting retries of a call
    #[arg(long, value_name = "R")]
    pub(super) rate: Option<Rate>,

    /// Read and validate the input and the journal without sending anything; needs no secret
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Send nothing if any line is bad; buffers standard input in memory
    #[arg(long)]
    pub(super) strict: bool,

    /// Print the summary as JSON
    #[arg(long)]
    pub(super) json: bool,

    /// Seconds before the first retry round, for tests
    #[arg(long, hide = true, overrides_with = "round_wait", default_value = "5", value_parser = connection::seconds)]
    pub(super) round_wait: Duration,

    #[command(flatten)]
    pub(super) connection: ConnectionArgs,
}

impl Args {
    pub(super) fn input_name(&self) -> String {
        if self.input == Path::new("-") {
            "standard input".to_owned()
        } else {
            self.input.display().to_string()
        }
    }
}
