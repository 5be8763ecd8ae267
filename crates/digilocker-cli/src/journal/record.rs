//! A row of table `token`.

use std::time::SystemTime;

use digilocker::{Error, Revoked};
use rusqlite::Connection;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use super::key::TokenHash;
use crate::outcome::{self, Outcome};

impl ToSql for Outcome {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Outcome {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        let known = Self::ALL.into_iter().find(|one| one.as_str() == text);
        known.ok_or(FromSqlError::InvalidType)
    }
}

/// The outcome of one call.
pub(crate) struct Record {
    pub(crate) line: i64,
    pub(crate) hash: TokenHash,
    pub(crate) outcome: Outcome,
    /// `None` for a call that was dropped.
    pub(crate) result: Option<Result<Revoked, Error>>,
    /// Whether the journal has a failure of this token.
    pub(crate) replaces: bool,
}

impl Record {
    pub(crate) fn error(&self) -> Option<&Error> {
        self.result.as_ref()?.as_ref().err()
    }

    pub(super) fn write(&self, database: &Connection, run: i64) -> rusqlite::Result<usize> {
        let error = self.error();
        let cause = match self.result {
            None => Some("interrupted".to_owned()),
            Some(_) => error.and_then(Error::cause),
        };
        let revoked = self.result.as_ref().and_then(|result| result.as_ref().ok());
        let sql = if self.replaces {
            // The condition is that of the index.
            "UPDATE token SET line = ?1, outcome = ?3, kind = ?4, status = ?5, code = ?6, cause = ?7, \
             attempts = ?8, at = ?9, confirmed = ?10, run = ?11 \
             WHERE hash = ?2 AND outcome IN ('live', 'unknown')"
        } else {
            "INSERT INTO token (line, hash, outcome, kind, status, code, cause, attempts, at, confirmed, run) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        };
        database.prepare_cached(sql)?.execute((
            self.line,
            self.hash.0,
            self.outcome,
            error.map(|error| error.kind().as_str()),
            self.result.as_ref().and_then(outcome::status),
            error.and_then(Error::code),
            cause,
            self.result.as_ref().map_or(0, outcome::attempts),
            now(),
            revoked.map(Revoked::is_confirmed),
            run,
        ))
    }
}

/// Unix time in seconds.
pub(crate) fn now() -> i64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs().cast_signed())
}
