//! The kinds of failure.

use std::fmt;

/// What kind of failure it was. More may be added.
///
/// ```
/// # use digilocker::ErrorKind;
/// assert_eq!(ErrorKind::RateLimited.to_string(), "too many requests");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server found the request malformed: `invalid_request`, `VALIDATION_ERROR`, or another 4xx.
    InvalidRequest,
    /// The client's credentials were missing, wrong, or not good for this: `invalid_client`,
    /// `unauthorized_client`, `access_denied`, 401, 403.
    Unauthorized,
    /// The server does not know the token: `invalid_token`, `invalid_grant`, or a 400 without a
    /// body, which the vendor documents as "the token is invalid".
    InvalidToken,
    /// The server does not revoke tokens of this type: `unsupported_token_type` (RFC 7009 §2.2.1).
    UnsupportedTokenType,
    /// Too many requests: `slow_down`, 429.
    RateLimited,
    /// The server cannot serve the request now: `temporarily_unavailable`, 408, 425, 502, 503, 504.
    Unavailable,
    /// The server failed: `server_error`, 500 and other 5xx, or `"success": false` without a code.
    Server,
    /// The server answered with a redirect, which is never followed: it would carry the token to
    /// another address, or turn the call into a `GET` whose 200 looks like success.
    Redirect,
    /// Time ran out: the connect, attempt, or total timeout.
    Timeout,
    /// No connection: refused, unreachable, or the host's name does not resolve. Nothing was sent.
    Connect,
    /// No trusted connection: the certificate is not valid for the host, or the peer does not speak
    /// TLS. Nothing was sent.
    Tls,
    /// The connection broke, or what came back is not an answer that can be relied on.
    Protocol,
    /// The answer's body is larger than `max_response_bytes`.
    TooLarge,
    /// The client was set up in a way that cannot work. Nothing was sent.
    Config,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidRequest => "the server refused the request",
            Self::Unauthorized => "the server refused the client's credentials",
            Self::InvalidToken => "the server does not recognise the token",
            Self::UnsupportedTokenType => "the server does not revoke tokens of this type",
            Self::RateLimited => "too many requests",
            Self::Unavailable => "the server is unavailable",
            Self::Server => "the server failed",
            Self::Redirect => "the server answered with a redirect, which is never followed",
            Self::Timeout => "time ran out",
            Self::Connect => "no connection to the server",
            Self::Tls => "no trusted connection to the server",
            Self::Protocol => "the server's answer cannot be relied on",
            Self::TooLarge => "the server's answer is too large",
            Self::Config => "the client's configuration cannot work",
        })
    }
}
