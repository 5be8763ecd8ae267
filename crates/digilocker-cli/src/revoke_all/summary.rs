//! The summary at the end of a run, as text and as JSON.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use digilocker::chrono::{DateTime, SecondsFormat};
use roaring::RoaringTreemap;
use serde::Serialize;

use super::ranges;
use crate::exit::{self, Exit};
use crate::{journal, output};

/// Maximum number of line ranges in the summary if a file lists all lines.
const RANGES: usize = 20;

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
    pub(crate) revoked: u64,
    pub(crate) not_recognised: u64,
    /// Revoked in this run without confirmation in the response body.
    pub(crate) by_status: u64,
    /// Revoked or not recognised in earlier runs of the journal.
    pub(crate) before: u64,
    pub(crate) alive: Lines,
    pub(crate) unknown: Lines,
    /// `null` if the input was not read to its end.
    pub(crate) not_tried: Option<u64>,
    pub(crate) bad_lines: Lines,
    pub(crate) duplicates: u64,
    pub(crate) other_shards: u64,
    pub(crate) changed_lines: u64,
    /// Tokens that are alive or unknown in the journal and missing from this input.
    pub(crate) left_in_journal: u64,
    #[serde(skip)]
    pub(crate) left_alive: u64,
    pub(crate) rounds: u32,
    pub(crate) notes: Vec<String>,
    pub(crate) exit_code: u8,
}

/// A set of lines.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Lines {
    pub(crate) count: u64,
    /// `3, 7-12`.
    #[serde(rename = "lines")]
    pub(crate) ranges: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<PathBuf>,
}

impl Lines {
    pub(crate) fn new(lines: &RoaringTreemap) -> Self {
        Self {
            count: lines.len(),
            ranges: ranges::text(lines, usize::MAX),
            file: None,
        }
    }

    /// Writes all lines to a file, and keeps the first ranges.
    pub(crate) fn with_file(lines: &RoaringTreemap, path: &Path) -> io::Result<Self> {
        let file = write_list(lines, path)?;
        Ok(Self {
            count: lines.len(),
            ranges: ranges::text(lines, RANGES),
            file,
        })
    }
}

/// Atomically writes a file with one line number per line. Without lines, removes the file of an earlier run.
fn write_list(lines: &RoaringTreemap, path: &Path) -> io::Result<Option<PathBuf>> {
    if lines.is_empty() {
        return match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(None),
        };
    }
    let mut file = tempfile::NamedTempFile::new_in(journal::directory(path))?;
    let mut writer = BufWriter::new(file.as_file_mut());
    for line in lines {
        writeln!(writer, "{line}")?;
    }
    writer.flush()?;
    drop(writer);
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(Some(path.to_owned()))
}

pub(crate) fn time(unix: u32) -> String {
    DateTime::from_timestamp(unix.into(), 0).map_or_else(String::new, |time| {
        time.to_rfc3339_opts(SecondsFormat::Secs, true)
    })
}

impl Summary {
    /// The exit code according to the outcomes.
    pub(crate) fn exit(&self) -> Exit {
        exit::of_many([
            self.alive.count > 0 || self.left_alive > 0 || self.not_tried != Some(0),
            self.unknown.count > 0 || self.left_in_journal > 0,
            self.bad_lines.count > 0,
            self.not_recognised > 0,
        ])
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::from("Token revocation\n");
        let mut row = |name: &str, value: &str| {
            let _ = writeln!(text, "  {name:<15} {value}");
        };
        row("started", &self.started);
        row("ended", &self.ended);
        row("environment", &self.environment);
        row(
            "input",
            &match self.lines {
                Some(1) => format!("{}, 1 line", self.input),
                Some(lines) => format!("{}, {lines} lines", self.input),
                None => format!("{}, not read to its end", self.input),
            },
        );
        row("shard", &self.shard);
        if let Some(journal) = &self.journal {
            row("journal", &journal.display().to_string());
        }
        row(
            "end",
            &match &self.reason {
                Some(reason) => format!("{}: {reason}", self.end),
                None => self.end.to_owned(),
            },
        );
        row("revoked", &self.revoked.to_string());
        if self.by_status > 0 {
            row(
                "by status alone",
                &format!("{} of the revoked", self.by_status),
            );
        }
        row("not recognised", &self.not_recognised.to_string());
        if self.before > 0 {
            row(
                "by earlier runs",
                &format!("{} (revoked or not recognised)", self.before),
            );
        }
        row("still alive", &self.alive.text());
        row("unknown", &self.unknown.text());
        row(
            "not tried",
            &self.not_tried.map_or_else(
                || "the rest of the input".to_owned(),
                |count| count.to_string(),
            ),
        );
        row("bad lines", &self.bad_lines.text());
        row("duplicates", &self.duplicates.to_string());
        if self.other_shards > 0 {
            row("other shards", &format!("{} lines", self.other_shards));
        }
        for note in &self.notes {
            row("note", note);
        }
        text.truncate(text.trim_end().len());
        text
    }

    pub(crate) fn write(&self, json: bool) -> Result<(), crate::exit::Failure> {
        if json {
            output::json(self)
        } else {
            output::line(&self.text())
        }
    }
}

impl Lines {
    pub(crate) fn text(&self) -> String {
        let mut text = self.count.to_string();
        if self.count > 0 {
            let _ = write!(text, ", lines {}", self.ranges);
        }
        if let Some(file) = &self.file {
            let _ = write!(text, " (all in {})", file.display());
        }
        text
    }
}
