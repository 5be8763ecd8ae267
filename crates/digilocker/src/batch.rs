//! Batches of revocations: a stream of tokens in, a stream of results out.

use std::fmt;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Join, join};
use futures_util::stream::{Fuse, FuturesUnordered, Stream};

use crate::call::cooldown::Cooldown;
use crate::call::state::{CallOptions, Shared};
use crate::revoke::BoxedCall;
use crate::{Error, Revoke, Revoked, Token, TokenTypeHint};

/// Revokes each token of a stream and yields the results. Made by
/// [`Client::revoke_all`](crate::Client::revoke_all).
///
/// Each item is the key that came with a token and the result of its call, in the order in which the calls
/// end. A failure does not stop the others. The stream is lazy: it takes tokens only while it is polled, at
/// most [`concurrency`](Self::concurrency) at a time.
///
/// Each token is a call with the client's timeouts, retries and retry budget. After a `Retry-After` of a
/// response that can be retried, no request of the batch is sent until that time has passed, or the timeout of a
/// call if that is shorter. A call's own timeout begins after that wait.
///
/// # In an outage
///
/// If connections fail, or the server is [unavailable](crate::ErrorKind::Unavailable) or limits the rate, the
/// batch pauses, and then sends one request at a time until one of them gets another result. The pauses grow like
/// the backoffs of the [retry policy](crate::RetryPolicy). Calls that are in flight when the outage begins fail
/// if their own attempts, timeout or retry budget end first; the others wait. An outage that lasts for longer than
/// the timeout of a call (30 seconds by default) is not waited for: from then on until a success, each call makes
/// its own attempts. So a permanent outage ends the batch after that timeout, plus the number of tokens, divided
/// by the concurrency, times one attempt (at most [`attempt_timeout`](crate::ClientBuilder::attempt_timeout)).
///
/// Wrong credentials do not stop a batch: each call ends with
/// [`Unauthorized`](crate::ErrorKind::Unauthorized). Stop it after the first few, by ending the stream of tokens.
///
/// # Polling
///
/// Calls in flight advance only while the stream is polled: keep slow work out of the loop that consumes
/// it. To stop early, end the stream of tokens (`take_until`, `take_while`): the calls in flight then finish.
/// Dropping this stream cancels them.
///
/// # After a leak
///
/// Revoke what leaked, and keep what may still be live:
///
/// ```
/// # use digilocker::{Client, Credentials};
/// # use digilocker_mock::{Fault, Sandbox};
/// use digilocker::{Token, TokenState};
/// use futures_util::{StreamExt as _, stream};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = Sandbox::start_async().await;
/// # let client = Client::builder(sandbox.base_url().parse()?)
/// #     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
/// #     .build()?;
/// # let leaked: Vec<String> = (0..10).map(|_| sandbox.issue_grant().refresh_token().to_owned()).collect();
/// # sandbox.fail_next(Fault::status(403));
/// // From a file or a database cursor: only the tokens in flight are in memory.
/// let tokens = stream::iter(leaked)
///     .enumerate() // the key: a line number, a row id
///     .map(|(line, text)| (line, Token::new(text).expect("a valid token")));
///
/// let mut results = client.revoke_all(tokens).concurrency(64);
/// let mut again = Vec::new();
/// while let Some((line, result)) = results.next().await {
///     match result {
///         Ok(_) => {}
///         Err(error) if error.token_state() == TokenState::NotRecognised => {} // already invalid
///         Err(error) => {
///             eprintln!("line {line}: {error}");
///             again.push(line); // live or unknown: try again later
///         }
///     }
/// }
/// assert_eq!(again.len(), 1);
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct RevokeAll<S, K> {
    settings: Settings,
    concurrency: usize,
    tokens: Fuse<Pin<Box<S>>>,
    calls: FuturesUnordered<Join<Ready<K>, BoxedCall>>,
}

/// The settings of all calls of a batch.
#[derive(Clone)]
pub(crate) struct Settings {
    shared: Arc<Shared>,
    options: CallOptions,
    pub(crate) hint: Option<TokenTypeHint>,
}

impl Settings {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let cooldown = Cooldown::new(shared.settings.timeout, shared.settings.retry);
        Self {
            shared,
            options: CallOptions {
                cooldown: Some(Arc::new(cooldown)),
                ..CallOptions::default()
            },
            hint: None,
        }
    }

    pub(crate) fn timeout(&mut self, timeout: Duration) {
        self.options.timeout = Some(timeout);
        let cooldown = Cooldown::new(timeout, self.shared.settings.retry);
        self.options.cooldown = Some(Arc::new(cooldown));
    }

    pub(crate) fn call(&self, token: Token) -> BoxedCall {
        let call = Revoke::new((), Arc::clone(&self.shared), self.options.clone(), token);
        match self.hint {
            Some(hint) => call.hint(hint).call(),
            None => call.call(),
        }
    }
}

/// The default concurrency of a batch.
pub(crate) const CONCURRENCY: usize = 16;

impl<S: Stream<Item = (K, Token)>, K> RevokeAll<S, K> {
    pub(crate) fn new(shared: Arc<Shared>, tokens: S) -> Self {
        Self {
            settings: Settings::new(shared),
            concurrency: CONCURRENCY,
            tokens: Box::pin(tokens).fuse(),
            calls: FuturesUnordered::new(),
        }
    }

    /// The maximum number of tokens in flight, and in memory. Defaults to 16; 0 counts as 1, and `usize::MAX`
    /// takes all tokens at once, each with a connection of its own. Once the stream has
    /// been polled, it applies to the tokens that are still to be taken, like the other settings.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// The type of all tokens. Defaults to none.
    pub fn hint(mut self, hint: TokenTypeHint) -> Self {
        self.settings.hint = Some(hint);
        self
    }

    /// The timeout of the call for one token: its attempts and the waits between them. Defaults to the
    /// client's [`timeout`](crate::ClientBuilder::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout(timeout);
        self
    }
}

impl<S: Stream<Item = (K, Token)>, K> Stream for RevokeAll<S, K> {
    type Item = (K, Result<Revoked, Error>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while self.calls.len() < self.concurrency {
            let Poll::Ready(Some((key, token))) = self.tokens.poll_next_unpin(context) else {
                break;
            };
            let call = self.settings.call(token);
            self.calls.push(join(ready(key), call));
        }
        match self.calls.poll_next_unpin(context) {
            // No call is in flight, but the stream of tokens has not ended.
            Poll::Ready(None) if !self.tokens.is_done() => Poll::Pending,
            result => result,
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let (in_flight, (min, max)) = (self.calls.len(), self.tokens.size_hint());
        (
            min.saturating_add(in_flight),
            max.and_then(|max| max.checked_add(in_flight)),
        )
    }
}

impl<S, K> fmt::Debug for RevokeAll<S, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevokeAll")
            .field("concurrency", &self.concurrency)
            .field("hint", &self.settings.hint)
            .finish_non_exhaustive()
    }
}
