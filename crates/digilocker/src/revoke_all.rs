//! Many tokens: a stream in, a stream out.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, Stream};
use tokio::time::{Sleep, sleep_until};

use crate::pause::Pause;
use crate::{Client, Error, Revoke, Revoked, Token, TokenTypeHint};

/// Revokes each token of a stream, and is the stream of what came of them. Made by
/// [`Client::revoke_all`].
///
/// Each item is the token's place in the stream, from 0, and what came of it; in the order in which the
/// calls end. No failure stops the rest. The stream is as lazy as any: it takes a token only while it is
/// polled, and never has more than [`concurrency`](Self::concurrency) of them.
///
/// Each token is a call of its own, with the client's timeouts, retries and its one retry budget. If the
/// server asks one of them to wait (`Retry-After`), none begins or is repeated before that time has
/// passed, or the call's timeout if that is shorter.
///
/// # After a leak
///
/// To revoke what leaked, and keep what may still be alive:
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
/// // From wherever they are: a file, a database cursor. Only the tokens in flight are in memory.
/// let tokens = stream::iter(leaked.clone()).map(|text| Token::new(text).expect("our own tokens"));
///
/// let mut results = client.revoke_all(tokens).concurrency(64);
/// let mut again = Vec::new();
/// while let Some((index, result)) = results.next().await {
///     match result {
///         Ok(_) => {}
///         Err(error) if error.token_state() == TokenState::NotRecognised => {} // dead already
///         Err(error) => {
///             eprintln!("token {index}: {error}");
///             again.push(leaked[index].clone()); // alive, or not known to be dead: another round
///         }
///     }
/// }
/// assert_eq!(again.len(), 1);
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct RevokeAll<S> {
    client: Client,
    tokens: Option<Pin<Box<S>>>,
    concurrency: usize,
    hint: Option<TokenTypeHint>,
    timeout: Duration,
    pause: Arc<Pause>,
    waiting: Option<Pin<Box<Sleep>>>,
    in_flight: FuturesUnordered<Call>,
    next: usize,
}

/// A call that knows which token of the stream is its own.
struct Call {
    index: usize,
    outcome: <Revoke as IntoFuture>::IntoFuture,
}

impl Future for Call {
    type Output = (usize, Result<Revoked, Error>);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = ready!(self.outcome.as_mut().poll(context));
        Poll::Ready((self.index, outcome))
    }
}

impl<S: Stream<Item = Token>> RevokeAll<S> {
    pub(crate) fn new(client: Client, tokens: S) -> Self {
        let timeout = client.shared().timeout;
        Self {
            client,
            tokens: Some(Box::pin(tokens)),
            concurrency: 16,
            hint: None,
            timeout,
            pause: Arc::new(Pause::new(timeout)),
            waiting: None,
            in_flight: FuturesUnordered::new(),
            next: 0,
        }
    }

    /// How many tokens are in flight, and in memory, at most. Defaults to 16; 0 counts as 1.
    ///
    /// ```
    /// # use digilocker::{Client, Environment, Token};
    /// # let client = Client::builder(Environment::Beta).build()?;
    /// # let tokens = futures_util::stream::empty::<Token>();
    /// let results = client.revoke_all(tokens).concurrency(64);
    /// # Ok::<(), digilocker::Error>(())
    /// ```
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// What kind of tokens they are, all of them. Defaults to none.
    ///
    /// ```
    /// # use digilocker::{Client, Environment, Token, TokenTypeHint};
    /// # let client = Client::builder(Environment::Beta).build()?;
    /// # let tokens = futures_util::stream::empty::<Token>();
    /// let results = client.revoke_all(tokens).hint(TokenTypeHint::RefreshToken);
    /// # Ok::<(), digilocker::Error>(())
    /// ```
    pub fn hint(mut self, hint: TokenTypeHint) -> Self {
        self.hint = Some(hint);
        self
    }

    /// How long the call of one token may take: its attempts and the waits between them. Defaults to the
    /// client's [`timeout`](crate::ClientBuilder::timeout).
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Environment, Token};
    /// # let client = Client::builder(Environment::Beta).build()?;
    /// # let tokens = futures_util::stream::empty::<Token>();
    /// let results = client.revoke_all(tokens).timeout(Duration::from_secs(10));
    /// # Ok::<(), digilocker::Error>(())
    /// ```
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self.pause = Arc::new(Pause::new(timeout));
        self
    }

    /// Begins as many calls as there is room for, and tokens.
    fn begin(&mut self, context: &mut Context<'_>) {
        while self.in_flight.len() < self.concurrency {
            let Some(tokens) = &mut self.tokens else {
                return;
            };
            if let Some(until) = self.pause.until() {
                let waiting = self.waiting.insert(Box::pin(sleep_until(until)));
                if waiting.as_mut().poll(context).is_pending() {
                    return;
                }
            }
            self.waiting = None;
            match tokens.as_mut().poll_next(context) {
                Poll::Pending => return,
                Poll::Ready(None) => self.tokens = None,
                Poll::Ready(Some(token)) => {
                    let mut call = self.client.revoke(token).timeout(self.timeout);
                    call.hint = self.hint;
                    call.pause = Some(Arc::clone(&self.pause));
                    let index = self.next;
                    self.next += 1;
                    self.in_flight.push(Call {
                        index,
                        outcome: call.into_future(),
                    });
                }
            }
        }
    }
}

impl<S: Stream<Item = Token>> Stream for RevokeAll<S> {
    type Item = (usize, Result<Revoked, Error>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.begin(context);
        match ready!(Pin::new(&mut self.in_flight).poll_next(context)) {
            Some(ended) => Poll::Ready(Some(ended)),
            None if self.tokens.is_none() => Poll::Ready(None),
            // Nothing is in flight, and the stream of tokens, or the pause, has our waker.
            None => Poll::Pending,
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let (least, most) = self.tokens.as_ref().map_or((0, Some(0)), Stream::size_hint);
        let begun = self.in_flight.len();
        (
            least.saturating_add(begun),
            most.and_then(|most| most.checked_add(begun)),
        )
    }
}

impl<S> fmt::Debug for RevokeAll<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevokeAll")
            .field("concurrency", &self.concurrency)
            .field("hint", &self.hint)
            .field("timeout", &self.timeout)
            .field("in_flight", &self.in_flight.len())
            .finish_non_exhaustive()
    }
}
