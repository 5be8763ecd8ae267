//! The error of a call: what happened, and what is known of the token.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::{ErrorKind, TokenState};

/// Why a token was not, or may not have been, revoked.
///
/// No token and no client secret is ever in it: not in `Debug`, not in `Display`, not in its
/// source.
///
/// `Display` is one line: the kind, what the server said, the attempts, and what is known of the token.
/// What is behind a failed connection ("Connection refused", a certificate that has expired) is in the
/// chain of [`source`](std::error::Error::source), and not in that line too.
///
/// ```
/// # use digilocker::{Client, Environment, ErrorKind, Token, TokenState};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Nothing listens on this port.
/// let client = Client::builder("http://127.0.0.1:1".parse()?).build()?;
/// let error = client.revoke(Token::new("2YotnFZFEjr1zCsicMWpAA")?).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Connect);
/// assert_eq!(error.token_state(), TokenState::Live);
/// assert!(error.is_retryable());
/// assert_eq!(error.status(), None);
/// assert_eq!(error.attempts(), 3);
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Report>);

/// Why no further attempt was made, where one could have helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// As many attempts as the policy allows were made.
    Attempts,
    /// The wait that the server asked for would not have ended before the call's deadline.
    Asked,
    /// Nor would our own wait before the next attempt, which the server did not ask for.
    Deadline,
    /// The retry budget of this client and its clones is spent.
    Budget,
}

/// The fields of an [`Error`], as the classifier fills them.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) kind: ErrorKind,
    pub(crate) state: TokenState,
    pub(crate) retryable: bool,
    pub(crate) status: Option<StatusCode>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) attempts: u32,
    pub(crate) stop: Option<Stop>,
    pub(crate) detail: Option<String>,
    pub(crate) source: Option<reqwest::Error>,
}

impl Report {
    pub(crate) fn new(kind: ErrorKind, state: TokenState, retryable: bool) -> Self {
        Self {
            kind,
            state,
            retryable,
            status: None,
            code: None,
            message: None,
            retry_after: None,
            attempts: 0,
            stop: None,
            detail: None,
            source: None,
        }
    }

    /// Nothing was sent.
    pub(crate) fn config(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, TokenState::Live, false).detail(detail)
    }

    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With what is behind it, and is not said again in its own words. The address is taken out: it is
    /// the caller's own.
    pub(crate) fn because(mut self, cause: reqwest::Error) -> Self {
        self.source = Some(cause.without_url());
        self
    }
}

impl From<Report> for Error {
    fn from(report: Report) -> Self {
        Self(Box::new(report))
    }
}

impl Error {
    pub(crate) fn config(detail: impl Into<String>) -> Self {
        Report::config(detail).into()
    }

