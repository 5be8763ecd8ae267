//! Makes the first call of a sign-out, and handles the results of all calls.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use digilocker::{Client, Error, Revoked, Token, TokenTypeHint};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::gate::Gate;
use crate::queue::{Queue, Ticket};
use crate::rule::{Backoff, Next, Outcome};
use crate::trace_context;

/// The timeout of a call, including all attempts.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the drain leaves a token to its first call.
const FIRST_CALL: Duration = CALL_TIMEOUT.saturating_add(Duration::from_secs(5));

pub(crate) struct Revocations {
    /// Built once: its clones share connections and the retry budget.
    pub(crate) client: Client,
    pub(crate) queue: Queue,
    pub(crate) gate: Gate,
    pub(crate) concurrency: usize,
    /// Limits concurrent first calls: a burst of sign-outs must not become a burst of requests.
    first_calls: Arc<Semaphore>,
    backoff: Backoff,
    pub(crate) tasks: TaskTracker,
    pub(crate) shutdown: CancellationToken,
    /// Wakes the drain.
    pub(crate) wake: Notify,
}

impl Revocations {
    pub(crate) fn new(client: Client, queue: Queue, concurrency: usize, backoff: Backoff) -> Self {
        Self {
            client,
            queue,
            gate: Gate::default(),
            concurrency,
            first_calls: Arc::new(Semaphore::new(concurrency)),
            backoff,
            tasks: TaskTracker::new(),
            shutdown: CancellationToken::new(),
            wake: Notify::new(),
        }
    }

    pub(crate) fn may_send(&self) -> bool {
        self.gate.is_open() && !self.shutdown.is_cancelled()
    }

    /// Queues the token and starts to revoke it, without waiting for DigiLocker. When this returns, the token
    /// is on disk.
    pub(crate) async fn sign_out(
        self: &Arc<Self>,
        token: Token,
        hint: TokenTypeHint,
    ) -> anyhow::Result<()> {
        let permit = if self.may_send() {
            Arc::clone(&self.first_calls).try_acquire_owned().ok()
        } else {
            None
        };
        let wait = permit.as_ref().map_or(Duration::ZERO, |_| FIRST_CALL);
        let ticket = self
            .queue
            .add(token.clone(), SystemTime::now() + wait)
            .await?;
        match (ticket, permit) {
            (Some(ticket), Some(permit)) => {
                let this = Arc::clone(self);
                let first_call = async move {
                    this.first_call(ticket, token, hint).await;
                    drop(permit);
                };
                let span = tracing::info_span!("sign-out", queue.id = ticket.id);
                self.tasks.spawn(first_call.instrument(span));
            }
            (Some(_), None) => self.wake.notify_one(),
            // The token is already queued.
            (None, _) => {}
        }
        Ok(())
    }

    async fn first_call(&self, ticket: Ticket, token: Token, hint: TokenTypeHint) {
        let mut call = self.client.revoke(token).hint(hint);
        if let Some((name, value)) = trace_context::header_of_current_span() {
            call = call.header(name, value);
        }
        let result = call.await;
        if let Err(error) = self.settle(ticket, result).await {
            // The token is still in the queue, and the drain revokes it.
            tracing::error!("the queue failed: {error:#}");
        }
    }

    /// Handles the result of a call.
    pub(crate) async fn settle(
        &self,
        ticket: Ticket,
        result: Result<Revoked, Error>,
    ) -> anyhow::Result<()> {
        let Ticket { id, .. } = ticket;
        let error = match result {
            Ok(revoked) => {
                if !revoked.is_confirmed() {
                    // Possibly a gateway that responds to every request with 200.
                    tracing::warn!(
                        queue.id = id,
                        "the response body does not confirm the revocation"
                    );
                }
                self.gate.succeeded();
                return self.queue.remove(id).await;
            }
            Err(error) => error,
        };
        let outcome = Outcome::from(&error);
        if error.is_retryable() {
            self.gate.failed(self.backoff.min);
        } else {
            self.gate.succeeded();
        }
        if let Some(wait) = outcome.pause() {
            self.gate.pause(wait);
        }
        match Next::after(outcome, ticket, self.backoff) {
            Next::Remove => self.queue.remove(id).await,
            Next::Retry { after, is_refusal } => {
                let due = SystemTime::now() + after;
                self.queue
                    .retry(id, due, is_refusal, describe(&error))
                    .await
            }
            Next::Review => {
                tracing::error!(queue.id = id, "a token needs review: {}", describe(&error));
                self.queue.review(id, describe(&error)).await
            }
            Next::Stop => {
                if self.gate.stop(error.kind()) {
                    tracing::error!(
                        "no token is revoked until the configuration changes: {}",
                        describe(&error)
                    );
                }
                Ok(())
            }
        }
    }
}

/// Describes an error for logs and the database. Errors of `digilocker` contain no secrets.
fn describe(error: &Error) -> String {
    let id = error.request_id();
    id.map_or_else(
        || error.to_string(),
        |id| format!("{error}; request id {id}"),
    )
}
