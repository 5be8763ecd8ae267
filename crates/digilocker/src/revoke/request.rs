//! One revocation, before it is awaited.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use digilocker_client::types;
use http::{HeaderName, HeaderValue};
use serde::de::{Deserialize, Deserializer, Error as _};

use crate::pipeline::CallOptions;
use crate::pipeline::cooldown::Cooldown;
use crate::{Client, Error, RetryPolicy, Revoked, Token};

/// One revocation, to be awaited. Made by [`Client::revoke`].
///
/// ```
/// # use std::time::Duration;
/// # use digilocker::{Client, Credentials, RetryPolicy, Token, TokenTypeHint};
/// # use digilocker::http::{HeaderName, HeaderValue};
/// # use digilocker_mock::Sandbox;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = Sandbox::start_async().await;
/// # let client = Client::builder(sandbox.base_url().parse()?)
/// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
/// #     .build()?;
/// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
/// let revoked = client
///     .revoke(token)
///     .hint(TokenTypeHint::RefreshToken)
///     .timeout(Duration::from_secs(3))
///     .retry(RetryPolicy::none())
///     .header(
///         HeaderName::from_static("traceparent"),
///         HeaderValue::from_static("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
///     )
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is revoked until this is awaited"]
pub struct Revoke {
    pub(super) client: Client,
    pub(super) token: Token,
    pub(super) hint: Option<TokenTypeHint>,
    /// The error of an invalid setting, which the call returns.
    pub(super) options: Result<CallOptions, Error>,
    /// Shared with the other calls of a batch.
    pub(super) cooldown: Option<Arc<Cooldown>>,
}

impl Revoke {
    pub(crate) fn new(client: Client, token: Token) -> Self {
        Self {
            client,
            token,
            hint: None,
            options: Ok(CallOptions::default()),
            cooldown: None,
        }
    }

    /// The type of the token, which helps the server to find it. Only a hint: the server also searches
    /// other types of tokens (RFC 7009 §2.1). Defaults to none.
    pub fn hint(mut self, hint: TokenTypeHint) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The timeout of this call: all attempts and the waits between them. Zero is a
    /// [`Config`](crate::ErrorKind::Config) error. Defaults to the client's
    /// [`timeout`](crate::ClientBuilder::timeout).
    pub fn timeout(self, timeout: Duration) -> Self {
        self.set(|options| {
            if timeout.is_zero() {
                return Err(Error::config("`timeout` is zero"));
            }
            options.timeout = Some(timeout);
            Ok(())
        })
    }

    /// The retry policy of this call. Its retries spend from the client's budget. Defaults to the
    /// client's [`retry`](crate::ClientBuilder::retry).
    pub fn retry(self, policy: RetryPolicy) -> Self {
        self.set(|options| {
            options.retry = Some(policy);
            Ok(())
        })
    }

    /// Adds a header to this call's requests, such as trace context. Defaults to none.
    ///
    /// Headers that this crate or the HTTP stack sets are refused: the call returns a
    /// [`Config`](crate::ErrorKind::Config) error, and nothing is sent. They are `Authorization`,
    /// `Content-*`, `Host`, `Cookie`, `Accept*`, `User-Agent`, `Connection`, `TE`,
    /// `Transfer-Encoding`, `Upgrade`, `Expect` and `Proxy-*`.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.set(|options| {
            if is_reserved(&name) {
                return Err(Error::config(format!(
                    "`header`: `{name}` cannot be set for a call"
                )));
            }
            options.headers.get_or_insert_default().append(name, value);
            Ok(())
        })
    }

    fn set(mut self, set: impl FnOnce(&mut CallOptions) -> Result<(), Error>) -> Self {
        self.options = self.options.and_then(|mut options| {
            set(&mut options)?;
            Ok(options)
        });
        self
    }
}

