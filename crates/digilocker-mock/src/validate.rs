//! Validates a request against the spec.

use http::{HeaderMap, Request};
use serde_json::Value;

use crate::authentication;
use crate::body::{self, Parameters, Received};
use crate::config::Config;
use crate::contract::Contract;
use crate::exchange::Header;
use crate::findings::Findings;
use crate::headers;
use crate::redact::{self, Redactor};
use crate::refusal::Refusal;

pub(crate) struct Validation {
    /// The token to revoke.
    pub(crate) result: Result<String, Refusal>,
    /// Whether path and method are those of the operation.
    pub(crate) routed: bool,
    pub(crate) findings: Findings,
    /// Redacted, like `path` and `headers`.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<Header>,
}

/// Validates the whole request. The result is the first refusal, if there is one.
pub(crate) fn validate(
    config: &Config,
    custom_tokens: &[String],
    request: &Request<Received>,
) -> Validation {
    let mut findings = Findings::default();
    let routed = is_path(request) && is_method(request);
    let mut body_findings = Findings::default();
    let decoded = routed.then(|| body::decode(request, &mut body_findings));
    let parameters = decoded.as_ref().and_then(|decoded| decoded.as_ref().ok());
    let redactor = Redactor::new(
        custom_tokens
            .iter()
            .map(String::as_str)
            .chain(secrets(config, parameters)),
    );

    let path = if is_path(request) {
        request.uri().path().to_owned()
    } else {
        redactor.path(request.uri().path())
    };
    let result = match decoded.as_ref() {
        None => Err(refuse_route(request, &path, &mut findings)),
        Some(decoded) => {
            if request.uri().query().is_some() {
                let what = "a query string is not in the spec: a token in it ends up in logs";
                findings.add(what, Contract::get().location(&[]));
            }
            let headers = headers::validate(request.headers(), &redactor, &mut findings);
            findings.extend(body_findings);
            headers.and(validate_body(
                config,
                request.headers(),
                decoded,
                &mut findings,
            ))
        }
    };
    findings.authentication = authentication::method_of(request.headers(), parameters);
    Validation {
        result,
        routed,
        findings,
        method: redact::method(request.method())
            .unwrap_or("other")
            .to_owned(),
        path,
        headers: redactor.headers(request.headers()),
    }
}

fn is_path(request: &Request<Received>) -> bool {
    request.uri().path() == Contract::get().path()
}

fn is_method(request: &Request<Received>) -> bool {
    request.method().as_str() == Contract::get().method()
}

fn secrets<'a>(
    config: &'a Config,
    parameters: Option<&'a Parameters>,
) -> impl Iterator<Item = &'a str> {
    let sent = parameters.map(|parameters| {
        let token = parameters.in_spec["token"].as_str();
        [token, parameters.client_secret.as_deref()]
    });
    let sent = sent.into_iter().flatten().flatten();
    sent.chain([config.authentication.secret.as_str()])
}

fn refuse_route(request: &Request<Received>, path: &str, findings: &mut Findings) -> Refusal {
    let contract = Contract::get();
    if !is_path(request) {
        let what = format!("path `{path}` is not in the spec");
        findings.add(what, "#/paths".to_owned());
        return Refusal::NotFound;
    }
    let method = redact::method(request.method()).map(|method| format!("method `{method}`"));
    let method = method.as_deref().unwrap_or("a non-standard method");
    let what = format!("{method} is not in the spec: use `{}`", contract.method());
    findings.add(what, contract.path_location());
    Refusal::MethodNotAllowed
}

/// The error of a body that cannot be decoded comes first: the body may contain the credentials.
fn validate_body(
    config: &Config,
    headers: &HeaderMap,
    decoded: &Result<Parameters, Refusal>,
    findings: &mut Findings,
) -> Result<String, Refusal> {
    let none = Parameters::default();
    let parameters = decoded.as_ref().unwrap_or(&none);
    let token = match decoded {
        Ok(parameters) => validate_parameters(&parameters.in_spec, findings),
        Err(refusal) => Err(*refusal),
    };
    let client = config.authentication.check(headers, parameters, findings);
    match decoded {
        Ok(_) => client.and(token),
        Err(refusal) => Err(*refusal),
    }
}

fn validate_parameters(parameters: &Value, findings: &mut Findings) -> Result<String, Refusal> {
    let contract = Contract::get();
    let hint = parameters["token_type_hint"].as_str();
    findings.hint = Some(match parameters.get("token_type_hint") {
        None => "none",
        Some(_) => contract
            .hints()
            .iter()
            .find(|known| hint == Some(known.as_str()))
            .map_or("other", String::as_str),
    });
    findings.token = parameters["token"].as_str().map(str::to_owned);
    let errors = contract.request_errors(parameters);
    let valid = errors.is_empty();
    for error in errors {
        findings.push(error);
    }
    let token = findings.token.clone().filter(|_| valid);
    token.ok_or(Refusal::InvalidRequest)
}
