//! A row of table `token`.

use digilocker::{Error, Revoked, TokenState};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Result};

use super::key::TokenHash;
use super::now;
use crate::cause::cause;

/// The outcome of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Revoked,
    NotRecognised,
    Live,
    Unknown,
}

impl Outcome {
    const ALL: [Self; 4] = [
        Self::Revoked,
        Self::NotRecognised,
        Self::Live,
        Self::Unknown,
    ];

    pub(crate) fn of(result: &std::result::Result<Revoked, Error>) -> Self {
        match result {
            Ok(_) => Self::Revoked,
            Err(error) => match error.token_state() {
                TokenState::NotRecognised => Self::NotRecognised,
                TokenState::Live => Self::Live,
                TokenState::Unknown => Self::Unknown,
            },
        }
    }

    /// Whether nothing is left to do for the token.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Revoked | Self::NotRecognised)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::NotRecognised => TokenState::NotRecognised.as_str(),
            Self::Live => TokenState::Live.as_str(),
            Self::Unknown => TokenState::Unknown.as_str(),
        }
    }
}

impl ToSql for Outcome {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Outcome {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        let found = Self::ALL.into_iter().find(|known| known.as_str() == text);
        found.ok_or(FromSqlError::InvalidType)
    }
}

#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) line: u64,
    pub(crate) hash: TokenHash,
    pub(crate) outcome: Outcome,
    /// `None` for a call that was dropped.
    pub(crate) result: Option<&'a std::result::Result<Revoked, Error>>,
    /// Whether the journal has a failure of this token.
    pub(crate) replaces: bool,
}

impl Record<'_> {
    pub(super) fn write(&self, database: &Connection, run: i64) -> Result<()> {
        let revoked = self.result.and_then(|result| result.as_ref().ok());
        let error = self.result.and_then(|result| result.as_ref().err());
        let cause = match self.result {
            None => Some("interrupted".to_owned()),
            Some(_) => error.and_then(cause),
        };
        let status = revoked
            .map(Revoked::status)
            .or(error.and_then(Error::status));
        let statement = if self.replaces {
            // The condition is that of the index.
            "UPDATE token SET line = ?1, outcome = ?3, kind = ?4, status = ?5, code = ?6, cause = ?7, \
             attempts = ?8, at = ?9, confirmed = ?10, run = ?11 \
             WHERE hash = ?2 AND outcome IN ('live', 'unknown')"
        } else {
            "INSERT INTO token (line, hash, outcome, kind, status, code, cause, attempts, at, confirmed, run) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        };
        let attempts = revoked
            .map(Revoked::attempts)
            .or(error.map(Error::attempts));
        database.prepare_cached(statement)?.execute((
            self.line.cast_signed(),
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
        ))?;
        Ok(())
    }
}
