//! The drain: revokes the tokens of the queue.

use std::sync::OnceLock;
use std::time::Duration;

use digilocker::{Client, Error, ErrorKind, Revoked, Token, TokenState};
use futures_util::{StreamExt as _, stream};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::queue::{Queue, Row};

/// How often the queue is searched for tokens whose retry is due.
const INTERVAL: Duration = Duration::from_millis(250);

/// Longer than any call, and the pause that a batch makes before it.
const LEASE: Duration = Duration::from_secs(60);

/// The maximum delay between two calls.
const MAX_WAIT: Duration = Duration::from_secs(300);

pub(crate) struct Drain {
    client: Client,
    pub(crate) queue: Queue,
    /// The delay before the first retry.
    backoff: Duration,
    /// Why no call can succeed until a restart with another configuration.
    stopped_by: OnceLock<ErrorKind>,
    stopping: CancellationToken,
    is_filled: Notify,
}

impl Drain {
    pub(crate) fn new(client: Client, queue: Queue, backoff: Duration) -> Self {
        Self {
            client,
            queue,
            backoff,
            stopped_by: OnceLock::new(),
            stopping: CancellationToken::new(),
            is_filled: Notify::new(),
        }
    }

    /// Queues tokens. When this returns, they are on disk.
    pub(crate) async fn add(&self, tokens: Vec<Token>) -> anyhow::Result<()> {
        self.queue.add(tokens).await?;
        self.is_filled.notify_one();
        Ok(())
    }

    pub(crate) fn stopped_by(&self) -> Option<ErrorKind> {
        self.stopped_by.get().copied()
    }

    /// Starts no more calls.
    pub(crate) fn stop(&self) {
        self.stopping.cancel();
    }

    /// Revokes the tokens that are due, until it is [stopped](Self::stop). Then finishes the calls in flight.
    ///
    /// All are one batch, so the `Retry-After` of one response and an outage delay every call.
    pub(crate) async fn run(&self) {
        let tokens = stream::repeat(()).then(|()| self.next());
        let tokens = tokens.take_until(self.stopping.cancelled());
        let mut results = self.client.revoke_all(tokens);
        while let Some((row, result)) = results.next().await {
            if let Err(error) = self.settle(row, result).await {
                // The token is still in the queue, and due again after its lease.
                tracing::error!("the queue failed: {error:#}");
            }
        }
    }

    /// The next token that is due.
    async fn next(&self) -> (Row, Token) {
        loop {
            match self.take().await {
                Ok(Some(taken)) => return taken,
                Ok(None) => {}
                Err(error) => tracing::error!("the queue failed: {error:#}"),
            }
            // An error means that the time is over.
            let _ = tokio::time::timeout(INTERVAL, self.is_filled.notified()).await;
        }
    }

    async fn take(&self) -> anyhow::Result<Option<(Row, Token)>> {
        while let Some((row, sealed)) = self.queue.take(LEASE).await? {
            match self.queue.token(&sealed) {
                Ok(token) => return Ok(Some((row, token))),
                Err(error) => self.review(row, format!("{error:#}")).await?,
            }
        }
        Ok(None)
    }

    async fn settle(&self, row: Row, result: Result<Revoked, Error>) -> anyhow::Result<()> {
        let error = match result {
            Ok(revoked) => {
                if !revoked.is_confirmed() {
                    // Possibly a gateway that responds to every request with 200.
                    tracing::warn!(queue.id = row.id, "the response confirms no revocation");
                }
                return self.queue.delete(row.id).await;
            }
            Err(error) => error,
        };
        // Errors of `digilocker` contain no secrets.
        let text = error.to_string();
        match (error.kind(), error.token_state()) {
            (_, TokenState::NotRecognised) => self.queue.delete(row.id).await,
            (kind @ (ErrorKind::Unauthorized | ErrorKind::Config), _) => {
                if self.stopped_by.set(kind).is_ok() {
                    tracing::error!("no token is revoked until the configuration changes: {text}");
                }
                self.stop();
                Ok(())
            }
            // An expired certificate or the redirect of a maintenance page concerns the server, not this token.
            (ErrorKind::Tls | ErrorKind::Redirect, TokenState::Live) => {
                self.queue.retry(row.id, MAX_WAIT, text).await
            }
            _ if error.is_retryable() => {
                let asked = error.retry_after().unwrap_or_default();
                let backoff = self
                    .backoff
                    .saturating_mul(2_u32.saturating_pow(row.rounds));
                let wait = backoff.max(asked).min(MAX_WAIT);
                self.queue.retry(row.id, wait, text).await
            }
            // The token may be live, and another call would fail as well.
            _ => self.review(row, text).await,
        }
    }

    async fn review(&self, row: Row, error: String) -> anyhow::Result<()> {
        tracing::error!(queue.id = row.id, "a token needs review: {error}");
        self.queue.review(row.id, error).await
    }
}
