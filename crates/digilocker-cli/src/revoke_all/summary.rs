//! The summary at the end of a run, as text and as JSON.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::path::PathBuf;

use digilocker::chrono::{DateTime, SecondsFormat};
use serde::Serialize;

use crate::exit::{self, Exit, Failure};
use crate::journal::Reason;
use crate::output;

/// Maximum number of lines and reasons in the text. JSON has all.
const SHOWN: usize = 20;

#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    pub(crate) started: String,
    pub(crate) ended: String,
    pub(crate) environment: String,
    pub(crate) input: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lines: Option<u64>,
    pub(crate) shard: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) journal: Option<PathBuf>,
    /// `complete`, `interrupted`, `stopped`, `failed` or `dry run`.
    pub(crate) end: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    #[serde(flatten)]
    pub(crate) results: Results,
    pub(crate) before: Before,
    pub(crate) duplicates: u64,
    pub(crate) other_shards: u64,
    /// Tokens to retry that were not found when the input was read again.
    pub(crate) changed_tokens: u64,
    /// Tokens that are live or unknown in the journal and missing from this input.
    pub(crate) left_in_journal: u64,
    #[serde(skip)]
    pub(crate) left_live: u64,
    pub(crate) rounds: u32,
    pub(crate) notes: Vec<String>,
    pub(crate) exit_code: u8,
}

/// What became of the tokens, in one run or in all journals of a report.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Results {
    pub(crate) revoked: u64,
    /// Of `revoked`, without confirmation in the response body.
    pub(crate) by_status: u64,
    pub(crate) not_recognised: u64,
    pub(crate) live: Lines,
    pub(crate) unknown: Lines,
    /// `null` if the input was not read to its end.
    pub(crate) not_tried: Option<u64>,
    pub(crate) bad_lines: Lines,
    /// Why tokens are live or unknown.
    pub(crate) reasons: Vec<Reason>,
}

/// Tokens of this input that earlier runs of the journal finished.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Before {
    pub(crate) revoked: u64,
    pub(crate) not_recognised: u64,
}

#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Lines {
    pub(crate) count: u64,
    pub(crate) lines: Vec<i64>,
}

impl Lines {
    /// `lines` may lack some after the journal failed.
    pub(crate) fn new(count: u64, lines: Vec<i64>) -> Self {
        Self { count, lines }
    }

    pub(crate) fn all(lines: Vec<i64>) -> Self {
        Self::new(lines.len() as u64, lines)
    }

    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.lines.extend(&other.lines);
        self.lines.sort_unstable();
    }

    pub(crate) fn text(&self) -> String {
        match &self.lines[..] {
            [] => self.count.to_string(),
            [line] => format!("{}: line {line}", self.count),
            lines => format!("{}: lines {}", self.count, numbers(lines)),
        }
    }
}

/// The first numbers, and how many more there are.
pub(crate) fn numbers(all: &[i64]) -> String {
    let mut shown: Vec<String> = all.iter().take(SHOWN).map(ToString::to_string).collect();
    if all.len() > SHOWN {
        shown.push(format!("… and {} more", all.len() - SHOWN));
    }
    shown.join(", ")
}

pub(crate) fn time(unix: i64) -> String {
    DateTime::from_timestamp(unix, 0).map_or_else(String::new, |time| {
        time.to_rfc3339_opts(SecondsFormat::Secs, true)
    })
}

/// Rows of a summary.
#[derive(Debug)]
pub(crate) struct Rows(String);

impl Rows {
    pub(crate) fn new(title: &str) -> Self {
        Self(title.to_owned())
    }

    pub(crate) fn row(&mut self, name: &str, value: &str) {
        let _ = write!(self.0, "\n  {name:<15} {value}");
    }

    pub(crate) fn print(&self) -> Result<(), Failure> {
        output::line(&self.0)
    }
}

