//! The error of a call: what happened, and whether the token may still be used.

mod kind;
mod source;
mod token_state;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

pub use self::kind::ErrorKind;
pub(crate) use self::source::{innermost, source_chain};
pub use self::token_state::TokenState;

/// Why a token was not, or may not have been, revoked.
///
/// Neither `Debug` nor `Display` nor the source has the token or the client secret of the request. The parts of the
/// response that they show are [`code`](Self::code), [`message`](Self::message) and
/// [`request_id`](Self::request_id), in which a server may repeat them: [`message`](Self::message) says in which forms
/// they are recognised and redacted.
///
/// `Display` is one line: the kind, what the server said, the attempts, and the state of the token.
/// The cause of a failed connection is returned by [`cause`](Self::cause), and the whole chain by
/// [`source`](std::error::Error::source).
///
/// ```
/// # use digilocker::{Client, Environment, ErrorKind, Token, TokenState};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Nothing listens on this port.
/// let client = Client::builder("http://127.0.0.1:1".parse()?).build()?;
/// let error = client.revoke(Token::new("2YotnFZFEjr1zCsicMWpAA")?).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Connect);
/// assert_eq!(error.token_state(), TokenState::Live); // nothing was sent
/// assert!(error.is_retryable());
/// assert_eq!(error.attempts(), 3);
/// assert_eq!(error.status(), None);
/// assert_eq!(
///     error.to_string(),
///     "connection failed; after 3 attempts, the token was not revoked",
/// );
/// assert!(error.cause().unwrap().starts_with("Connection refused"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Error {
    pub(crate) kind: ErrorKind,
    pub(crate) token_state: TokenState,
    pub(crate) is_retryable: bool,
    pub(crate) details: Box<Details>,
}

/// What else is known of a failed call. A single attempt knows neither `attempts` nor `give_up`.
#[derive(Debug, Default)]
pub(crate) struct Details {
    pub(crate) status: Option<StatusCode>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) give_up: Option<GiveUp>,
    pub(crate) detail: Option<Cow<'static, str>>,
    pub(crate) source: Option<reqwest::Error>,
}

/// Why no further attempt is made, although one could help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GiveUp {
    /// The policy allows no more.
    MaxAttempts,
    /// The `Retry-After` of the response ends after the deadline.
    RetryAfterTooLong,
    /// The backoff, or the cooldown of the batch, ends after the deadline.
    Deadline,
    /// The retry budget of this client and its clones is spent.
    Budget,
}

impl GiveUp {
    /// A stable label, in snake case.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::MaxAttempts => "max_attempts",
            Self::RetryAfterTooLong => "retry_after_too_long",
            Self::Deadline => "deadline",
            Self::Budget => "budget",
        }
    }
}

impl Error {
    /// The same request may succeed later.
    pub(crate) fn retryable(kind: ErrorKind, token_state: TokenState) -> Self {
        Self {
            kind,
            token_state,
            is_retryable: true,
            details: Box::default(),
        }
    }

    pub(crate) fn not_retryable(kind: ErrorKind, token_state: TokenState) -> Self {
        Self {
            is_retryable: false,
            ..Self::retryable(kind, token_state)
        }
    }

    /// An invalid setting: nothing was sent.
    pub(crate) fn config(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::not_retryable(ErrorKind::Config, TokenState::Live).with_detail(detail)
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.details.detail = Some(detail.into());
        self
    }

    /// Attaches the source error, without its URL, which is the caller's and may be long.
    pub(crate) fn with_source(mut self, source: reqwest::Error) -> Self {
        self.details.source = Some(source.without_url());
        self
    }

    /// The kind of the details.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The HTTP status of the last response. `None` if the last attempt got none.
    pub fn status(&self) -> Option<StatusCode> {
        self.details.status
    }

    /// The server's error code, such as `VALIDATION_ERROR` or `invalid_client`, from the documented
    /// error body or that of RFC 6749 §5.2. At most 128 bytes. `None` if the response has none.
    pub fn code(&self) -> Option<&str> {
        self.details.code.as_deref()
    }

    /// The server's message: `error.message`, `error_description`, or one of the top-level members
    /// `message`, `detail`, `errorSummary` and `title` (RFC 9457). At most 1,024 bytes. `None` if the
    /// response has none.
    ///
    /// It has no control characters, bidirectional ones included. The token and the client secret are
    /// replaced by `[redacted]`: unencoded, percent-encoded, as JSON or in base64, also parts of 12 or more
    /// characters. Other encodings, such as hexadecimal, and shorter parts are not recognised.
    pub fn message(&self) -> Option<&str> {
        self.details.message.as_deref()
    }

    /// How long the server asks to wait before the next call: its `Retry-After` header, in seconds or
    /// as a date (RFC 9110 §10.2.3). Zero for a date in the past. `None` if it is absent or malformed.
    pub fn retry_after(&self) -> Option<Duration> {
        self.details.retry_after
    }

