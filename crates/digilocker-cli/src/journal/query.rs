//! Queries: what happened, to which lines, and why.

use rusqlite::{Connection, Result, Row};
use serde::Serialize;
use serde_json::Value;

use super::key::TokenHash;
use crate::outcome::Outcome;

/// Settings that all runs of a journal share.
pub(crate) const SAME: [&str; 5] = ["key", "environment", "client", "shards", "shard"];

/// The first of these settings that is not the same.
pub(crate) fn difference(a: &Value, b: &Value, names: &[&str]) -> Option<String> {
    let name = names.iter().find(|name| a[**name] != b[**name])?;
    Some(format!(
        "`{name}` is {} in one, {} in the other",
        a[*name], b[*name]
    ))
}

/// How a run ended, in table `run`.
#[derive(Debug, Default)]
pub(crate) struct End {
    pub(crate) complete: bool,
    /// `None` if the input was not read to its end.
    pub(crate) lines: Option<i64>,
    /// `None` if unknown.
    pub(crate) not_tried: Option<i64>,
    pub(crate) digest: i64,
}

/// The latest run of a journal.
#[derive(Debug)]
pub(crate) struct LastRun {
    /// Of the first run.
    pub(crate) begin: i64,
    pub(crate) end_time: Option<i64>,
    pub(crate) settings: Value,
    pub(crate) end: End,
}

pub(crate) fn last_run(database: &Connection) -> Result<LastRun> {
    let sql = "SELECT (SELECT min(begin) FROM run), end, settings, complete IS 1, lines, not_tried, \
               coalesce(digest, 0) FROM run ORDER BY id DESC LIMIT 1";
    database.query_row(sql, [], |row| {
        Ok(LastRun {
            begin: row.get(0)?,
            end_time: row.get(1)?,
            settings: row.get(2)?,
            end: End {
                complete: row.get(3)?,
                lines: row.get(4)?,
                not_tried: row.get(5)?,
                digest: row.get(6)?,
            },
        })
    })
}

/// Why tokens were not revoked, and how many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Reason {
    pub(crate) state: String,
    pub(crate) kind: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) count: i64,
}

impl Reason {
    pub(crate) fn text(&self) -> String {
        let status = self.status.map(|status| format!("status {status}"));
        let code = self.code.as_ref().map(|code| format!("code `{code}`"));
        let parts = [self.kind.clone(), status, code, self.cause.clone()];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        format!("{} {}: {}", self.count, self.state, parts.join(", "))
    }
}

/// What became of tokens. `null` in JSON is unknown.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Results {
    pub(crate) revoked: i64,
    /// Of `revoked`, without confirmation in the response body.
    pub(crate) by_status: i64,
    pub(crate) not_recognised: i64,
    pub(crate) live: Lines,
    pub(crate) unknown: Lines,
    pub(crate) not_tried: Option<i64>,
    pub(crate) bad_lines: Lines,
    /// The most frequent first.
    pub(crate) reasons: Vec<Reason>,
}

/// Lines of the input.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Lines {
    pub(crate) count: i64,
    /// Lacks those that the journal could not record.
    pub(crate) lines: Vec<i64>,
}

/// The results of all runs, except for `not_tried`.
pub(crate) fn results(database: &Connection) -> Result<Results> {
    let mut results = Results::default();
    let sql =
        "SELECT outcome, count(*), count(*) FILTER (WHERE confirmed = 0) FROM token GROUP BY 1";
    let counts: Vec<(Outcome, i64, i64)> = rows(database, sql, [], |row| row.try_into())?;
    for (outcome, count, by_status) in counts {
        *results.count(outcome) = count;
        results.by_status += by_status;
    }
    add_failures(&mut results, database, None)?;
    results.bad_lines.count = results.bad_lines.lines.len().try_into().unwrap_or(i64::MAX);
    Ok(results)
}

