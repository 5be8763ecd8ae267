//! The kind of a failure, with its label and its text.

use std::fmt;

/// The kind of a failure. More may be added.
///
/// Whether the request may have revoked the token is in [`Error::token_state`](crate::Error::token_state).
///
/// ```
/// # use digilocker::ErrorKind;
/// assert_eq!(ErrorKind::RateLimited.to_string(), "too many requests");
/// assert_eq!(ErrorKind::RateLimited.as_str(), "rate_limited"); // for metrics
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server refused the request as malformed: `invalid_request`, `VALIDATION_ERROR`, or a 4xx
    /// that is not named below.
    InvalidRequest,
    /// The server refused the client's credentials, or none were sent: `invalid_client`,
    /// `invalid_client_id`, `unauthorized_client`, `access_denied`, 401, 403.
    Unauthorized,
    /// The server refused the token: `invalid_token`, `invalid_grant`, or a 400 without a body, which
    /// the vendor documents as "the token is invalid". The error of text that is not a token at all is
    /// [`InvalidToken`](struct@crate::InvalidToken).
    InvalidToken,
    /// The server does not revoke tokens of this type: `unsupported_token_type` (RFC 7009 §2.2.1).
    UnsupportedTokenType,
    /// Too many requests: `slow_down`, 429.
    RateLimited,
    /// The server cannot serve the request now: `temporarily_unavailable`,
    /// `partner_service_unresponsive`, 408, 425, 502, 503, 504.
    Unavailable,
    /// The server failed: `server_error`, `unexpected_error`, 500 and other 5xx, or a success status
    /// whose body says that the token was not revoked.
    Server,
    /// The server responded with a redirect. It is never followed: that would send the token to another
    /// address, or turn the call into a `GET` whose 200 looks like success.
    Redirect,
    /// The connect, attempt or call timeout passed.
    Timeout,
    /// The connection failed: refused, unreachable, or the host name does not resolve. Nothing was sent.
    Connect,
    /// The TLS connection failed: the certificate is not valid for the host, or the peer does not speak
    /// TLS.
    Tls,
    /// The connection broke, or the response is invalid, incomplete or contradicts itself.
    Protocol,
    /// The body of a success response is larger than `max_response_bytes`.
    TooLarge,
    /// The configuration of the client or the call is invalid. Nothing was sent.
    Config,
}

impl ErrorKind {
    /// A stable label for metrics, in snake case.
    pub fn as_str(self) -> &'static str {
        self.label_and_text().0
    }

    fn label_and_text(self) -> (&'static str, &'static str) {
        match self {
            Self::InvalidRequest => ("invalid_request", "the server refused the request"),
            Self::Unauthorized => (
                "unauthorized",
                "the server refused the client's credentials",
            ),
            Self::InvalidToken => ("invalid_token", "the server refused the token"),
            Self::UnsupportedTokenType => (
                "unsupported_token_type",
                "the server does not revoke tokens of this type",
            ),
            Self::RateLimited => ("rate_limited", "too many requests"),
            Self::Unavailable => ("unavailable", "the server is unavailable"),
            Self::Server => ("server", "the server failed"),
            Self::Redirect => (
                "redirect",
                "the server responded with a redirect, which is never followed",
            ),
            Self::Timeout => ("timeout", "timed out"),
            Self::Connect => ("connect", "connection failed"),
            Self::Tls => ("tls", "TLS connection failed"),
            Self::Protocol => ("protocol", "invalid or incomplete response"),
            Self::TooLarge => ("too_large", "the response is too large"),
            Self::Config => ("config", "invalid client configuration"),
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label_and_text().1)
    }
}