    /// The request id that the server or a gateway assigned, for support tickets: the `X-Request-Id`
    /// header or a similar one, redacted like [`message`](Self::message). At most 128 bytes. `None` if
    /// the last response has none.
    pub fn request_id(&self) -> Option<&str> {
        self.details.request_id.as_deref()
    }

    /// The number of attempts. Zero if the call failed before the first one.
    pub fn attempts(&self) -> u32 {
        self.details.attempts
    }

    /// Whether the same call may succeed later. Another call is always safe, since revoking is
    /// idempotent; this says whether it is useful.
    pub fn is_retryable(&self) -> bool {
        self.is_retryable
    }

    /// The text of the innermost [`source`](std::error::Error::source), such as `Connection refused (os
    /// error 111)` or `invalid peer certificate: UnknownIssuer`: the ones before it only say where it
    /// happened. For people: the text may change. One line of at most 256 characters. `None` if there is no
    /// source, as for an error that the server reports.
    pub fn cause(&self) -> Option<String> {
        self.details.source.as_ref().map(innermost)
    }

    /// Whether the token may still be used by someone, considering all attempts of the call.
    pub fn token_state(&self) -> TokenState {
        self.token_state
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &*self.details;
        write!(f, "{}", self.kind())?;
        if let Some(detail) = &details.detail {
            write!(f, ": {detail}")?;
        }
        if let Some(status) = details.status {
            write!(f, ": status {status}")?;
        }
        if let Some(code) = &details.code {
            write!(f, ", code `{code}`")?;
        }
        if let Some(message) = &details.message {
            write!(f, ", message \"{message}\"")?;
        }
        if let Some(id) = &details.request_id {
            write!(f, ", request id `{id}`")?;
        }
        if details.attempts == 0 {
            return Ok(());
        }
        let plural = if details.attempts == 1 { "" } else { "s" };
        write!(f, "; after {} attempt{plural}, ", details.attempts)?;
        f.write_str(match self.token_state() {
            TokenState::Live => "the token was not revoked",
            TokenState::Unknown => "the token may still be valid",
            TokenState::NotRecognised => "the server does not recognise the token",
        })?;
        match (details.give_up, details.retry_after) {
            (Some(GiveUp::RetryAfterTooLong), Some(wait)) => write!(
                f,
                "; the server asks to wait {} s, longer than the time left for this call",
                wait.as_secs()
            ),
            (Some(GiveUp::RetryAfterTooLong | GiveUp::Deadline), _) => {
                f.write_str("; no time was left for another attempt")
            }
            (Some(GiveUp::Budget), _) => f.write_str("; the retry budget is spent"),
            (Some(GiveUp::MaxAttempts) | None, _) => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.details.source.as_ref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(state: TokenState, attempts: u32, give_up: Option<GiveUp>) -> Error {
        let mut error = Error::retryable(ErrorKind::Unavailable, state).with_detail("d");
        error.details.status = Some(StatusCode::SERVICE_UNAVAILABLE);
        error.details.code = Some("E".to_owned());
        error.details.message = Some("m".to_owned());
        error.details.retry_after = Some(Duration::from_secs(7));
        error.details.request_id = Some("r-1".to_owned());
        error.details.attempts = attempts;
        error.details.give_up = give_up;
        error
    }

    #[test]
    fn the_message_is_one_line() {
        #[track_caller]
        fn check(state: TokenState, attempts: u32, give_up: Option<GiveUp>, expected: &str) {
            let error = error(state, attempts, give_up).to_string();
            let rest = error.strip_prefix(
                "the server is unavailable: d: status 503 Service Unavailable, code `E`, message \"m\", \
                 request id `r-1`",
            );
            assert_eq!(rest, Some(expected), "{error}");
        }
        check(TokenState::Live, 0, None, "");
        check(
            TokenState::Live,
            1,
            Some(GiveUp::RetryAfterTooLong),
            "; after 1 attempt, the token was not revoked; the server asks to wait 7 s, longer than \
             the time left for this call",
        );
        check(
            TokenState::Unknown,
            2,
            Some(GiveUp::Deadline),
            "; after 2 attempts, the token may still be valid; no time was left for another attempt",
        );
        check(
            TokenState::NotRecognised,
            3,
            Some(GiveUp::Budget),
            "; after 3 attempts, the server does not recognise the token; the retry budget is spent",
        );
        check(
            TokenState::Live,
            3,
            Some(GiveUp::MaxAttempts),
            "; after 3 attempts, the token was not revoked",
        );
        let error = Error::config("`timeout` is zero").to_string();
        assert_eq!(error, "invalid client configuration: `timeout` is zero");
    }
}
