//! The control API: what a Rust test does with methods of [`Sandbox`], over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use digilocker_mock::{Grant, Sandbox};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::fault::FaultRequest;

const OPENAPI: &str = include_str!("openapi.json");

type Handle = State<Arc<Sandbox>>;

pub(super) fn routes() -> Router<Arc<Sandbox>> {
    Router::new()
        .route(
            "/sandbox/openapi.json",
            get(|| async { respond(StatusCode::OK, OPENAPI.to_owned()) }),
        )
        .route("/sandbox/grants", post(issue_grant))
        .route("/sandbox/tokens/{token}", get(token))
        .route(
            "/sandbox/faults",
            get(faults).post(add_fault).delete(clear_faults),
        )
        .route("/sandbox/exchanges", get(exchanges))
        .route("/sandbox/violations", get(violations))
        .route("/sandbox/coverage", get(coverage))
        .route("/sandbox/reset", post(reset))
        .method_not_allowed_fallback(|| async {
            error(
                StatusCode::METHOD_NOT_ALLOWED,
                "see /sandbox/openapi.json for the methods",
            )
        })
        .fallback(|| async {
            error(
                StatusCode::NOT_FOUND,
                "see /sandbox/openapi.json for the paths",
            )
        })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantRequest {
    access_token: String,
    refresh_token: String,
}

async fn issue_grant(State(sandbox): Handle, body: Bytes) -> Response<Body> {
    let grant = if body.trim_ascii().is_empty() {
        Ok(sandbox.issue_grant())
    } else {
        read::<GrantRequest>(&body).and_then(|request| {
            sandbox
                .try_issue_grant_with(request.access_token, request.refresh_token)
                .map_err(|error| error.to_string())
        })
    };
    match grant {
        Ok(grant) => json(StatusCode::CREATED, &tokens(&grant)),
        Err(reason) => error(StatusCode::BAD_REQUEST, &reason),
    }
}

pub(super) fn tokens(grant: &Grant) -> Value {
    json!({ "access_token": grant.access_token(), "refresh_token": grant.refresh_token() })
}

async fn token(
    State(sandbox): Handle,
    token: Result<Path<String>, PathRejection>,
) -> Response<Body> {
    match token {
        Ok(Path(token)) => json(StatusCode::OK, &json!({ "live": sandbox.is_live(&token) })),
        Err(_) => error(StatusCode::BAD_REQUEST, "the token is not UTF-8"),
    }
}

async fn faults(State(sandbox): Handle) -> Response<Body> {
    json(
        StatusCode::OK,
        &json!({ "pending": sandbox.pending_faults() }),
    )
}

async fn add_fault(State(sandbox): Handle, body: Bytes) -> Response<Body> {
    match read::<FaultRequest>(&body).and_then(FaultRequest::into_fault) {
        Ok(fault) => {
            sandbox.fail_next(fault);
            json(
                StatusCode::CREATED,
                &json!({ "pending": sandbox.pending_faults() }),
            )
        }
        Err(reason) => error(StatusCode::BAD_REQUEST, &reason),
    }
}

async fn clear_faults(State(sandbox): Handle) -> StatusCode {
    sandbox.clear_faults();
    StatusCode::NO_CONTENT
}

async fn exchanges(State(sandbox): Handle) -> Response<Body> {
    json(StatusCode::OK, &sandbox.exchanges())
}

async fn violations(State(sandbox): Handle) -> Response<Body> {
    let violations: Vec<String> = sandbox
        .violations()
        .iter()
        .map(ToString::to_string)
        .collect();
    json(StatusCode::OK, &violations)
}

async fn coverage(State(sandbox): Handle) -> Response<Body> {
    json(StatusCode::OK, &sandbox.coverage())
}

async fn reset(State(sandbox): Handle) -> StatusCode {
    sandbox.reset();
    StatusCode::NO_CONTENT
}

/// Whatever its `Content-Type` says: `curl -d` says that it is a form.
fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        // Its text names a field and a type. It may quote a value, which may be a token.
        serde_json::error::Category::Data => {
            format!(
                "a field is unknown, missing or of another type (line {}, column {})",
                error.line(),
                error.column()
            )
        }
        _ => format!(
            "the body is not JSON (line {}, column {})",
            error.line(),
            error.column()
        ),
    })
}

fn json(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    match serde_json::to_string(value) {
        Ok(text) => respond(status, text),
        Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "cannot write JSON"),
    }
}

pub(super) fn error(status: StatusCode, reason: &str) -> Response<Body> {
    respond(status, json!({ "error": reason }).to_string())
}

fn respond(status: StatusCode, json: String) -> Response<Body> {
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    let value = axum::http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, value);
    response
}
