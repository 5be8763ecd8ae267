//! Queries: which lines, and why.

use std::fmt;

use rusqlite::{Connection, Result};
use serde::Serialize;

use super::record::Outcome;

/// A row of `digilocker report --list`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct ListRow {
    pub(crate) line: i64,
    pub(crate) state: String,
    pub(crate) kind: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) cause: Option<String>,
}

/// Why tokens were not revoked, and how many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Reason {
    pub(crate) state: String,
    pub(crate) kind: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) count: u64,
}

impl Reason {
    /// Whether only the counts may differ.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let count = self.count;
        Self {
            count,
            ..other.clone()
        } == *self
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status.map(|status| format!("status {status}"));
        let code = self.code.as_ref().map(|code| format!("code `{code}`"));
        let parts = [self.kind.clone(), status, code, self.cause.clone()];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        write!(f, "{} {}: {text}", self.count, self.state)
    }
}

/// The lines of failures and skipped lines, and why tokens failed.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) live: Vec<i64>,
    pub(crate) unknown: Vec<i64>,
    pub(crate) bad_lines: Vec<i64>,
    pub(crate) reasons: Vec<Reason>,
}

impl Lists {
    /// `run` limits the tokens to those of a run.
    pub(crate) fn read(database: &Connection, run: Option<i64>) -> Result<Self> {
        let lines = |outcome: Outcome| -> Result<Vec<i64>> {
            database
                .prepare(
                    "SELECT line FROM token WHERE outcome = ?1 AND (?2 IS NULL OR run = ?2) \
                     ORDER BY line",
                )?
                .query_map((outcome, run), |row| row.get(0))?
                .collect()
        };
        Ok(Self {
            live: lines(Outcome::Live)?,
            unknown: lines(Outcome::Unknown)?,
            bad_lines: database
                .prepare("SELECT line FROM bad_line ORDER BY line")?
                .query_map([], |row| row.get(0))?
                .collect::<Result<_>>()?,
            reasons: reasons(database, run)?,
        })
    }
}

/// The tokens with this outcome.
pub(crate) fn tokens(database: &Connection, outcome: Outcome) -> Result<Vec<ListRow>> {
    database
        .prepare("SELECT line, outcome, kind, status, code, cause FROM token WHERE outcome = ?1")?
        .query_map([outcome], |row| {
            Ok(ListRow {
                line: row.get(0)?,
                state: row.get(1)?,
                kind: row.get(2)?,
                status: row.get(3)?,
                code: row.get(4)?,
                cause: row.get(5)?,
            })
        })?
        .collect()
}

/// The most frequent first.
fn reasons(database: &Connection, run: Option<i64>) -> Result<Vec<Reason>> {
    database
        .prepare(
            "SELECT outcome, kind, status, code, cause, count(*) FROM token \
             WHERE outcome IN ('live', 'unknown') AND (?1 IS NULL OR run = ?1) \
             GROUP BY outcome, kind, status, code, cause ORDER BY count(*) DESC, min(line)",
        )?
        .query_map([run], |row| {
            Ok(Reason {
                state: row.get(0)?,
                kind: row.get(1)?,
                status: row.get(2)?,
                code: row.get(3)?,
                cause: row.get(4)?,
                count: row.get::<_, i64>(5)?.cast_unsigned(),
            })
        })?
        .collect()
}