    /// What kind of failure it was; see [`ErrorKind`].
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Credentials, ErrorKind, RetryPolicy, Token, TokenState};
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # sandbox.fail_next(Fault::status(429));
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .retry(RetryPolicy::none())
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let error = client.revoke(token).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::RateLimited);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The HTTP status of the last answer, if there was one.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Credentials, ErrorKind, RetryPolicy, Token, TokenState};
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # sandbox.fail_next(Fault::status(502));
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .retry(RetryPolicy::none())
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let error = client.revoke(token).await.unwrap_err();
    /// assert_eq!(error.status(), Some(http::StatusCode::BAD_GATEWAY));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The server's code for the error, such as `VALIDATION_ERROR` or `invalid_client`: from the
    /// documented envelope, or from an answer in the form of RFC 6749 §5.2. At most 128 bytes of it.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Credentials, ErrorKind, RetryPolicy, Token, TokenState};
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # sandbox.fail_next(Fault::envelope(400, "VALIDATION_ERROR", "Invalid request parameters"));
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .retry(RetryPolicy::none())
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let error = client.revoke(token).await.unwrap_err();
    /// assert_eq!(error.code(), Some("VALIDATION_ERROR"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The server's words, with any echo of the token or the client's secret replaced by `[redacted]`.
    /// At most 1,024 bytes of them, without control characters.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Credentials, ErrorKind, RetryPolicy, Token, TokenState};
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # sandbox.fail_next(Fault::envelope(400, "VALIDATION_ERROR", "Invalid request parameters"));
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .retry(RetryPolicy::none())
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let error = client.revoke(token).await.unwrap_err();
    /// assert_eq!(error.message(), Some("Invalid request parameters"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// How long the server asks to wait before another call: its `Retry-After` header, given as
    /// seconds or as a date (RFC 9110 §10.2.3). A date in the past is zero; what is neither, `None`.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Credentials, ErrorKind, RetryPolicy, Token, TokenState};
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # sandbox.fail_next(Fault::status(503).retry_after(Duration::from_secs(120)));
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .retry(RetryPolicy::none())
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let error = client.revoke(token).await.unwrap_err();
    /// assert_eq!(error.retry_after(), Some(Duration::from_secs(120)));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many attempts were begun. Zero if the call failed before the first.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Credentials, ErrorKind, RetryPolicy, Token, TokenState};
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # sandbox.fail_next(Fault::status(503));
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .retry(RetryPolicy::none())
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let error = client.revoke(token).await.unwrap_err();
    /// assert_eq!(error.attempts(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the same call may succeed later. Revoking is idempotent, so that repeating it is
    /// always safe; this says whether it is of use.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Credentials, ErrorKind, RetryPolicy, Token, TokenState};
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # sandbox.fail_next(Fault::status(503));
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .retry(RetryPolicy::none())
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let error = client.revoke(token).await.unwrap_err();
    /// assert!(error.is_retryable());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether the token may still be used by someone, over all attempts of this call.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Credentials, ErrorKind, RetryPolicy, Token, TokenState};
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # sandbox.fail_next(Fault::lost_success());
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .retry(RetryPolicy::none())
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// let error = client.revoke(token).await.unwrap_err();
    /// assert_eq!(error.token_state(), TokenState::Unknown);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn token_state(&self) -> TokenState {
        self.0.state
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &*self.0;
        write!(f, "{}", report.kind)?;
        if let Some(detail) = &report.detail {
            write!(f, ": {detail}")?;
        }
        if let Some(status) = report.status {
            write!(f, ": status {status}")?;
        }
        if let Some(code) = &report.code {
            write!(f, ", code `{code}`")?;
        }
        if let Some(message) = &report.message {
            write!(f, ", message \"{message}\"")?;
        }
        if report.attempts == 0 {
            return Ok(());
        }
        let plural = if report.attempts == 1 { "" } else { "s" };
        write!(f, "; after {} attempt{plural}, ", report.attempts)?;
        f.write_str(match report.state {
            TokenState::Live => "the token was not revoked",
            TokenState::Unknown => "the token may still be valid",
            TokenState::NotRecognised => "no valid token is left",
        })?;
        match (report.stop, report.retry_after) {
            (Some(Stop::Asked), Some(wait)) => write!(
                f,
                "; the server asks to wait {} s, which is past this call's deadline",
                wait.as_secs()
            ),
            (Some(Stop::Asked | Stop::Deadline), _) => {
                f.write_str("; no time was left for a further attempt")
            }
            (Some(Stop::Budget), _) => f.write_str("; the retry budget is spent"),
            (Some(Stop::Attempts) | None, _) => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &*self.0;
        f.debug_struct("Error")
            .field("kind", &report.kind)
            .field("status", &report.status)
            .field("code", &report.code)
            .field("message", &report.message)
            .field("retry_after", &report.retry_after)
            .field("attempts", &report.attempts)
            .field("is_retryable", &report.retryable)
            .field("token_state", &report.state)
            .field("stop", &report.stop)
            .field("detail", &report.detail)
            .field("source", &report.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
