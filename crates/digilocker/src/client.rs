//! The asynchronous client.

use std::fmt;
use std::sync::Arc;

use futures_util::Stream;

use crate::pipeline::Pipeline;
use crate::{ClientBuilder, Environment, Revoke, RevokeAll, Token};

/// Revokes tokens. Build it once and clone it where it is needed: clones share connections and the
/// retry budget.
///
/// Calls need a Tokio runtime with time and I/O enabled.
///
/// ```
/// # use digilocker::{Client, Credentials, Token};
/// # use digilocker_mock::Sandbox;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = Sandbox::start_async().await;
/// # let grant = sandbox.issue_grant();
/// # let text = grant.refresh_token();
/// let client = Client::builder(sandbox.base_url().parse()?)
///     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
///     .build()?;
/// client.revoke(Token::new(text)?).await?;
/// assert!(!sandbox.is_live(grant.access_token())); // the whole grant was revoked
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Pipeline>);

impl Client {
    pub(crate) fn new(pipeline: Pipeline) -> Self {
        Self(Arc::new(pipeline))
    }

    pub(crate) fn pipeline(&self) -> &Arc<Pipeline> {
        &self.0
    }

    /// A builder of a client for this environment.
    pub fn builder(environment: Environment) -> ClientBuilder {
        ClientBuilder::new(environment)
    }

    /// Revokes one token when awaited. [`Revoke`] has the options of the call.
    ///
    /// DigiLocker invalidates the token and, where it applies, every other token of the same grant.
    ///
    /// # Errors
    ///
    /// Awaiting returns an [`Error`](crate::Error) if the token was not, or may not have been,
    /// revoked; [`token_state()`](crate::Error::token_state) says which.
    ///
    /// # Panics
    ///
    /// Awaiting panics outside a Tokio runtime with time and I/O enabled. Nothing is sent in that case.
    ///
    /// # Cancellation
    ///
    /// The call can be dropped at any time. If the request was already sent, the token may or may not be
    /// revoked; to be sure, call again.
    pub fn revoke(&self, token: Token) -> Revoke {
        Revoke::new(self.clone(), token)
    }

    /// Revokes each token of a stream. [`RevokeAll`] has the options of the batch.
    pub fn revoke_all<K, S: Stream<Item = (K, Token)>>(&self, tokens: S) -> RevokeAll<S, K> {
        RevokeAll::new(self.clone(), tokens)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pipeline = &self.0;
        f.debug_struct("Client")
            .field("base_url", &pipeline.base_url)
            .field("credentials", &pipeline.credentials)
            .field("body_encoding", &pipeline.body_encoding)
            .field("attempt_timeout", &pipeline.attempt_timeout)
            .field("timeout", &pipeline.timeout)
            .field("retry", &pipeline.retry)
            .field("max_response_bytes", &pipeline.max_response_bytes)
            .finish_non_exhaustive()
    }
}
