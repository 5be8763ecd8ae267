//! Live updates of the page: server-sent events, each with the HTML of a section.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use axum::routing::get;
use digilocker_mock::Sandbox;
use futures_util::stream::{self, Stream, StreamExt};

use super::page::{Section, section};

/// Minimum time between updates: under load, the sandbox changes thousands of times per second.
const MIN_INTERVAL: Duration = Duration::from_millis(200);

pub(super) fn routes() -> Router<Arc<Sandbox>> {
    Router::new().route("/sandbox/events", get(events))
}

async fn events(
    State(sandbox): State<Arc<Sandbox>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // The first time, everything is sent: the changes since the page was rendered are unknown.
    let changes = stream::unfold((sandbox, None), |(sandbox, seen)| async move {
        if seen.is_some() {
            tokio::time::sleep(MIN_INTERVAL).await;
        }
        let revision = sandbox.changed_since(seen.unwrap_or(u64::MAX)).await;
        let events = Section::ALL.map(|which| {
            let markup = section(which, &sandbox).into_string();
            Event::default().event(which.id()).data(markup)
        });
        Some((stream::iter(events), (sandbox, Some(revision))))
    });
    Sse::new(changes.flatten().map(Ok)).keep_alive(KeepAlive::default())
}
