//! The blocking client, for code without `async`. Needs the feature `blocking`.
//!
//! ```
//! use digilocker::{Credentials, Token, blocking};
//! # use digilocker_mock::Sandbox;
//! # let sandbox = Sandbox::start();
//! # let grant = sandbox.issue_grant();
//!
//! let client = blocking::Client::builder(sandbox.base_url().parse()?)
//!     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!     .build()?;
//! client.revoke(Token::new(grant.refresh_token())?).send()?;
//! assert!(!sandbox.is_live(grant.access_token()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;

use futures_util::stream::{self, Iter};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinSet;
use tracing::instrument::{Instrument as _, WithSubscriber as _};

use crate::call::{self, BoxedCall};
use crate::{ClientBuilder, Environment, Error, ErrorKind, Revoked, Token, TokenState};

/// Revokes tokens, blocking. Build it once and clone it where it is needed.
///
/// Clones share one background thread, which makes the calls. The client works in any context, including
/// `spawn_blocking`. In an `async` function it blocks the thread of the runtime: use
/// [`digilocker::Client`](crate::Client) there.
#[derive(Clone)]
pub struct Client {
    inner: crate::Client,
    handle: Handle,
    /// Ends with the last clone and the last batch.
    _runtime: Arc<Background>,
}

/// A runtime that can be dropped anywhere, even inside an asynchronous task.
struct Background(Option<Runtime>);

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Client {
    /// A builder of a client for this environment.
    pub fn builder(environment: Environment) -> ClientBuilder<Self> {
        ClientBuilder::new(environment)
    }

    /// Revokes one token when [sent](Revoke::send).
    pub fn revoke(&self, token: Token) -> Revoke {
        let shared = Arc::clone(&self.inner.0);
        Revoke::new(self.clone(), shared, token)
    }

    /// Revokes each token of an iterator. [`RevokeAll`] has the options of the batch.
    pub fn revoke_all<K, I: IntoIterator<Item = (K, Token)>>(
        &self,
        tokens: I,
    ) -> RevokeAll<I::IntoIter, K> {
        let shared = Arc::clone(&self.inner.0);
        RevokeAll::new(self.clone(), shared, stream::iter(tokens))
    }

    /// Starts a call on the background thread. Its span becomes a child of the current one. Dropping the returned
    /// future cancels it.
    fn start(&self, call: BoxedCall) -> BoxedCall {
        let mut task = JoinSet::new();
        let call = call.in_current_span().with_current_subscriber();
        task.spawn_on(call, &self.handle);
        Box::pin(async move {
            let result = task.join_next().await.and_then(Result::ok);
            result.unwrap_or_else(|| {
                // It panicked: a custom HTTP client may run code of the caller.
                let mut error = Error::not_retryable(ErrorKind::Protocol, TokenState::Unknown);
                error.details.attempts = 1;
                Err(error.with_detail("the call panicked"))
            })
        })
    }
}

impl ClientBuilder<Client> {
    /// Builds the client. No connection is made yet.
    ///
    /// # Errors
    ///
    /// As for the asynchronous client; also if the background thread cannot be started.
    pub fn build(self) -> Result<Client, Error> {
        let inner = crate::Client(Arc::new(self.shared()?));
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("digilocker")
            .enable_all()
            .build()
            .map_err(|cause| {
                Error::config(format!("the background thread cannot be started: {cause}"))
            })?;
        Ok(Client {
            inner,
            handle: runtime.handle().clone(),
            _runtime: Arc::new(Background(Some(runtime))),
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// One revocation, to be sent. Made by [`Client::revoke`].
///
/// ```
/// # use std::time::Duration;
/// # use digilocker::{Credentials, Token, TokenTypeHint, blocking};
/// # use digilocker_mock::Sandbox;
/// # let sandbox = Sandbox::start();
/// # let client = blocking::Client::builder(sandbox.base_url().parse()?)
/// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
/// #     .build()?;
/// # let token = Token::new(sandbox.issue_grant().refresh_token())?;
/// let revoked = client
///     .revoke(token)
///     .hint(TokenTypeHint::RefreshToken)
///     .timeout(Duration::from_secs(3))
///     .send()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type Revoke = crate::Revoke<Client>;

impl Revoke {
    /// Makes the call and blocks until it ends.
    ///
    /// # Errors
    ///
    /// As for the [asynchronous call](crate::Client::revoke).
    pub fn send(self) -> Result<Revoked, Error> {
        // Not tokio's `block_on`, which panics inside an asynchronous task.
        pollster::block_on(self.runner.start(call::make(self.call)))
    }
}

/// Revokes each token of an iterator and yields the results. Made by [`Client::revoke_all`].
///
/// Each item is the key that came with a token and the result of its call, in the order in which the calls
/// end. Tokens are taken only in [`next`](Iterator::next), at most
/// [`concurrency`](crate::RevokeAll::concurrency) at a time. Calls in flight continue between calls of `next`;
/// dropping the iterator cancels them. Otherwise it works like the [stream](crate::RevokeAll).
///
/// ```
/// # use digilocker::{Credentials, Token, blocking};
/// # use digilocker_mock::Sandbox;
/// # let sandbox = Sandbox::start();
/// # let client = blocking::Client::builder(sandbox.base_url().parse()?)
/// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
/// #     .build()?;
/// # let texts: Vec<String> = (0..3).map(|_| sandbox.issue_grant().refresh_token().to_owned()).collect();
/// let tokens = texts.into_iter().map(|text| Token::new(text).expect("a valid token"));
/// for (line, result) in client.revoke_all(tokens.enumerate()).concurrency(64) {
///     if let Err(error) = result {
///         eprintln!("line {line}: {error}");
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type RevokeAll<I, K> = crate::RevokeAll<Iter<I>, K, Client>;

impl<I: Iterator<Item = (K, Token)>, K> Iterator for RevokeAll<I, K> {
    type Item = (K, Result<Revoked, Error>);

    fn next(&mut self) -> Option<Self::Item> {
        pollster::block_on(poll_fn(|context| self.poll_result(context, Client::start)))
    }
}

#[cfg(test)]
#[path = "blocking_tests.rs"]
mod tests;
