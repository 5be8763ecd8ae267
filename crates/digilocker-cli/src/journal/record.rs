//! A row of table `token`.

use std::time::SystemTime;

use digilocker::{Error, Revoked, TokenState};
use rusqlite::Connection;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use super::key::TokenHash;

/// The outcome of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Revoked,
    NotRecognised,
    Live,
    Unknown,
}

impl Outcome {
    pub(crate) fn of(result: &Result<Revoked, Error>) -> Self {
        match result.as_ref().map_err(Error::token_state) {
            Ok(_) => Self::Revoked,
            Err(TokenState::NotRecognised) => Self::NotRecognised,
            Err(TokenState::Live) => Self::Live,
            Err(TokenState::Unknown) => Self::Unknown,
        }
    }

    /// Whether nothing is left to do for the token.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Revoked | Self::NotRecognised)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::NotRecognised => "not_recognised",
            Self::Live => "live",
            Self::Unknown => "unknown",
        }
    }
}

impl ToSql for Outcome {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Outcome {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        let all = [
            Self::Revoked,
            Self::NotRecognised,
            Self::Live,
            Self::Unknown,
        ];
        let known = all.into_iter().find(|outcome| outcome.as_str() == text);
        known.ok_or(FromSqlError::InvalidType)
    }
}

/// The outcome of one call.
pub(crate) struct Record<'a> {
    pub(crate) line: i64,
    pub(crate) hash: TokenHash,
    pub(crate) outcome: Outcome,
    /// `None` for a call that was dropped.
    pub(crate) result: Option<&'a Result<Revoked, Error>>,
    /// Whether the journal has a failure of this token.
    pub(crate) replaces: bool,
}

impl Record<'_> {
    pub(super) fn write(&self, database: &Connection, run: i64) -> rusqlite::Result<usize> {
        let revoked = self.result.and_then(|result| result.as_ref().ok());
        let error = self.result.and_then(|result| result.as_ref().err());
        let cause = match self.result {
            None => Some("interrupted".to_owned()),
            Some(_) => error.and_then(Error::cause),
        };
        let status = revoked
            .map(Revoked::status)
            .or(error.and_then(Error::status));
        let attempts = revoked
            .map(Revoked::attempts)
            .or(error.map(Error::attempts));
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
            status.map(|status| status.as_u16()),
            error.and_then(Error::code),
            cause,
            attempts.unwrap_or(0),
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
