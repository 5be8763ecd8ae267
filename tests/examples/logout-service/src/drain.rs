//! The drain: revokes tokens that the first call of a sign-out did not revoke.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use digilocker::Token;
use futures_util::{StreamExt as _, stream};
use tracing::Instrument as _;

use crate::queue::{Entry, Ticket};
use crate::revocations::Revocations;

/// Number of encrypted tokens read at a time. Only tokens in flight are decrypted.
const PAGE: u16 = 256;

/// Drains the queue until the service shuts down.
pub(crate) async fn run(revocations: Arc<Revocations>, interval: Duration) {
    loop {
        tokio::select! {
            biased;
            () = revocations.shutdown.cancelled() => return,
            () = revocations.wake.notified() => {}
            () = tokio::time::sleep(interval) => {}
        }
        if let Err(error) = round(&revocations).await {
            tracing::error!("the queue failed: {error:#}");
        }
    }
}

/// Revokes all tokens that are due.
async fn round(revocations: &Arc<Revocations>) -> anyhow::Result<()> {
    while revocations.may_send() {
        let entries = revocations.queue.due(PAGE).await?;
        if entries.is_empty() {
            break;
        }
        let is_last = entries.len() < usize::from(PAGE);
        let count = i64::try_from(entries.len())?;
        let span = tracing::info_span!("drain", queue.entries = count);
        page(revocations, entries).instrument(span).await?;
        if is_last {
            break;
        }
    }
    Ok(())
}

async fn page(revocations: &Arc<Revocations>, entries: Vec<Entry>) -> anyhow::Result<()> {
    let tokens = stream::iter(entries)
        // If nothing may be sent any more, calls in flight finish and no new calls start.
        .take_while(|_| ready(revocations.may_send()))
        .filter_map(|entry| decrypt(Arc::clone(revocations), entry));
    let mut results = revocations
        .client
        .revoke_all(tokens)
        .concurrency(revocations.concurrency);
    while let Some((ticket, result)) = results.next().await {
        revocations.settle(ticket, result).await?;
    }
    Ok(())
}

/// Decrypts the token of an entry. Marks it for review if that fails.
async fn decrypt(revocations: Arc<Revocations>, entry: Entry) -> Option<(Ticket, Token)> {
    let ticket = entry.ticket;
    match revocations.queue.token(&entry) {
        Ok(token) => Some((ticket, token)),
        Err(error) => {
            tracing::error!(queue.id = ticket.id, "a token needs review: {error:#}");
            if let Err(error) = revocations
                .queue
                .review(ticket.id, format!("{error:#}"))
                .await
            {
                tracing::error!("the queue failed: {error:#}");
            }
            None
        }
    }
}
