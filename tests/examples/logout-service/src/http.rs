//! The endpoints.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use digilocker::{ErrorKind, Token};
use serde::{Deserialize, Serialize};

use crate::drain::Drain;

pub(crate) fn router(drain: Arc<Drain>) -> Router {
    Router::new()
        .route("/logout", post(logout))
        .route("/health", get(health))
        .with_state(drain)
}

/// The tokens of a session. In your service, take them from the session instead of the request.
#[derive(Debug, Deserialize)]
struct Session {
    refresh_token: Option<Token>,
    access_token: Option<Token>,
}

async fn logout(
    State(drain): State<Arc<Drain>>,
    session: Result<Json<Session>, JsonRejection>,
) -> (StatusCode, &'static str) {
    let session = match session {
        Ok(Json(session)) => session,
        // The text of the rejection may quote the body.
        Err(rejection) => {
            return (rejection.status(), "expected a JSON body with the tokens\n");
        }
    };
    // The refresh token comes first, because its revocation revokes the whole grant.
    let tokens = [session.refresh_token, session.access_token];
    let tokens: Vec<Token> = tokens.into_iter().flatten().collect();
    if tokens.is_empty() {
        let message = "`refresh_token` or `access_token` is required\n";
        return (StatusCode::BAD_REQUEST, message);
    }
    match drain.add(tokens).await {
        Ok(()) => (StatusCode::ACCEPTED, ""),
        Err(error) => {
            tracing::error!("a sign-out was not accepted: {error:#}");
            let message = "the tokens may still be live: send them again\n";
            (StatusCode::SERVICE_UNAVAILABLE, message)
        }
    }
}

#[derive(Debug, Serialize)]
struct Health {
    /// The kind of the error that stopped all calls.
    stopped_by: Option<&'static str>,
    queued: u32,
    needs_review: u32,
    oldest_seconds: Option<i64>,
}

async fn health(State(drain): State<Arc<Drain>>) -> Result<(StatusCode, Json<Health>), StatusCode> {
    let depth = drain.queue.depth().await.map_err(|error| {
        tracing::error!("the queue failed: {error:#}");
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    let stopped_by = drain.stopped_by().map(ErrorKind::as_str);
    let status = match stopped_by {
        Some(_) => StatusCode::SERVICE_UNAVAILABLE,
        None => StatusCode::OK,
    };
    let health = Health {
        stopped_by,
        queued: depth.queued,
        needs_review: depth.needs_review,
        oldest_seconds: depth.oldest_seconds,
    };
    Ok((status, Json(health)))
}
