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
use crate::call::state::{Call, CallOptions, Shared};
use crate::call::{self, BoxedCall};
use crate::{Error, Revoked, Token, TokenTypeHint};

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
#[must_use = "a batch does nothing until it is polled or iterated"]
pub struct RevokeAll<S, K, R = ()> {
    /// The blocking client that runs the calls, if there is one.
    pub(crate) runner: R,
    shared: Arc<Shared>,
    options: CallOptions,
    hint: Option<TokenTypeHint>,
    concurrency: usize,
    tokens: Fuse<Pin<Box<S>>>,
    calls: FuturesUnordered<Join<Ready<K>, BoxedCall>>,
}

impl<S: Stream<Item = (K, Token)>, K, R> RevokeAll<S, K, R> {
    pub(crate) fn new(runner: R, shared: Arc<Shared>, tokens: S) -> Self {
        let timeout = shared.settings.timeout;
        let batch = Self {
            runner,
            shared,
            options: CallOptions::default(),
            hint: None,
            concurrency: 16,
            tokens: Box::pin(tokens).fuse(),
            calls: FuturesUnordered::new(),
        };
        batch.timeout(timeout)
    }

    /// The maximum number of tokens in flight, and in memory. Defaults to 16; 0 counts as 1, and `usize::MAX`
    /// takes all tokens at once, each with its own connection. Once the stream has
    /// been polled, it applies to the tokens that are still to be taken, like the other settings.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// The type of all tokens. Defaults to none.
    pub fn hint(mut self, hint: TokenTypeHint) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The timeout of the call for one token: its attempts and the waits between them. Defaults to the
    /// client's [`timeout`](crate::ClientBuilder::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        let cooldown = Cooldown::new(timeout, self.shared.settings.retry);
        self.options.timeout = Some(timeout);
        self.options.cooldown = Some(Arc::new(cooldown));
        self
    }

    /// Starts calls up to the concurrency, and polls those in flight for a result.
    pub(crate) fn poll_result(
        &mut self,
        context: &mut Context<'_>,
        start: impl Fn(&R, BoxedCall) -> BoxedCall,
    ) -> Poll<Option<(K, Result<Revoked, Error>)>> {
        while self.calls.len() < self.concurrency {
            let Poll::Ready(Some((key, token))) = self.tokens.poll_next_unpin(context) else {
                break;
            };
            let mut call = Call::new(Arc::clone(&self.shared), self.options.clone(), token);
            call.request.token_type_hint = self.hint.map(Into::into);
            let call = start(&self.runner, call::make(call));
            self.calls.push(join(ready(key), call));
        }
        match self.calls.poll_next_unpin(context) {
            // No call is in flight, but the stream of tokens has not ended.
            Poll::Ready(None) if !self.tokens.is_done() => Poll::Pending,
            result => result,
        }
    }
}

impl<S: Stream<Item = (K, Token)>, K> Stream for RevokeAll<S, K> {
    type Item = (K, Result<Revoked, Error>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_result(context, |(), call| call)
    }
}

impl<S, K, R> fmt::Debug for RevokeAll<S, K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevokeAll")
            .field("concurrency", &self.concurrency)
            .field("hint", &self.hint)
            .field("in_flight", &self.calls.len())
            .finish_non_exhaustive()
    }
}
