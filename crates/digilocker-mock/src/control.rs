//! What a sandbox answers besides the endpoint, for clients that cannot call its methods.

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::json;

use crate::response::json_response;
use crate::state::State;

/// The answer to a request under `/sandbox/`; `None` leaves it to the endpoint.
pub(crate) fn answer(state: &State, request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let path = request.uri().path().strip_prefix("/sandbox/")?;
    if request.method() == Method::POST && path == "grants" {
        let grant = state.ledger().grants.issue();
        let body = json!({
            "access_token": grant.access_token(),
            "refresh_token": grant.refresh_token(),
        });
        return Some(json_response(201, &body));
    }
    if request.method() != Method::GET {
        return None;
    }
    if path == "violations" {
        let violations: Vec<String> = state
            .ledger()
            .violations
            .iter()
            .map(ToString::to_string)
            .collect();
        return Some(json_response(200, &json!(violations)));
    }
    let token = path.strip_prefix("tokens/")?;
    let live = state.ledger().grants.is_live(token);
    Some(json_response(200, &json!({ "live": live })))
}
