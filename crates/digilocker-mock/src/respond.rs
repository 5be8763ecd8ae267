//! Computes the response to a request, without sockets.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ALLOW, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use serde_json::Value;
use tokio::sync::watch;

use crate::body::{Received, Unreadable};
use crate::config::Config;
use crate::contract::Contract;
use crate::dialect::Dialect;
use crate::exchange::Exchange;
use crate::fault::{Fault, Kind};
use crate::findings::{Finding, Findings};
use crate::grants::Grants;
use crate::refusal::{Refusal, STATUSES_NOT_IN_SPEC};
use crate::response::{empty_response, json_response};
use crate::state::{Shared, State};
use crate::validate::{Validation, validate};
use crate::violation::Violation;

const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"digilocker\"");

/// The response, and when to send it.
pub(crate) struct Reply {
    /// Awaited before the delay.
    pub(crate) release: Option<watch::Receiver<()>>,
    pub(crate) delay: Duration,
    /// `None`: the connection is closed.
    pub(crate) response: Option<Response<Bytes>>,
}

/// Serves one request of the endpoint, or refuses one to another path.
pub(crate) fn respond(shared: &Shared, request: &Request<Received>) -> Reply {
    shared.update(|state| {
        let config = &shared.config;
        let mut validation = validate(config, state.grants.custom_tokens(), request);
        let result = validation.result.clone();
        let findings = &mut validation.findings;
        let fault = validation
            .routed
            .then(|| state.faults.next(findings.token.as_deref()))
            .flatten();
        let description = fault.as_ref().map(Fault::description);
        let held = fault.as_ref().is_some_and(|fault| fault.held);
        let delay = fault.as_ref().map_or(Duration::ZERO, |fault| fault.delay);
        let revoke = || revoke(config, &mut state.grants, result, findings);
        let response = match fault {
            _ if *request.body() == Err(Unreadable::Incomplete) => None,
            None => Some(revoke()),
            Some(fault) => {
                let real = (fault.revokes || fault.kind == Kind::PassThrough).then(revoke);
                apply_fault(fault, real, config.dialect)
            }
        };
        record(state, &validation, description, response.as_ref());
        // A late response counts when it is sent: the client may not wait for it.
        let late = held || !delay.is_zero();
        if let Some(status) = response.as_ref().filter(|_| !late).map(Response::status) {
            state.counts.add([status_key(status)]);
        }
        Reply {
            // Subscribed before the exchange is visible: a release that follows is not missed.
            release: held.then(|| shared.next_release()),
            delay,
            response,
        }
    })
}

/// `real` is the response without the fault.
fn apply_fault(
    fault: Fault,
    real: Option<Response<Bytes>>,
    dialect: Dialect,
) -> Option<Response<Bytes>> {
    let mut response = match fault.kind {
        Kind::Disconnect => return None,
        Kind::PassThrough => real?,
        Kind::Status(status) => {
            let example = Contract::get().example(status.as_u16());
            let body = example
                .filter(|_| fault.body.is_none())
                .and_then(|example| dialect.translate(example));
            match body {
                Some(body) => json_response(status.as_u16(), &body),
                None => empty_response(status.as_u16()),
            }
        }
    };
    let headers: &mut HeaderMap = response.headers_mut();
    // RFC 9110 section 15.5.2. The fault may replace it.
    if fault.kind == Kind::Status(StatusCode::UNAUTHORIZED) {
        headers.insert(WWW_AUTHENTICATE, CHALLENGE);
    }
    headers.extend(fault.headers);
    if let Some(body) = fault.body {
        *response.body_mut() = body;
    }
    Some(response)
}

/// Revokes the grant of the token, if the request is valid.
fn revoke(
    config: &Config,
    grants: &mut Grants,
    token: Result<String, Refusal>,
    findings: &mut Findings,
) -> Response<Bytes> {
    let revoked = token.and_then(|token| match grants.revoke(&token) {
        Some(number) => Ok(number),
        None if config.unknown_tokens_succeed => Ok(grants.next_revocation()),
        None => Err(Refusal::InvalidToken),
    });
    match revoked {
        Err(refusal) => refuse(config.dialect, refusal, findings),
        Ok(number) => match config.dialect.success(number) {
            Some(body) => validated(200, &body, config.dialect, findings),
            None => empty_response(200),
        },
    }
}

fn refuse(dialect: Dialect, refusal: Refusal, findings: &mut Findings) -> Response<Bytes> {
    let status = refusal.status();
    let mut response = validated(status, &refusal.body(dialect), dialect, findings);
    if status == 401 {
        response.headers_mut().insert(WWW_AUTHENTICATE, CHALLENGE);
    }
    if status == 405
        && let Ok(method) = HeaderValue::from_str(Contract::get().method())
    {
        response.headers_mut().insert(ALLOW, method);
    }
    response
}

/// A response of the sandbox itself. Validated if the dialect is the documented one.
fn validated(
    status: u16,
    body: &Value,
    dialect: Dialect,
    findings: &mut Findings,
) -> Response<Bytes> {
    if dialect == Dialect::Documented {
        match Contract::get().response_errors(status, body) {
            Some(errors) => {
                for Finding { what, location } in errors {
                    let what = format!("the sandbox's own response {status} is invalid: {what}");
                    findings.add(what, location);
                }
            }
            None if STATUSES_NOT_IN_SPEC
                .iter()
                .any(|(known, _)| *known == status) => {}
            None => {
                let what = format!("the sandbox's own status {status} is not in the spec");
                findings.add(what, Contract::get().location(&["responses"]));
            }
        }
    }
    json_response(status, body)
}

fn record(
    state: &mut State,
    validation: &Validation,
    fault: Option<String>,
    response: Option<&Response<Bytes>>,
) {
    state.requests += 1;
    let number = state.requests;
    let findings = &validation.findings;
    let status = response.map(|response| response.status().as_u16());
    let keys = keys(validation);
    let deviations = state.counts.deviations(&keys);
    state.counts.add(keys);
    state.journal.record(Exchange {
        number,
        at: SystemTime::now().into(),
        method: validation.method.clone(),
        path: validation.path.clone(),
        headers: validation.headers.clone(),
        encoding: findings.encoding,
        authentication: findings.authentication,
        hint: findings.hint.filter(|hint| *hint != "none"),
        status,
        fault,
        violations: findings
            .violations
            .iter()
            .map(|finding| Violation::new(number, finding.clone()))
            .collect(),
        deviations,
    });
}

/// The coverage keys that the request exercises.
fn keys(validation: &Validation) -> Vec<String> {
    let findings = &validation.findings;
    let known = findings.authentication != "unknown";
    let authentication = (validation.routed && known).then_some(findings.authentication);
    let of_request = [
        ("hint", findings.hint),
        ("encoding", findings.encoding),
        ("auth", authentication),
    ];
    of_request
        .into_iter()
        .filter_map(|(kind, value)| Some(format!("{kind}:{}", value?)))
        .collect()
}

pub(crate) fn status_key(status: StatusCode) -> String {
    format!("status:{}", status.as_u16())
}
