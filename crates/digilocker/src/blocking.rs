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
use std::future::{Ready, ready};
use std::iter::Fuse;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Join, join};
use futures_util::stream::FuturesUnordered;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;
use tracing::instrument::{Instrument as _, WithSubscriber as _};

use crate::batch::{CONCURRENCY, Settings};
use crate::call::state::CallOptions;
use crate::revoke::BoxedCall;
use crate::{
    ClientBuilder, Environment, Error, ErrorKind, Revoked, Token, TokenState, TokenTypeHint,
};

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

/// A call on the background thread. Dropping it cancels the call.
struct Task(JoinHandle<Result<Revoked, Error>>);

impl Task {
    /// Starts a call. Its span becomes a child of the current one.
    fn start(call: BoxedCall, handle: &Handle) -> Self {
        Self(handle.spawn(call.in_current_span().with_current_subscriber()))
    }
}

impl Future for Task {
    type Output = Result<Revoked, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let result = Pin::new(&mut self.0).poll(context);
        result.map(|result| result.unwrap_or_else(|_| Err(panicked())))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
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
        Revoke::new(self.clone(), shared, CallOptions::default(), token)
    }

    /// Revokes each token of an iterator. [`RevokeAll`] has the options of the batch.
    pub fn revoke_all<K, I>(&self, tokens: I) -> RevokeAll<I::IntoIter, K>
    where
        I: IntoIterator<Item = (K, Token)>,
    {
        RevokeAll {
            client: self.clone(),
            settings: Settings::new(Arc::clone(&self.inner.0)),
            concurrency: CONCURRENCY,
            tokens: tokens.into_iter().fuse(),
            calls: FuturesUnordered::new(),
        }
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
        let handle = self.runner.handle.clone();
        pollster::block_on(Task::start(self.call(), &handle))
    }
}

/// The error of a call that panicked: a custom HTTP client may run code of the caller.
fn panicked() -> Error {
    let mut error = Error::new(ErrorKind::Protocol, TokenState::Unknown, false);
    error.0.attempts = 1;
    error.with_detail("the call panicked")
}

/// Revokes each token of an iterator and yields the results. Made by [`Client::revoke_all`].
///
/// Each item is the key that came with a token and the result of its call, in the order in which the calls
/// end. Tokens are taken only in [`next`](Iterator::next), at most [`concurrency`](Self::concurrency) at a
/// time. Calls in flight continue between calls of `next`; dropping the iterator cancels them. Otherwise it
/// works like the [stream](crate::RevokeAll).
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
#[must_use = "an iterator does nothing until `next` is called"]
pub struct RevokeAll<I, K> {
    client: Client,
    settings: Settings,
    concurrency: usize,
    tokens: Fuse<I>,
    calls: FuturesUnordered<Join<Ready<K>, Task>>,
}

impl<I, K> RevokeAll<I, K> {
    /// See [`RevokeAll::concurrency`](crate::RevokeAll::concurrency).
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// See [`RevokeAll::hint`](crate::RevokeAll::hint).
    pub fn hint(mut self, hint: TokenTypeHint) -> Self {
        self.settings.hint = Some(hint);
        self
    }

    /// See [`RevokeAll::timeout`](crate::RevokeAll::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout(timeout);
        self
    }
}

impl<I: Iterator<Item = (K, Token)>, K> Iterator for RevokeAll<I, K> {
    type Item = (K, Result<Revoked, Error>);

    fn next(&mut self) -> Option<Self::Item> {
        while self.calls.len() < self.concurrency {
            let Some((key, token)) = self.tokens.next() else {
                break;
            };
            let call = self.settings.call(token);
            let task = Task::start(call, &self.client.handle);
            self.calls.push(join(ready(key), task));
        }
        pollster::block_on(self.calls.next())
    }
}

impl<I, K> fmt::Debug for RevokeAll<I, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevokeAll")
            .field("concurrency", &self.concurrency)
            .field("in_flight", &self.calls.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "blocking_tests.rs"]
mod tests;
