//! One revocation, before it is awaited.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use crate::call::BoxedCall;
use crate::call::state::{Call, CallOptions, Shared};
use crate::{Error, RetryPolicy, Revoked, Token, TokenTypeHint, call};

/// One revocation, to be awaited, or sent by a blocking client. Made by [`Client::revoke`](crate::Client::revoke).
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
#[must_use = "nothing is revoked until this is awaited or sent"]
pub struct Revoke<R = ()> {
    /// The blocking client that runs the call, if there is one.
    #[cfg_attr(not(feature = "blocking"), expect(dead_code, reason = "always `()`"))]
    pub(crate) runner: R,
    pub(crate) call: Call,
}

impl<R> Revoke<R> {
    pub(crate) fn new(runner: R, shared: Arc<Shared>, token: Token) -> Self {
        let call = Call::new(shared, CallOptions::default(), token);
        Self { runner, call }
    }

    /// The type of the token, which helps the server to find it. Only a hint: the server also searches
    /// other types of tokens (RFC 7009 §2.1). Defaults to none.
    pub fn hint(mut self, hint: TokenTypeHint) -> Self {
        self.call.request.token_type_hint = Some(hint.into());
        self
    }

    /// The timeout of this call: all attempts and the waits between them. Zero is a
    /// [`Config`](crate::ErrorKind::Config) error. Defaults to the client's
    /// [`timeout`](crate::ClientBuilder::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.call.options.timeout = Some(timeout);
        self
    }

    /// The retry policy of this call. Its retries spend from the client's budget. Defaults to the
    /// client's [`retry`](crate::ClientBuilder::retry).
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.call.options.retry = Some(policy);
        self
    }

    /// Adds a header to this call's requests, such as trace context. Defaults to none.
    ///
    /// Headers that this crate or the HTTP stack sets are refused: the call returns a
    /// [`Config`](crate::ErrorKind::Config) error, and nothing is sent. They are `Authorization`,
    /// `Content-*`, `Host`, `Cookie`, `Accept*`, `User-Agent`, `Connection`, `TE`,
    /// `Transfer-Encoding`, `Upgrade`, `Expect` and `Proxy-*`.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        let headers = self.call.options.headers.get_or_insert_default();
        headers.append(name, value);
        self
    }
}

impl IntoFuture for Revoke {
    type Output = Result<Revoked, Error>;
    type IntoFuture = BoxedCall;

    fn into_future(self) -> Self::IntoFuture {
        call::make(self.call)
    }
}

impl<R> fmt::Debug for Revoke<R> {
    // Without headers, which may be confidential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revoke")
            .field("request", &self.call.request)
            .finish_non_exhaustive()
    }
}
