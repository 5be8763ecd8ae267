//! The asynchronous client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;

use crate::attempts::Limits;
use crate::credentials::Authentication;
use crate::redact::Form;
use crate::wire::Template;
use crate::{BodyEncoding, ClientBuilder, Credentials, Environment, Revoke, RevokeAll, Token};

/// Revokes tokens. Build it once and clone it where it is needed: clones share connections and the
/// retry budget.
///
/// Its calls run on a Tokio runtime with time and I/O enabled.
///
/// ```
/// # use digilocker::{Client, Credentials, Environment};
/// let client = Client::builder(Environment::Production)
///     .credentials(Credentials::basic("client-id", "client-secret"))
///     .build()?;
/// let another = client.clone();
/// # Ok::<(), digilocker::Error>(())
/// ```
#[derive(Clone)]
pub struct Client(Arc<Shared>);

/// What the clones of a client share.
pub(crate) struct Shared {
    pub(crate) base_url: String,
    pub(crate) http: reqwest::Client,
    pub(crate) template: Template,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) authentication: Authentication,
    /// What must not come back in the server's words, beside the token.
    pub(crate) secrets: Vec<Form>,
    pub(crate) body_encoding: BodyEncoding,
    pub(crate) timeout: Duration,
    pub(crate) limits: Limits,
    pub(crate) max_response_bytes: usize,
}

impl Client {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    /// A builder of a client for this environment.
    ///
    /// ```
    /// # use digilocker::{Client, Environment};
    /// let client = Client::builder("https://gateway.example".parse()?).build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn builder(environment: Environment) -> ClientBuilder {
        ClientBuilder::new(environment)
    }

    /// Revokes one token, once it is awaited. See [`Revoke`] for what can be set before.
    ///
    /// DigiLocker invalidates the token and, where it applies, every other token of the same grant.
    ///
    /// # Errors
    ///
    /// Awaiting gives an [`Error`](crate::Error) if the token was not, or may not have been,
    /// revoked; [`token_state()`](crate::Error::token_state) says which.
    ///
    /// # Panics
    ///
    /// Awaiting panics without a Tokio runtime that has time and I/O enabled. Nothing was sent then.
    ///
    /// # Cancelling
    ///
    /// The call can be dropped at any time. If its request was on the way by then, the token may or
    /// may not be revoked; to be sure, call again.
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
    /// # let grant = sandbox.issue_grant();
    /// # let text = grant.refresh_token();
    /// client.revoke(Token::new(text)?).await?;
    /// assert!(!sandbox.is_live(grant.access_token()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn revoke(&self, token: Token) -> Revoke {
        Revoke::new(self.clone(), token)
    }

    /// Revokes each token of a stream. See [`RevokeAll`].
    ///
    /// ```
    /// # use digilocker::{Client, Credentials, Token};
    /// # use digilocker_mock::Sandbox;
    /// use futures_util::{StreamExt as _, stream};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = Sandbox::start_async().await;
    /// # let client = Client::builder(sandbox.base_url().parse()?)
    /// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
    /// #     .build()?;
    /// # let token = || Token::new(sandbox.issue_grant().refresh_token());
    /// let tokens = vec![token()?, token()?, token()?];
    /// let results: Vec<_> = client.revoke_all(stream::iter(tokens)).concurrency(64).collect().await;
    /// assert!(results.iter().all(|(_, result)| result.is_ok()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn revoke_all<S: Stream<Item = Token>>(&self, tokens: S) -> RevokeAll<S> {
        RevokeAll::new(self.clone(), tokens)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url)
            .field("credentials", &self.0.credentials)
            .field("body_encoding", &self.0.body_encoding)
            .field("attempt_timeout", &self.0.limits.attempt_timeout)
            .field("timeout", &self.0.timeout)
            .field("retry", &self.0.limits.retry)
            .field("max_response_bytes", &self.0.max_response_bytes)
            .finish_non_exhaustive()
    }
}
