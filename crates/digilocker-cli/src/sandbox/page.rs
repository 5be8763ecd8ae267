//! The web page: static files, and the state that their script shows. Its buttons call the control API.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use axum::routing::get;
use digilocker_mock::Sandbox;
use futures_util::stream::{self, Stream};
use serde_json::{Value, json};

use super::start::curl_commands;

const FILES: [(&str, &str, &str); 4] = [
    ("/", "text/html", include_str!("page/page.html")),
    (
        "/sandbox/page.css",
        "text/css",
        include_str!("page/page.css"),
    ),
    (
        "/sandbox/page.js",
        "text/javascript",
        include_str!("page/page.js"),
    ),
    (
        "/sandbox/icon.svg",
        "image/svg+xml",
        include_str!("page/icon.svg"),
    ),
];
/// Maximum number of grants and of exchanges: more would make the page slow.
const MAX_ROWS: usize = 100;
/// Minimum time between updates: under load, the sandbox changes thousands of times per second.
const MIN_INTERVAL: Duration = Duration::from_millis(200);

pub(super) fn routes() -> Router<Arc<Sandbox>> {
    let router = Router::new()
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .route("/sandbox/events", get(events));
    FILES
        .into_iter()
        .fold(router, |router, (path, kind, text)| {
            let content_type = format!("{kind}; charset=utf-8");
            router.route(
                path,
                get(move || async move { ([(CONTENT_TYPE, content_type)], text) }),
            )
        })
}

async fn events(
    State(sandbox): State<Arc<Sandbox>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let states = stream::unfold((sandbox, None), |(sandbox, seen)| async move {
        if seen.is_some() {
            tokio::time::sleep(MIN_INTERVAL).await;
        }
        let revision = sandbox.changed_since(seen.unwrap_or(u64::MAX)).await;
        let event = Event::default().data(state(&sandbox).to_string());
        Some((Ok(event), (sandbox, Some(revision))))
    });
    Sse::new(states).keep_alive(KeepAlive::default())
}

fn state(sandbox: &Sandbox) -> Value {
    let grants = sandbox.last_grants(MAX_ROWS);
    let live = grants.iter().rev().find(|one| one.live);
    let commands =
        live.map(|one| curl_commands(sandbox, one.grant.access_token(), one.grant.refresh_token()));
    let grants = grants.iter().map(|one| {
        json!({
            "number": one.number,
            "live": one.live,
            "access_token": one.grant.access_token(),
            "refresh_token": one.grant.refresh_token(),
        })
    });
    json!({
        "client": [
            ("Base URL", sandbox.base_url()),
            ("Client id", sandbox.client_id()),
            ("Client secret", sandbox.client_secret()),
        ],
        "commands": commands,
        "faults": sandbox.pending_faults(),
        "live_grants": sandbox.live_grants(),
        "grants": grants.collect::<Value>(),
        "coverage": sandbox.coverage(),
        "requests": sandbox.requests(),
        "exchanges": sandbox.last_exchanges(MAX_ROWS),
    })
}
