//! The endpoints.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use digilocker::{Token, TokenTypeHint};
use serde::{Deserialize, Serialize};
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::revocations::Revocations;
use crate::trace_context;

const MAX_BODY_BYTES: usize = 64 * 1024;

pub(crate) fn router(revocations: Arc<Revocations>) -> Router {
    Router::new()
        .route("/logout", post(logout))
        .route("/health", get(health))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(revocations)
}

/// The tokens of a session. In your service, take them from the session instead of the request.
#[derive(Debug, Deserialize)]
struct Session {
    refresh_token: Option<Token>,
    access_token: Option<Token>,
}

impl Session {
    /// The refresh token comes first, because its revocation revokes the whole grant.
    fn tokens(self) -> impl Iterator<Item = (Token, TokenTypeHint)> {
        let refresh = self
            .refresh_token
            .map(|token| (token, TokenTypeHint::RefreshToken));
        let access = self
            .access_token
            .map(|token| (token, TokenTypeHint::AccessToken));
        refresh.into_iter().chain(access)
    }
}

async fn logout(
    State(revocations): State<Arc<Revocations>>,
    headers: HeaderMap,
    session: Result<Json<Session>, JsonRejection>,
) -> (StatusCode, &'static str) {
    let span = tracing::info_span!(
        "POST /logout",
        otel.kind = "server",
        http.request.method = "POST",
        http.route = "/logout",
        http.response.status_code = Empty,
    );
    trace_context::set_parent(&span, &headers);
    let response = sign_out(&revocations, session)
        .instrument(span.clone())
        .await;
    // OpenTelemetry has no unsigned integers: an unsigned one would become a string.
    span.record("http.response.status_code", i64::from(response.0.as_u16()));
    response
}

async fn sign_out(
    revocations: &Arc<Revocations>,
    session: Result<Json<Session>, JsonRejection>,
) -> (StatusCode, &'static str) {
    let session = match session {
        Ok(Json(session)) => session,
        // The text of the rejection may quote the body.
        Err(rejection) => {
            return (rejection.status(), "expected a JSON body with the tokens\n");
        }
    };
    let mut tokens = session.tokens().peekable();
    if tokens.peek().is_none() {
        return (
            StatusCode::BAD_REQUEST,
            "`refresh_token` or `access_token` is required\n",
        );
    }
    for (token, hint) in tokens {
        if let Err(error) = revocations.sign_out(token, hint).await {
            tracing::error!("a sign-out was not accepted: {error:#}");
            return (
                StatusCode::SERVICE_UNAVAILABLE,
                "the tokens may still be alive: send them again\n",
            );
        }
    }
    (StatusCode::ACCEPTED, "")
}

#[derive(Debug, Serialize)]
struct Health {
    status: &'static str,
    /// The kind of the error that stopped all calls.
    stopped_by: Option<&'static str>,
    queued: u32,
    needs_review: u32,
    oldest_seconds: Option<u64>,
}

async fn health(
    State(revocations): State<Arc<Revocations>>,
) -> Result<(StatusCode, Json<Health>), StatusCode> {
    let depth = revocations.queue.depth().await.map_err(|error| {
        tracing::error!("the queue failed: {error:#}");
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    let stopped_by = revocations.gate.stopped_by();
    let (code, status) = match stopped_by {
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "stopped"),
        None if revocations.gate.is_open() => (StatusCode::OK, "ok"),
        // The server is down or asked to wait, which is temporary.
        None => (StatusCode::OK, "paused"),
    };
    let health = Health {
        status,
        stopped_by: stopped_by.map(digilocker::ErrorKind::as_str),
        queued: depth.queued,
        needs_review: depth.needs_review,
        oldest_seconds: depth.oldest.map(|age| age.as_secs()),
    };
    Ok((code, Json(health)))
}