/// Adds lines and reasons, of one run or of all.
pub(crate) fn add_failures(
    results: &mut Results,
    database: &Connection,
    run: Option<i64>,
) -> Result<()> {
    let lines = |outcome: &str| {
        let sql =
            "SELECT line FROM token WHERE outcome = ?1 AND run = coalesce(?2, run) ORDER BY line";
        rows(database, sql, (outcome, run), |row| row.get(0))
    };
    let bad_lines = "SELECT line FROM bad_line ORDER BY line";
    let reasons = "SELECT outcome, kind, status, code, cause, count(*) FROM token \
                   WHERE outcome IN ('live', 'unknown') AND run = coalesce(?1, run) \
                   GROUP BY 1, 2, 3, 4, 5 ORDER BY count(*) DESC, min(line)";
    results.live.lines = lines("live")?;
    results.unknown.lines = lines("unknown")?;
    results.bad_lines.lines = rows(database, bad_lines, [], |row| row.get(0))?;
    results.reasons = rows(database, reasons, [run], |row| {
        Ok(Reason {
            state: row.get(0)?,
            kind: row.get(1)?,
            status: row.get(2)?,
            code: row.get(3)?,
            cause: row.get(4)?,
            count: row.get(5)?,
        })
    })?;
    Ok(())
}

/// Calls `load` with each token and its outcome.
pub(crate) fn outcomes(
    database: &Connection,
    mut load: impl FnMut(TokenHash, Outcome),
) -> Result<()> {
    let mut tokens = database.prepare("SELECT hash, outcome FROM token")?;
    let mut rows = tokens.query([])?;
    while let Some(row) = rows.next()? {
        load(TokenHash(row.get(0)?), row.get(1)?);
    }
    Ok(())
}

/// A row of `digilocker report --list`.
type ListRow = (i64, String, String, String, String, String);

/// Line, state, kind, status, code and cause of the tokens with this outcome.
pub(crate) fn tokens(database: &Connection, outcome: &str) -> Result<Vec<ListRow>> {
    let sql = "SELECT line, outcome, coalesce(kind, ''), coalesce(CAST(status AS TEXT), ''), \
               coalesce(code, ''), coalesce(cause, '') FROM token WHERE outcome = ?1";
    rows(database, sql, [outcome], |row| row.try_into())
}

fn rows<T>(
    database: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    database.prepare(sql)?.query_map(params, read)?.collect()
}

impl Lines {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.lines.extend(other.lines);
        self.lines.sort_unstable();
    }
}

impl Results {
    /// The number of tokens with this outcome.
    pub(crate) fn count(&mut self, outcome: Outcome) -> &mut i64 {
        match outcome {
            Outcome::Revoked => &mut self.revoked,
            Outcome::NotRecognised => &mut self.not_recognised,
            Outcome::Live => &mut self.live.count,
            Outcome::Unknown => &mut self.unknown.count,
        }
    }

    /// Adds the results of another shard of the same input.
    pub(crate) fn add(&mut self, other: Self) {
        self.revoked += other.revoked;
        self.by_status += other.by_status;
        self.not_recognised += other.not_recognised;
        self.live.add(other.live);
        self.unknown.add(other.unknown);
        let not_tried = self.not_tried.zip(other.not_tried);
        self.not_tried = not_tried.map(|(a, b)| a + b);
        // Each shard reads the same input and skips the same lines.
        if other.bad_lines.count > self.bad_lines.count {
            self.bad_lines = other.bad_lines;
        }
        for reason in other.reasons {
            let count = reason.count;
            let is_same = |known: &&mut Reason| {
                Reason {
                    count,
                    ..(**known).clone()
                } == reason
            };
            match self.reasons.iter_mut().find(is_same) {
                Some(known) => known.count += reason.count,
                None => self.reasons.push(reason),
            }
        }
        self.reasons.sort_by_key(|reason| -reason.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_shards_are_added_and_skipped_lines_are_not() {
        let shard = |kind: &str, not_tried, bad_lines| Results {
            not_tried: Some(not_tried),
            bad_lines: Lines {
                count: bad_lines,
                lines: Vec::new(),
            },
            reasons: vec![Reason {
                state: "live".to_owned(),
                kind: Some(kind.to_owned()),
                status: None,
                code: None,
                cause: None,
                count: 2,
            }],
            ..Results::default()
        };
        let mut sum = shard("connect", 2, 1);
        for other in [
            shard("timeout", 3, 4),
            shard("timeout", 0, 4),
            shard("timeout", 0, 3),
        ] {
            sum.add(other);
        }
        assert_eq!((sum.not_tried, sum.bad_lines.count), (Some(5), 4));
        let reasons = sum.reasons.iter().map(Reason::text);
        assert_eq!(
            reasons.collect::<Vec<_>>(),
            ["6 live: timeout", "2 live: connect"]
        );
    }
}
