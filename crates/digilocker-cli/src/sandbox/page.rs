//! The web page: the state as text, and a script that shows it and follows it. Its buttons call the control API.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::sse::{Event, KeepAlive};
use axum::response::{Html, Sse};
use axum::routing::get;
use digilocker_mock::{GrantStatus, Sandbox};
use futures_util::stream::{self, Stream};
use serde_json::{Value, json};

use super::start::curl_commands;

const PAGE: &str = include_str!("page/page.html");
/// Maximum number of grants and of exchanges: more would make the page slow.
const MAX_ROWS: usize = 100;
/// Minimum time between updates: under load, the sandbox changes thousands of times per second.
const MIN_INTERVAL: Duration = Duration::from_millis(200);

pub(super) fn routes() -> Router<Arc<Sandbox>> {
    let file = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(CONTENT_TYPE, kind)], text) })
    };
    let style = file("text/css; charset=utf-8", include_str!("page/page.css"));
    let script = file(
        "text/javascript; charset=utf-8",
        include_str!("page/page.js"),
    );
    Router::new()
        .route("/", get(page))
        .route("/sandbox/page.css", style)
        .route("/sandbox/page.js", script)
        .route("/sandbox/events", get(events))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
}

async fn page(State(sandbox): State<Arc<Sandbox>>) -> Html<String> {
    let text = text(&sandbox).replace('&', "&amp;").replace('<', "&lt;");
    Html(PAGE.replace("{{text}}", &text))
}

/// `curl` commands for the newest live grant.
fn commands(sandbox: &Sandbox, grants: &[GrantStatus]) -> Option<[(&'static str, String); 4]> {
    let live = grants.iter().rev().find(|one| one.live)?;
    Some(curl_commands(sandbox, &live.grant))
}

/// The state for readers without JavaScript.
fn text(sandbox: &Sandbox) -> String {
    let grants = sandbox.last_grants(MAX_ROWS);
    let issued = grants.last().map_or(0, |one| one.number);
    let mut lines = vec![format!("{} of {issued} live", sandbox.live_grants())];
    for (title, command) in commands(sandbox, &grants).into_iter().flatten() {
        lines.push(format!("{title}:\n  {command}"));
    }
    for exchange in sandbox.last_exchanges(MAX_ROWS) {
        let status = exchange
            .status()
            .map_or("disconnected".into(), |it| it.to_string());
        let (number, method, path) = (exchange.number(), exchange.method(), exchange.path());
        lines.push(format!("{number} {method} {path}: {status}"));
        lines.extend(exchange.violations().iter().map(|violation| {
            let place = violation.spec_location.as_deref().unwrap_or_default();
            format!("  breaks the spec: {violation} {place}")
        }));
    }
    lines.push(format!("Coverage of the contract:\n{}", sandbox.coverage()));
    lines.join("\n")
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
    let commands = commands(sandbox, &grants);
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
