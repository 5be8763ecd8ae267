//! What keeps the page up to date: server-sent events, each one a section as HTML.

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

use super::page::{Part, part};

/// A client under load sends thousands of requests a second: nobody can read so fast.
const PAUSE: Duration = Duration::from_millis(200);

pub(super) fn routes() -> Router<Arc<Sandbox>> {
    Router::new().route("/sandbox/events", get(events))
}

async fn events(
    State(sandbox): State<Arc<Sandbox>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // What changed since the page was rendered is not known: the first time, all is sent.
    let changes = stream::unfold((sandbox, None), |(sandbox, seen)| async move {
        if seen.is_some() {
            tokio::time::sleep(PAUSE).await;
        }
        let revision = sandbox.changed_since(seen.unwrap_or(u64::MAX)).await;
        let events = Part::ALL.map(|which| {
            let markup = part(which, &sandbox).into_string();
            Event::default().event(which.id()).data(markup)
        });
        Some((stream::iter(events), (sandbox, Some(revision))))
    });
    Sse::new(changes.flatten().map(Ok)).keep_alive(KeepAlive::default())
}