impl Results {
    /// Adds the results of another shard of the same input.
    pub(crate) fn add(&mut self, other: &Self) {
        self.revoked += other.revoked;
        self.by_status += other.by_status;
        self.not_recognised += other.not_recognised;
        self.live.add(&other.live);
        self.unknown.add(&other.unknown);
        let not_tried = self.not_tried.zip(other.not_tried);
        self.not_tried = not_tried.map(|(a, b)| a + b);
        // Each shard reads the same input and skips the same lines.
        if other.bad_lines.count > self.bad_lines.count {
            self.bad_lines = other.bad_lines.clone();
        }
        for reason in &other.reasons {
            match self.reasons.iter_mut().find(|known| known.is_same(reason)) {
                Some(known) => known.count += reason.count,
                None => self.reasons.push(reason.clone()),
            }
        }
        self.reasons.sort_by_key(|reason| Reverse(reason.count));
    }

    /// The exit code, with what is not in the results: `[live, unknown, bad lines]`.
    pub(crate) fn exit(&self, beside: [bool; 3], not_recognised_before: u64) -> Exit {
        exit::of_many([
            self.live.count > 0 || self.not_tried != Some(0) || beside[0],
            self.unknown.count > 0 || beside[1],
            self.bad_lines.count > 0 || beside[2],
            self.not_recognised + not_recognised_before > 0,
        ])
    }

    pub(crate) fn write(&self, rows: &mut Rows) {
        rows.row("revoked", &self.revoked.to_string());
        if self.by_status > 0 {
            let value = format!(
                "{} of the revoked: the response body does not confirm it. Check that the responses \
                 come from the server, not from a gateway",
                self.by_status
            );
            rows.row("by status alone", &value);
        }
        rows.row("not recognised", &self.not_recognised.to_string());
        if self.not_recognised * 10 > self.revoked {
            rows.row(
                "",
                "Expired, already revoked, or revoked with another token of the list: the revocation of a \
                 refresh token also revokes its access tokens (RFC 7009 section 2.1)",
            );
        }
        rows.row("live", &self.live.text());
        rows.row("unknown", &self.unknown.text());
        for reason in self.reasons.iter().take(SHOWN) {
            rows.row("reason", &reason.to_string());
        }
        let not_tried = self.not_tried.map(|count| count.to_string());
        let not_tried = not_tried.as_deref().unwrap_or("the rest of the input");
        rows.row("not tried", not_tried);
        rows.row("bad lines", &self.bad_lines.text());
    }
}

impl Summary {
    /// The exit code according to the outcomes.
    pub(crate) fn exit(&self) -> Exit {
        let left_unknown = self.left_in_journal > self.left_live;
        let beside = [self.left_live > 0, left_unknown, false];
        self.results.exit(beside, self.before.not_recognised)
    }

    pub(crate) fn write(&self, json: bool) -> Result<(), Failure> {
        if json {
            return output::json(self);
        }
        let mut rows = Rows::new("Token revocation");
        rows.row("started", &self.started);
        rows.row("ended", &self.ended);
        rows.row("environment", &self.environment);
        let lines = match self.lines {
            Some(1) => "1 line".to_owned(),
            Some(lines) => format!("{lines} lines"),
            None => "not read to its end".to_owned(),
        };
        rows.row("input", &format!("{}, {lines}", self.input));
        rows.row("shard", &self.shard);
        if let Some(journal) = &self.journal {
            rows.row("journal", &journal.display().to_string());
        }
        let end = match &self.reason {
            Some(reason) => format!("{}: {reason}", self.end),
            None => self.end.to_owned(),
        };
        rows.row("end", &end);
        self.results.write(&mut rows);
        rows.row("duplicates", &self.duplicates.to_string());
        if self.before.revoked + self.before.not_recognised > 0 {
            let Before {
                revoked,
                not_recognised,
            } = self.before;
            rows.row(
                "earlier runs",
                &format!("{revoked} revoked, {not_recognised} not recognised: not sent again"),
            );
        }
        if self.other_shards > 0 {
            rows.row("other shards", &format!("{} lines", self.other_shards));
        }
        for note in &self.notes {
            rows.row("note", note);
        }
        rows.print()
    }
}
