//! The error of a call: what happened, and whether the token may still be used.

mod kind;

use std::fmt;
use std::time::Duration;

use http::StatusCode;

pub use self::kind::ErrorKind;
use crate::pipeline::failure::Failure;
use crate::pipeline::run::GiveUp;
use crate::{InvalidEnvironment, TokenState};

/// Why a token was not, or may not have been, revoked.
///
/// It never contains a token or a client secret: not in `Debug`, `Display` or its source.
///
/// `Display` is one line: the kind, what the server said, the attempts, and the state of the token.
/// The cause of a failed connection ("Connection refused", a certificate that has expired) is in the
/// chain of [`source`](std::error::Error::source) only.
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
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<ErrorInner>);

struct ErrorInner {
    failure: Failure,
    state: TokenState,
    attempts: u32,
    give_up: Option<GiveUp>,
}

impl Error {
    pub(crate) fn new(
        failure: Failure,
        state: TokenState,
        attempts: u32,
        give_up: Option<GiveUp>,
    ) -> Self {
        Self(Box::new(ErrorInner {
            failure,
            state,
            attempts,
            give_up,
        }))
    }

    pub(crate) fn config(detail: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Failure::config(detail).into()
    }

    /// The kind of the failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.failure.kind
    }

    /// The HTTP status of the last response. `None` if the last attempt got none.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.failure.status
    }

    /// The server's error code, such as `VALIDATION_ERROR` or `invalid_client`, from the documented
    /// error body or that of RFC 6749 §5.2. At most 128 bytes. `None` if the response has none.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.failure.code.as_deref()
    }

    /// The server's message, without control characters, and with tokens and client secrets replaced
    /// by `[redacted]`. At most 1,024 bytes. `None` if the response has none.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.failure.message.as_deref()
    }

    /// How long the server asks to wait before the next call: its `Retry-After` header, in seconds or
    /// as a date (RFC 9110 §10.2.3). Zero for a date in the past. `None` if it is absent or malformed.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.failure.retry_after
    }

    /// The request id that the server or a gateway assigned, for support tickets: the `X-Request-Id`
    /// header or a similar one, redacted like [`message`](Self::message). At most 128 bytes. `None` if
    /// the last response has none.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.failure.request_id.as_deref()
    }

    /// The number of attempts. Zero if the call failed before the first one.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the same call may succeed later. Another call is always safe, since revoking is
    /// idempotent; this says whether it is useful.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.failure.retryable
    }

    /// Whether the token may still be used by someone, considering all attempts of the call.
    #[must_use]
    pub fn token_state(&self) -> TokenState {
        self.0.state
    }
}

/// Lets `?` convert the error of a parsed [`Environment`](crate::Environment).
impl From<InvalidEnvironment> for Error {
    fn from(error: InvalidEnvironment) -> Self {
        Self::config(error.to_string())
    }
}

/// A failure before the first attempt: nothing was sent.
impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::new(failure, TokenState::Live, 0, None)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ErrorInner {
            failure,
            state,
            attempts,
            give_up,
        } = &*self.0;
        write!(f, "{}", failure.kind)?;
        if let Some(detail) = &failure.detail {
            write!(f, ": {detail}")?;
        }
        if let Some(status) = failure.status {
            write!(f, ": status {status}")?;
        }
        if let Some(code) = &failure.code {
            write!(f, ", code `{code}`")?;
        }
        if let Some(message) = &failure.message {
            write!(f, ", message \"{message}\"")?;
        }
        if let Some(id) = &failure.request_id {
            write!(f, ", request id `{id}`")?;
        }
        if *attempts == 0 {
            return Ok(());
        }
        let plural = if *attempts == 1 { "" } else { "s" };
        write!(f, "; after {attempts} attempt{plural}, ")?;
        f.write_str(match state {
            TokenState::Live => "the token was not revoked",
            TokenState::Unknown => "the token may still be valid",
            TokenState::NotRecognised => "the server does not recognise the token",
        })?;
        match (give_up, failure.retry_after) {
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

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ErrorInner {
            failure,
            state,
            attempts,
            give_up,
        } = &*self.0;
        f.debug_struct("Error")
            .field("kind", &failure.kind)
            .field("status", &failure.status)
            .field("code", &failure.code)
            .field("message", &failure.message)
            .field("retry_after", &failure.retry_after)
            .field("request_id", &failure.request_id)
            .field("attempts", attempts)
            .field("is_retryable", &failure.retryable)
            .field("token_state", state)
            .field("give_up", give_up)
            .field("detail", &failure.detail)
            .field("source", &failure.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.failure.source.as_ref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;
    use crate::pipeline::failure::Effect;

    fn failure() -> Failure {
        Failure {
            status: Some(StatusCode::SERVICE_UNAVAILABLE),
            code: Some("E".to_owned()),
            message: Some("m".to_owned()),
            retry_after: Some(Duration::from_secs(7)),
            request_id: Some("r-1".to_owned()),
            ..Failure::new(ErrorKind::Unavailable, Effect::Refused, true).detail("d")
        }
    }

    #[test]
    fn each_field_is_returned() {
        let error = Error::new(failure(), TokenState::Unknown, 3, Some(GiveUp::MaxAttempts));
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!((error.code(), error.message()), (Some("E"), Some("m")));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(error.request_id(), Some("r-1"));
        assert_eq!((error.attempts(), error.is_retryable()), (3, true));
        assert_eq!(error.token_state(), TokenState::Unknown);
        assert_eq!(
            format!("{error:?}"),
            "Error { kind: Unavailable, status: Some(503), code: Some(\"E\"), message: Some(\"m\"), \
             retry_after: Some(7s), request_id: Some(\"r-1\"), attempts: 3, is_retryable: true, \
             token_state: Unknown, give_up: Some(MaxAttempts), detail: Some(\"d\"), source: None }"
        );

        let error = Error::config("d");
        assert_eq!((error.kind(), error.status()), (ErrorKind::Config, None));
        assert_eq!((error.code(), error.message()), (None, None));
        assert_eq!((error.retry_after(), error.request_id()), (None, None));
        assert_eq!((error.attempts(), error.is_retryable()), (0, false));
        assert_eq!(error.token_state(), TokenState::Live);
    }

    #[test]
    fn the_message_is_one_line() {
        #[track_caller]
        fn check(state: TokenState, attempts: u32, give_up: Option<GiveUp>, expected: &str) {
            let error = Error::new(failure(), state, attempts, give_up).to_string();
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

    #[test]
    fn an_invalid_environment_is_a_configuration_error() {
        fn client() -> Result<crate::Client, Error> {
            crate::Client::builder("ftp://gateway.example".parse()?).build()
        }
        let error = client().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(
            error
                .to_string()
                .starts_with("invalid client configuration: "),
            "{error}"
        );
        assert!(error.to_string().contains("https"), "{error}");
    }

    #[test]
    fn the_cause_is_the_source() {
        let Err(cause) = reqwest::Client::new().get("no address").build() else {
            panic!("the address is invalid")
        };
        let expected = cause.to_string();
        let error = Error::from(Failure::config("d").source(cause));
        assert_eq!(error.source().unwrap().to_string(), expected);
        assert!(!error.to_string().contains(&expected), "{error}");
        assert!(Error::config("d").source().is_none());
    }
}
