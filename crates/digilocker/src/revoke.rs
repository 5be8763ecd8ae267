//! One call, before it is awaited.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use digilocker_client::types;

use crate::pause::Pause;
use crate::{Client, Error, Revoked, Token, call};

/// One revocation, to be awaited. Made by [`Client::revoke`].
///
/// ```
/// # use std::time::Duration;
/// # use digilocker::{Client, Credentials, Token, TokenTypeHint};
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
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is revoked until this is awaited"]
pub struct Revoke {
    pub(crate) client: Client,
    pub(crate) token: Token,
    pub(crate) hint: Option<TokenTypeHint>,
    pub(crate) timeout: Duration,
    /// Shared with other calls, if they are one `revoke_all`.
    pub(crate) pause: Option<Arc<Pause>>,
}

impl Revoke {
    pub(crate) fn new(client: Client, token: Token) -> Self {
        let timeout = client.shared().timeout;
        Self {
            client,
            token,
            hint: None,
            timeout,
            pause: None,
        }
    }

    /// What kind of token it is, so that the server finds it sooner. It is a hint only: the server
    /// looks among the other kind too (RFC 7009 §2.1). Defaults to none.
    ///
    /// ```
    /// # use digilocker::{Client, Credentials, Token};
    /// # use digilocker_mock::Sandbox;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// client.revoke(token).hint(digilocker::TokenTypeHint::RefreshToken).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn hint(mut self, hint: TokenTypeHint) -> Self {
        self.hint = Some(hint);
        self
    }

    /// How long this call may take: all attempts and the waits between them. Defaults to the
    /// client's [`timeout`](crate::ClientBuilder::timeout).
    ///
    /// ```
    /// # use digilocker::{Client, Credentials, Token};
    /// # use digilocker_mock::Sandbox;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .build()?;
    /// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
    /// client.revoke(token).timeout(std::time::Duration::from_secs(3)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl IntoFuture for Revoke {
    type Output = Result<Revoked, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(call::revoke(self))
    }
}

impl fmt::Debug for Revoke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revoke")
            .field("token", &self.token)
            .field("hint", &self.hint)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// The kind of a token (RFC 7009 §2.1).
///
/// ```
/// # use digilocker::TokenTypeHint;
/// assert_eq!(TokenTypeHint::RefreshToken.as_str(), "refresh_token");
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
    /// The hint as it goes to the wire.
    ///
    /// ```
    /// # use digilocker::TokenTypeHint;
    /// assert_eq!(TokenTypeHint::AccessToken.as_str(), "access_token");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}

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
    fn a_hint_is_on_the_wire_as_it_says() {
        for hint in [TokenTypeHint::AccessToken, TokenTypeHint::RefreshToken] {
            let generated = types::TokenTypeHint::from(hint);
            assert_eq!(generated.to_string(), hint.as_str());
        }
        assert_eq!(TokenTypeHint::AccessToken.as_str(), "access_token");
    }
}
