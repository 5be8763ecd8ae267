//! The web page. It is rendered on the server and works without JavaScript.

mod exchanges;
mod parts;
mod presets;
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

pub(super) use render::{Section, section};

use self::presets::presets;

type Handle = State<Arc<Sandbox>>;

const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");
const ICON: &str = include_str!("page/icon.svg");

/// No external and no inline resources, no framing.
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
        // With `no-referrer`, forms would be sent with `Origin: null`.
        (REFERRER_POLICY, "same-origin"),
        // The page contains tokens and changes with each request.
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, body.into()).into_response()
}

/// Redirects after a form, so that reloading the page does not send it again.
fn redirect_to_page() -> Redirect {
    Redirect::to("/")
}

async fn issue_grant(State(sandbox): Handle) -> Redirect {
    drop(sandbox.issue_grant());
    redirect_to_page()
}

async fn clear_faults(State(sandbox): Handle) -> Redirect {
    sandbox.clear_faults();
    redirect_to_page()
}

async fn reset(State(sandbox): Handle) -> Redirect {
    sandbox.reset();
    redirect_to_page()
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
    let queued = form
        .map_err(|_| "choose a fault and a number of requests".to_owned())
        .and_then(|Form(form)| {
            let mut presets = presets().into_iter();
            let preset = presets.find(|preset| preset.name == form.fault);
            let preset = preset.ok_or_else(|| "choose a fault from the list".to_owned())?;
            preset.fault.times(form.times).queue(&sandbox)
        });
    match queued {
        Ok(()) => redirect_to_page().into_response(),
        Err(reason) => {
            let page = render::error_page(&reason).into_string();
            (
                StatusCode::BAD_REQUEST,
                file("text/html; charset=utf-8", page),
            )
                .into_response()
        }
    }
}
