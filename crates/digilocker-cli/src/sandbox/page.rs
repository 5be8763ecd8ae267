//! The page for people: all of it is rendered here, and readable without JavaScript.

mod render;

use std::sync::Arc;

use axum::Form;
use axum::Router;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use digilocker_mock::Sandbox;
use serde::Deserialize;

pub(super) use render::{Part, part};

use super::fault::FaultRequest;

type Handle = State<Arc<Sandbox>>;

const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");
const ICON: &str = include_str!("page/icon.svg");

/// Nothing from elsewhere, nothing inline, in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) fn routes() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/", get(page))
        .route(
            "/sandbox/page.css",
            get(|| async { file("text/css; charset=utf-8", STYLE) }),
        )
        .route(
            "/sandbox/page.js",
            get(|| async { file("text/javascript; charset=utf-8", SCRIPT) }),
        )
        .route(
            "/sandbox/icon.svg",
            get(|| async { file("image/svg+xml", ICON) }),
        )
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .route("/sandbox/page/grants", post(issue_grant))
        .route("/sandbox/page/faults", post(add_fault))
        .route("/sandbox/page/faults/clear", post(clear_faults))
        .route("/sandbox/page/reset", post(reset))
}

async fn page(State(sandbox): Handle) -> Response {
    file(
        "text/html; charset=utf-8",
        render::page(&sandbox).into_string(),
    )
}

fn file(content_type: &'static str, body: impl Into<axum::body::Body>) -> Response {
    let headers: [(HeaderName, &str); 5] = [
        (CONTENT_TYPE, content_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: the forms would come from the origin `null`.
        (REFERRER_POLICY, "same-origin"),
        // It has tokens in it, and is another one after each request.
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, body.into()).into_response()
}

/// After a form: so that reloading the page does not send it again.
fn back() -> Redirect {
    Redirect::to("/")
}

async fn issue_grant(State(sandbox): Handle) -> Redirect {
    drop(sandbox.issue_grant());
    back()
}

async fn clear_faults(State(sandbox): Handle) -> Redirect {
    sandbox.clear_faults();
    back()
}

async fn reset(State(sandbox): Handle) -> Redirect {
    sandbox.reset();
    back()
}

#[derive(Deserialize)]
struct FaultForm {
    fault: String,
    times: u32,
}

async fn add_fault(
    State(sandbox): Handle,
    form: Result<Form<FaultForm>, FormRejection>,
) -> Response {
    let fault = form
        .map_err(|_| "choose a fault, and for how many requests".to_owned())
        .and_then(|Form(form)| {
            let (_, _, json) = PRESETS
                .iter()
                .find(|(name, ..)| *name == form.fault)
                .ok_or_else(|| "choose a fault of the list".to_owned())?;
            let request: FaultRequest =
                serde_json::from_str(json).map_err(|error| error.to_string())?;
            request.times(form.times).into_fault()
        });
    match fault {
        Ok(fault) => {
            sandbox.fail_next(fault);
            back().into_response()
        }
        Err(reason) => {
            let page = render::refused(&reason).into_string();
            (
                StatusCode::BAD_REQUEST,
                file("text/html; charset=utf-8", page),
            )
                .into_response()
        }
    }
}

/// Faults to choose from: their names in the form, what people read, and the body of
/// `POST /sandbox/faults` that is the same.
const PRESETS: [(&str, &str, &str); 8] = [
    (
        "unavailable",
        "503, Retry-After 2 s",
        r#"{"status": 503, "retry_after": 2}"#,
    ),
    (
        "lost",
        "lost response: revoked, then disconnected",
        r#"{"disconnect": true, "after_revoking": true}"#,
    ),
    (
        "disconnect",
        "disconnect, nothing revoked",
        r#"{"disconnect": true}"#,
    ),
    (
        "slow",
        "slow: the real response after 5 s",
        r#"{"delay_ms": 5000}"#,
    ),
    (
        "limited",
        "429, Retry-After 1 s",
        r#"{"status": 429, "retry_after": 1}"#,
    ),
    (
        "unauthorized",
        "401, credentials refused",
        r#"{"status": 401}"#,
    ),
    ("server", "500, no body", r#"{"status": 500}"#),
    (
        "gateway",
        "502, a gateway's HTML page",
        r#"{"status": 502, "headers": {"content-type": "text/html"}, "body": "<h1>Bad Gateway</h1>"}"#,
    ),
];

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]
mod tests {
    use super::*;

    #[test]
    fn each_preset_is_a_fault() {
        for (name, _, json) in PRESETS {
            let request: FaultRequest = serde_json::from_str(json).unwrap();
            assert!(request.times(2).into_fault().is_ok(), "{name}");
        }
    }
}
