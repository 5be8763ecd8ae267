//! Computes the response to a request, without sockets.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::Value;
use tokio::sync::watch;

use crate::body::Received;
use crate::contract::{Contract, response_violations};
use crate::dialect::{Dialect, Refusal};
use crate::fault::{Fault, Kind};
use crate::grants::Grants;
use crate::state::{Config, Shared, State};
use crate::validate::{Validation, validate};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"digilocker\"");

type Reply = Response<Bytes>;

/// The response, and when to send it.
pub(crate) struct Scheduled {
    /// Awaited before the delay.
    pub(crate) release: Option<watch::Receiver<()>>,
    pub(crate) delay: Duration,
    /// `None`: the connection is closed.
    pub(crate) response: Option<Reply>,
}

/// Serves one request of the endpoint, or refuses one to another path.
pub(crate) fn respond(shared: &Shared, request: &Request<Received>) -> Scheduled {
    shared.update(|state| {
        let config = &shared.config;
        let mut validation = validate(&config.client, &state.secrets, request);
        let fault = validation
            .routed
            .then(|| state.faults.next(validation.token.as_deref()));
        let fault = fault.flatten();
        let description = fault.as_ref().map(Fault::description);
        let held = fault.as_ref().is_some_and(|fault| fault.held);
        let delay = fault.as_ref().map_or(Duration::ZERO, |fault| fault.delay);
        let mut revoke = || revoke(config, &mut state.grants, &mut validation);
        let response = match fault {
            // The client has closed the connection.
            _ if *request.body() == Err(Refusal::InvalidRequest) => None,
            None => Some(revoke()),
            Some(fault) => {
                let real = (fault.revokes || fault.kind == Kind::PassThrough).then(revoke);
                apply_fault(fault, real, config.dialect)
            }
        };
        let status = response.as_ref().map(Response::status);
        record(state, validation, description, status);
        // A late response counts when it is sent: the client may not wait for it.
        let late = held || !delay.is_zero();
        if let Some(status) = status.filter(|_| !late) {
            count_status(state, status);
        }
        Scheduled {
            // Subscribed before the exchange is visible: a release that follows is not missed.
            release: held.then(|| shared.released.subscribe()),
            delay,
            response,
        }
    })
}

pub(crate) fn count_status(state: &mut State, status: StatusCode) {
    state.coverage.add(&format!("status:{}", status.as_u16()));
}

/// `real` is the response without the fault.
fn apply_fault(fault: Fault, real: Option<Reply>, dialect: Dialect) -> Option<Reply> {
    let mut response = match fault.kind {
        Kind::Disconnect => return None,
        Kind::PassThrough => real?,
        Kind::Status(status) => {
            let example = Contract::get().examples(status.as_u16()).first();
            let example = example.filter(|_| fault.body.is_none());
            let body = example.and_then(|example| dialect.translate(status, example));
            respond_with(status, body)
        }
    };
    response.headers_mut().extend(fault.headers);
    if let Some(body) = fault.body {
        *response.body_mut() = body;
    }
    Some(response)
}

/// Revokes the grant of the token, if the request is valid.
fn revoke(config: &Config, grants: &mut Grants, validation: &mut Validation) -> Reply {
    let revoked = validation.result.as_deref().map_err(|refusal| *refusal);
    let revoked = revoked.and_then(|token| match grants.revoke(token) {
        None if config.unknown_tokens_succeed => Ok(grants.next_revocation()),
        revocation => revocation.ok_or(Refusal::InvalidToken),
    });
    let (status, body) = match revoked {
        Ok(revocation) => (StatusCode::OK, config.dialect.success(revocation)),
        Err(refusal) => (refusal.status(), Some(refusal.body(config.dialect))),
    };
    let mut response = respond_with(status, body);
    if status == StatusCode::METHOD_NOT_ALLOWED
        && let Ok(method) = HeaderValue::from_str(&Contract::get().method)
    {
        response.headers_mut().insert(ALLOW, method);
    }
    // Statuses of HTTP itself need not be in the spec. For others, a violation is a bug of the sandbox.
    if config.dialect == Dialect::Documented && !matches!(revoked, Err(Refusal::Http(_))) {
        for mut own in response_violations(status.as_u16(), JSON.to_str().ok(), response.body()) {
            own.what
                .insert_str(0, "the sandbox's own response is invalid: ");
            validation.exchange.violations.push(own);
        }
    }
    response
}

fn respond_with(status: StatusCode, body: Option<Value>) -> Reply {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    // RFC 9110 section 15.5.2.
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, CHALLENGE);
    }
    if let Some(body) = body {
        response.headers_mut().insert(CONTENT_TYPE, JSON);
        *response.body_mut() = body.to_string().into();
    }
    response
}

fn record(
    state: &mut State,
    validation: Validation,
    fault: Option<String>,
    status: Option<StatusCode>,
) {
    let mut exchange = validation.exchange;
    exchange.number = state.exchanges.count + 1;
    exchange.status = status.map(|status| status.as_u16());
    exchange.fault = fault;
    for violation in std::mem::take(&mut exchange.violations) {
        // Once: a body can repeat it thousands of times.
        if !exchange.violations.contains(&violation) {
            let line = format!("request {}: {violation}", exchange.number);
            state.violations.push(line);
            exchange.violations.push(violation);
        }
    }
    let known = validation.routed && exchange.authentication != "unknown";
    // Without a hint, if the body was decoded.
    let hint = exchange.hint.or(exchange.encoding.and(Some("none")));
    let keys = [
        ("hint", hint),
        ("encoding", exchange.encoding),
        ("auth", known.then_some(exchange.authentication)),
    ];
    for (kind, value) in keys {
        if let Some(value) = value {
            let key = format!("{kind}:{value}");
            state.coverage.add(&key);
            exchange.deviations.extend(state.coverage.deviation(&key));
        }
    }
    state.exchanges.push(exchange);
}
