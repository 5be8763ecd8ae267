//! The control API: the methods of [`Sandbox`] over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use digilocker_mock::{Grant, Sandbox};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::fault::{FaultRequest, present};

const OPENAPI: &str = include_str!("openapi.json");

type Handle = State<Arc<Sandbox>>;

pub(super) fn routes() -> Router<Arc<Sandbox>> {
    Router::new()
        .route(
            "/sandbox/openapi.json",
            get(|| async { respond(StatusCode::OK, OPENAPI.to_owned()) }),
        )
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

/// Maximum number of grants in one request: the sandbox serves no other meanwhile.
const MAX_GRANTS: usize = 100_000;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GrantRequest {
    #[serde(deserialize_with = "present")]
    access_token: Option<String>,
    #[serde(deserialize_with = "present")]
    refresh_token: Option<String>,
    #[serde(deserialize_with = "present")]
    count: Option<usize>,
}

async fn issue_grants(
    State(sandbox): Handle,
    bytes: Result<Bytes, BytesRejection>,
) -> Response<Body> {
    let body = match bytes {
        Ok(body) if body.trim_ascii().is_empty() => Bytes::from_static(b"{}"),
        Ok(body) => body,
        Err(rejection) => return unreadable(&rejection),
    };
    let issued = read(&body).and_then(|request: GrantRequest| {
        match (request.access_token, request.refresh_token, request.count) {
            (None, None, None) => Ok(tokens(&sandbox.issue_grant())),
            (Some(access), Some(refresh), None) => sandbox
                .try_issue_grant_with(access, refresh)
                .map(|grant| tokens(&grant))
                .map_err(|error| error.to_string()),
            (None, None, Some(count @ 1..=MAX_GRANTS)) => {
                Ok(sandbox.issue_grants(count).iter().map(tokens).collect())
            }
            (None, None, Some(_)) => Err(format!("`count` must be from 1 to {MAX_GRANTS}")),
            (_, _, Some(_)) => Err("`count` excludes `access_token` and `refresh_token`".into()),
            _ => Err("`access_token` and `refresh_token` require each other".into()),
        }
    });
    match issued {
        Ok(issued) => json(StatusCode::CREATED, &issued),
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

async fn add_fault(State(sandbox): Handle, bytes: Result<Bytes, BytesRejection>) -> Response<Body> {
    let body = match bytes {
        Ok(body) => body,
        Err(rejection) => return unreadable(&rejection),
    };
    match read(&body).and_then(|request: FaultRequest| request.queue(&sandbox)) {
        Ok(()) => json(
            StatusCode::CREATED,
            &json!({ "pending": sandbox.pending_faults() }),
        ),
        Err(reason) => error(StatusCode::BAD_REQUEST, &reason),
    }
}

async fn clear_faults(State(sandbox): Handle) -> StatusCode {
    sandbox.clear_faults();
    StatusCode::NO_CONTENT
}

async fn release_held(State(sandbox): Handle) -> StatusCode {
    sandbox.release_held();
    StatusCode::NO_CONTENT
}

async fn exchanges(State(sandbox): Handle) -> Response<Body> {
    json(StatusCode::OK, &sandbox.exchanges())
}

async fn violations(State(sandbox): Handle) -> Response<Body> {
    json(StatusCode::OK, &sandbox.violations())
}

async fn coverage(State(sandbox): Handle) -> Response<Body> {
    json(StatusCode::OK, &sandbox.coverage())
}

async fn reset(State(sandbox): Handle, RawQuery(query): RawQuery) -> Response<Body> {
    match query.as_deref() {
        None => sandbox.reset(),
        Some("keep=coverage") => sandbox.reset_keeping_coverage(),
        Some(_) => {
            let reason = "the only query string is `keep=coverage`";
            return error(StatusCode::BAD_REQUEST, reason);
        }
    }
    StatusCode::NO_CONTENT.into_response()
}

/// Deserializes a body regardless of its `Content-Type`: `curl -d` sends that of a form.
fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    // Serde would also read a struct from an array.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err("the body is not a JSON object".to_owned());
    }
    serde_json::from_slice(body).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        format!("{} ({place})", reason(&error))
    })
}

/// The message of serde without the parts that quote the body, which may contain a token.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let without_place = text
        .rsplit_once(" at line ")
        .map_or(&*text, |(text, _)| text);
    match error.classify() {
        serde_json::error::Category::Data => {}
        _ => return "the body is not JSON".to_owned(),
    }
    if without_place.starts_with("missing field") {
        return without_place.to_owned();
    }
    match without_place.rsplit_once(", expected ") {
        Some((found, expected)) if found.starts_with("unknown field") => {
            format!("unknown field: expected {expected}")
        }
        Some((_, expected)) => format!("invalid type: expected {expected}"),
        None => "the body does not match /sandbox/openapi.json".to_owned(),
    }
}

fn unreadable(rejection: &BytesRejection) -> Response<Body> {
    error(rejection.status(), "the body is too large or incomplete")
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
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, headers, json).into_response()
}
