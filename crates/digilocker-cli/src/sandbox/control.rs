//! The control API: the methods of [`Sandbox`] over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
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

async fn issue_grant(
    State(sandbox): Handle,
    bytes: Result<Bytes, BytesRejection>,
) -> Response<Body> {
    let body = match bytes {
        Ok(body) => body,
        Err(rejection) => return unreadable(&rejection),
    };
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

async fn add_fault(State(sandbox): Handle, bytes: Result<Bytes, BytesRejection>) -> Response<Body> {
    let body = match bytes {
        Ok(body) => body,
        Err(rejection) => return unreadable(&rejection),
    };
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
    let kept = sandbox.violations();
    let dropped = sandbox.violation_count() - kept.len();
    let mut violations: Vec<String> = kept.iter().map(ToString::to_string).collect();
    if dropped > 0 {
        violations.insert(
            0,
            format!("{dropped} earlier violations are no longer kept"),
        );
    }
    json(StatusCode::OK, &violations)
}

async fn coverage(State(sandbox): Handle) -> Response<Body> {
    json(StatusCode::OK, &sandbox.coverage())
}

async fn reset(State(sandbox): Handle) -> StatusCode {
    sandbox.reset();
    StatusCode::NO_CONTENT
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
