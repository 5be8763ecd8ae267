//! The control API: the methods of [`Sandbox`] over HTTP.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use digilocker_mock::{Coverage, Exchange, Grant, Sandbox};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::fault::FaultRequest;

const OPENAPI: &str = include_str!("openapi.json");

type Handle = State<Arc<Sandbox>>;

pub(super) fn routes() -> Router<Arc<Sandbox>> {
    let openapi = || async { ([(CONTENT_TYPE, "application/json")], OPENAPI) };
    let refuse = |status, what| async move {
        Refused(status, format!("see /sandbox/openapi.json for the {what}"))
    };
    Router::new()
        .route("/sandbox/openapi.json", get(openapi))
        .route("/sandbox/grants", post(issue_grants))
        .route("/sandbox/tokens/{token}", get(token))
        .route(
            "/sandbox/faults",
            get(faults).post(add_fault).delete(clear_faults),
        )
        .route("/sandbox/faults/release", post(release_held))
        .route("/sandbox/exchanges", get(exchanges))
        .route("/sandbox/violations", get(violations))
        .route("/sandbox/coverage", get(coverage))
        .route("/sandbox/reset", post(reset))
        .method_not_allowed_fallback(move || refuse(StatusCode::METHOD_NOT_ALLOWED, "methods"))
        .fallback(move || refuse(StatusCode::NOT_FOUND, "paths"))
}

/// A refused request, and the reason.
pub(super) struct Refused(pub(super) StatusCode, pub(super) String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<BytesRejection> for Refused {
    fn from(rejection: BytesRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

fn invalid(reason: impl Into<String>) -> Refused {
    Refused(StatusCode::BAD_REQUEST, reason.into())
}

type Created = Result<(StatusCode, Json<Value>), Refused>;

/// Maximum number of grants in one request: the sandbox serves no other meanwhile.
const MAX_GRANTS: usize = 100_000;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GrantRequest {
    access_token: Option<String>,
    refresh_token: Option<String>,
    count: Option<usize>,
}

async fn issue_grants(State(sandbox): Handle, body: Result<Bytes, BytesRejection>) -> Created {
    let body = body?;
    let request = if body.trim_ascii().is_empty() {
        GrantRequest::default()
    } else {
        read(&body)?
    };
    let issued = match (request.access_token, request.refresh_token, request.count) {
        (None, None, None) => tokens(&sandbox.issue_grant()),
        (Some(access), Some(refresh), None) => {
            let grant = sandbox.try_issue_grant_with(access, refresh);
            tokens(&grant.map_err(|error| invalid(error.to_string()))?)
        }
        (None, None, Some(count @ 1..=MAX_GRANTS)) => {
            sandbox.issue_grants(count).iter().map(tokens).collect()
        }
        _ => {
            return Err(invalid(format!(
                "`count` must be from 1 to {MAX_GRANTS}, without `access_token` and `refresh_token`, which require each other"
            )));
        }
    };
    Ok((StatusCode::CREATED, Json(issued)))
}

pub(super) fn tokens(grant: &Grant) -> Value {
    json!({ "access_token": grant.access_token(), "refresh_token": grant.refresh_token() })
}

async fn token(
    State(sandbox): Handle,
    token: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Refused> {
    let Path(token) = token.map_err(|_| invalid("the token is not UTF-8"))?;
    Ok(Json(json!({ "live": sandbox.is_live(&token) })))
}

async fn faults(State(sandbox): Handle) -> Json<Value> {
    Json(json!({ "pending": sandbox.pending_faults() }))
}

async fn add_fault(State(sandbox): Handle, body: Result<Bytes, BytesRejection>) -> Created {
    let fault: FaultRequest = read(&body?)?;
    fault.queue(&sandbox).map_err(invalid)?;
    Ok((StatusCode::CREATED, faults(State(sandbox)).await))
}

async fn clear_faults(State(sandbox): Handle) -> StatusCode {
    sandbox.clear_faults();
    StatusCode::NO_CONTENT
}

async fn release_held(State(sandbox): Handle) -> StatusCode {
    sandbox.release_held();
    StatusCode::NO_CONTENT
}

async fn exchanges(State(sandbox): Handle) -> Json<Vec<Exchange>> {
    Json(sandbox.exchanges())
}

async fn violations(State(sandbox): Handle) -> Json<Vec<String>> {
    Json(sandbox.violations())
}

async fn coverage(State(sandbox): Handle) -> Json<Coverage> {
    Json(sandbox.coverage())
}

async fn reset(State(sandbox): Handle, RawQuery(query): RawQuery) -> Result<StatusCode, Refused> {
    match query.as_deref() {
        None => sandbox.reset(),
        Some("keep=coverage") => sandbox.reset_keeping_coverage(),
        Some(_) => return Err(invalid("the only query string is `keep=coverage`")),
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Deserializes a body regardless of its `Content-Type`: `curl -d` sends that of a form.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))
}
