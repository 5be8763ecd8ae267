//! From a request to its answer: no sockets, no clock but for the date of a revocation.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use http::header::{ALLOW, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use serde_json::{Value, json};

use crate::body::{self, Parameters};
use crate::contract::Contract;
use crate::fault::{Fault, Kind};
use crate::headers;
use crate::refusal::{self, Refusal};
use crate::response::{json_headers, json_response};
use crate::state::{Ledger, Rules, State};
use crate::violation::Violation;

/// What goes back, and when.
pub(crate) struct Reply {
    pub(crate) delay: Duration,
    /// `None`: the connection is closed.
    pub(crate) answer: Option<Response<Bytes>>,
}

/// Answers one request.
pub(crate) fn answer(state: &State, request: &Request<Bytes>) -> Reply {
    let mut ledger = state.ledger();
    ledger.requests += 1;
    let mut findings = Vec::new();
    let reply = if let Err(refusal) = route(request, &mut findings) {
        Reply {
            delay: Duration::ZERO,
            answer: Some(refuse(&state.rules, refusal, &mut findings)),
        }
    } else {
        let judged = judge(&state.rules, request, &mut findings);
        serve(&state.rules, &mut ledger, judged, &mut findings)
    };
    let number = ledger.requests;
    ledger.violations.extend(
        findings
            .into_iter()
            .map(|what| Violation::new(number, what)),
    );
    reply
}

fn route(request: &Request<Bytes>, findings: &mut Vec<String>) -> Result<(), Refusal> {
    let contract = Contract::get();
    if request.uri().path() != contract.path() {
        let path = shown_path(request.uri().path());
        findings.push(format!("path `{path}` is not in the spec"));
        return Err(Refusal::NOT_FOUND);
    }
    if request.method().as_str() != contract.method() {
        findings.push(format!(
            "method {} is not in the spec: use `{}`",
            shown_method(request.method()),
            contract.method()
        ));
        return Err(Refusal::METHOD_NOT_ALLOWED);
    }
    Ok(())
}

/// A long segment may be a token.
fn shown_path(path: &str) -> String {
    path.split('/')
        .map(|segment| if segment.len() > 16 { "…" } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}

/// A method of HTTP's own, or a word that may be anything.
fn shown_method(method: &Method) -> String {
    const OF_HTTP: [Method; 9] = [
        Method::CONNECT,
        Method::DELETE,
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::PATCH,
        Method::POST,
        Method::PUT,
        Method::TRACE,
    ];
    if OF_HTTP.contains(method) {
        format!("`{method}`")
    } else {
        "of no standard".into()
    }
}

/// Finds everything that is wrong with the request, and gives its token or the first refusal.
fn judge(
    rules: &Rules,
    request: &Request<Bytes>,
    findings: &mut Vec<String>,
) -> Result<String, Refusal> {
    if request.uri().query().is_some() {
        findings.push("a query string is not in the spec: a token in it ends up in logs".into());
    }
    let headers = headers::judge(request.headers(), findings);
    let decoded = body::decode(request, findings);
    let (parameters, decoded) = match decoded {
        Ok(parameters) => (parameters, Ok(())),
        Err(refusal) => (Parameters::default(), Err(refusal)),
    };
    let token = match decoded {
        Ok(()) => token(&parameters.of_spec, findings),
        Err(refusal) => Err(refusal),
    };
    let client = rules
        .authentication
        .check(request.headers(), &parameters, findings);
    // A body that cannot be read may hold the credentials: it is judged before them.
    headers.and(decoded).and(client).and(token)
}

fn token(parameters: &Value, findings: &mut Vec<String>) -> Result<String, Refusal> {
    let faults = Contract::get().faults_of_request(parameters);
    let fits = faults.is_empty();
    findings.extend(faults);
    match parameters["token"].as_str() {
        Some(token) if fits => Ok(token.to_owned()),
        _ => Err(Refusal::INVALID_REQUEST),
    }
}

fn serve(
    rules: &Rules,
    ledger: &mut Ledger,
    judged: Result<String, Refusal>,
    findings: &mut Vec<String>,
) -> Reply {
    let Some(fault) = ledger.faults.next() else {
        return Reply {
            delay: Duration::ZERO,
            answer: Some(carry_out(rules, ledger, judged, findings)),
        };
    };
    let truth = (fault.revokes || fault.kind == Kind::Truth)
        .then(|| carry_out(rules, ledger, judged, findings));
    Reply {
        delay: fault.delay,
        answer: spoil(fault, truth, rules),
    }
}

fn spoil(fault: Fault, truth: Option<Response<Bytes>>, rules: &Rules) -> Option<Response<Bytes>> {
    let (status, mut headers, body) = match fault.kind {
        Kind::Disconnect => return None,
        Kind::Truth => {
            let (parts, body) = truth?.into_parts();
            (parts.status, parts.headers, body)
        }
        Kind::Status(status) => match Contract::get().example(status.as_u16()) {
            Some(example) if fault.body.is_none() => {
                (status, json_headers(), example_body(example, rules))
            }
            _ => (status, HeaderMap::new(), Bytes::new()),
        },
    };
    headers.extend(fault.headers);
    let mut answer = Response::new(fault.body.unwrap_or(body));
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Some(answer)
}

fn example_body(example: &Value, rules: &Rules) -> Bytes {
    let error = &example["error"];
    match (error["code"].as_str(), error["message"].as_str()) {
        (Some(code), Some(message)) if rules.rfc6749_errors => {
            refusal::rfc6749_body(code, message).to_string().into()
        }
        _ => example.to_string().into(),
    }
}

/// Does what the request asks for.
fn carry_out(
    rules: &Rules,
    ledger: &mut Ledger,
    judged: Result<String, Refusal>,
    findings: &mut Vec<String>,
) -> Response<Bytes> {
    let revoked = judged.and_then(|token| match ledger.grants.revoke(&token) {
        Some(number) => Ok(number),
        None if rules.unknown_tokens_succeed => Ok(ledger.grants.next_revocation()),
        None => Err(Refusal::INVALID_TOKEN),
    });
    match revoked {
        Err(refusal) => refuse(rules, refusal, findings),
        Ok(number) => {
            let now = DateTime::<Utc>::from(SystemTime::now());
            let body = json!({
                "success": true,
                "data": {
                    "id": format!("revocation-{number}"),
                    "created_at": now.to_rfc3339_opts(SecondsFormat::Millis, true),
                },
            });
            own(200, &body, findings)
        }
    }
}

fn refuse(rules: &Rules, refusal: Refusal, findings: &mut Vec<String>) -> Response<Bytes> {
    let body = refusal.body(rules.rfc6749_errors);
    let mut answer = if rules.rfc6749_errors {
        // Asked for, and known not to be what the spec says.
        json_response(refusal.status, &body)
    } else {
        own(refusal.status, &body, findings)
    };
    if refusal.status == 401 {
        let challenge = HeaderValue::from_static("Basic realm=\"digilocker\"");
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    if refusal.status == 405
        && let Ok(method) = HeaderValue::from_str(Contract::get().method())
    {
        answer.headers_mut().insert(ALLOW, method);
    }
    answer
}

/// An answer of the sandbox's own, held against the spec as well.
fn own(status: u16, body: &Value, findings: &mut Vec<String>) -> Response<Bytes> {
    let faults = Contract::get().faults_of_answer(status, body);
    findings.extend(
        faults
            .into_iter()
            .map(|fault| format!("the sandbox's own answer {status} has drifted: {fault}")),
    );
    json_response(status, body)
}
