//! The asynchronous client.

use std::fmt;
use std::sync::Arc;

use futures_util::Stream;

use crate::call::state::Shared;
use crate::{Revoke, RevokeAll, Token};

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
pub struct Client(pub(crate) Arc<Shared>);

impl Client {
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
        Revoke::new((), Arc::clone(&self.0), token)
    }

    /// Revokes each token of a stream. [`RevokeAll`] has the options of the batch.
    pub fn revoke_all<K, S: Stream<Item = (K, Token)>>(&self, tokens: S) -> RevokeAll<S, K> {
        RevokeAll::new((), Arc::clone(&self.0), tokens)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.0.settings).finish()
    }
}