fn is_reserved(name: &HeaderName) -> bool {
    let name = name.as_str();
    ["content-", "accept", "proxy-"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || [
            "authorization",
            "host",
            "cookie",
            "user-agent",
            "connection",
            "te",
            "transfer-encoding",
            "upgrade",
            "expect",
        ]
        .contains(&name)
}

impl IntoFuture for Revoke {
    type Output = Result<Revoked, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(super::revoke(self))
    }
}

impl fmt::Debug for Revoke {
    // Without headers, which may be confidential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revoke")
            .field("token", &self.token)
            .field("hint", &self.hint)
            .finish_non_exhaustive()
    }
}

/// The type of a token (RFC 7009 §2.1).
///
/// ```
/// # use digilocker::TokenTypeHint;
/// assert_eq!(TokenTypeHint::RefreshToken.to_string(), "refresh_token");
/// assert_eq!("access_token".parse(), Ok(TokenTypeHint::AccessToken));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenTypeHint {
    /// `access_token`
    AccessToken,
    /// `refresh_token`
    RefreshToken,
}

impl TokenTypeHint {
    /// The hint as requests carry it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}

impl fmt::Display for TokenTypeHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TokenTypeHint {
    type Err = InvalidTokenTypeHint;

    fn from_str(text: &str) -> Result<Self, InvalidTokenTypeHint> {
        match text {
            "access_token" => Ok(Self::AccessToken),
            "refresh_token" => Ok(Self::RefreshToken),
            _ => Err(InvalidTokenTypeHint(())),
        }
    }
}

/// Accepts the same text as [`FromStr`].
impl<'de> Deserialize<'de> for TokenTypeHint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The text is not quoted: it may be a misplaced token.
        let text = String::deserialize(deserializer)
            .map_err(|_| D::Error::custom(InvalidTokenTypeHint(())))?;
        text.parse().map_err(D::Error::custom)
    }
}

/// The text is not a token type hint. The error does not quote the text, which may be a misplaced token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTokenTypeHint(());

impl fmt::Display for InvalidTokenTypeHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token type hint must be `access_token` or `refresh_token`")
    }
}

impl std::error::Error for InvalidTokenTypeHint {}

impl From<TokenTypeHint> for types::TokenTypeHint {
    fn from(hint: TokenTypeHint) -> Self {
        match hint {
            TokenTypeHint::AccessToken => Self::AccessToken,
            TokenTypeHint::RefreshToken => Self::RefreshToken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_match_the_generated_type() {
        for hint in [TokenTypeHint::AccessToken, TokenTypeHint::RefreshToken] {
            let generated = types::TokenTypeHint::from(hint);
            assert_eq!(generated.to_string(), hint.to_string());
            assert_eq!(hint.as_str().parse(), Ok(hint));
        }
        assert_eq!(TokenTypeHint::AccessToken.as_str(), "access_token");
        let error = "marker-TOKEN".parse::<TokenTypeHint>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "a token type hint must be `access_token` or `refresh_token`"
        );
        for json in [r#""marker-TOKEN""#, "8012345", r#"["marker-TOKEN"]"#] {
            let error = serde_json::from_str::<TokenTypeHint>(json).unwrap_err();
            assert!(!error.to_string().contains("TOKEN"), "{error}");
            assert!(!error.to_string().contains("801"), "{error}");
        }
    }

    #[test]
    fn headers_of_the_crate_and_the_http_stack_are_reserved() {
        for name in [
            "Authorization",
            "Content-Type",
            "content-length",
            "Host",
            "cookie",
            "Accept",
            "Accept-Encoding",
            "User-Agent",
            "Connection",
            "TE",
            "Transfer-Encoding",
            "Upgrade",
            "Expect",
            "Proxy-Authorization",
        ] {
            assert!(is_reserved(&name.parse().unwrap()), "{name}");
        }
        for name in [
            "traceparent",
            "tracestate",
            "x-request-id",
            "te-x",
            "host-x",
            "cookie2",
        ] {
            assert!(!is_reserved(&name.parse().unwrap()), "{name}");
        }
    }
}
