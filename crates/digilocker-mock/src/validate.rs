//! Validates a request against the spec.

use std::time::SystemTime;

use http::{HeaderMap, HeaderName, Request, StatusCode};

use crate::body::{self, Parameters, Received};
use crate::contract::{Contract, HINT};
use crate::credentials::Registered;
use crate::exchange::Exchange;
use crate::headers;
use crate::redact::{self, Redactor};
use crate::refusal::Refusal;
use crate::secrets::Secrets;
use crate::violation::Departures;

pub(crate) struct Validation {
    /// The token to revoke.
    pub(crate) result: Result<String, Refusal>,
    /// Whether path and method are those of the operation.
    pub(crate) routed: bool,
    /// As sent, valid or not.
    pub(crate) token: Option<String>,
    pub(crate) departures: Departures,
    /// The redacted request. The rest is not known yet.
    pub(crate) exchange: Exchange,
}

/// Validates the whole request. The result is the first refusal, if there is one.
pub(crate) fn validate(
    client: &Registered,
    secrets: &Secrets,
    request: &Request<Received>,
) -> Validation {
    let contract = Contract::get();
    let head = request.headers();
    let is_path = request.uri().path() == contract.path;
    let routed = is_path && request.method().as_str() == contract.method;
    let mut of_body = Departures::default();
    let decoded = match (is_path, routed) {
        (false, _) => Err(Refusal::Http(StatusCode::NOT_FOUND)),
        (true, false) => Err(Refusal::Http(StatusCode::METHOD_NOT_ALLOWED)),
        (true, true) => body::decode(request, &mut of_body),
    };
    let parameters = decoded.as_ref().ok();
    let token = parameters.and_then(|parameters| parameters.in_spec["token"].as_str());
    let secret = parameters.and_then(|parameters| parameters.client_secret.as_ref()?.as_str());
    let sent = [token, secret].into_iter().flatten().collect();
    let secrets = [secrets, &sent];
    let redactor = Redactor { secrets };
    let path = redactor.path(request.uri().path());
    let method = redact::method(request.method());

    let errors = parameters.map(|parameters| contract.request_errors(&parameters.in_spec));
    let errors = errors.unwrap_or_default();
    let valid_token = token.filter(|_| errors.is_empty());
    let mut of_client = Departures::default();
    let (authentication, accepted) = client.check(head, parameters, &mut of_client);
    let mut departures = Departures::default();
    let mut headers = Ok(());
    if routed {
        if request.uri().query().is_some() {
            let what = "a query string is not in the spec: a token in it ends up in logs";
            departures.add(what, contract.location(&[]));
        }
        headers = validate_headers(head, &redactor, &mut departures);
        let others = of_body.0.into_iter().chain(errors).chain(of_client.0);
        departures.0.extend(others);
    } else if is_path {
        let method = method.map_or("a non-standard method".to_owned(), |method| {
            format!("method `{method}`")
        });
        let what = format!("{method} is not in the spec: use `{}`", contract.method);
        departures.add(what, contract.path_location());
    } else {
        let what = format!("path `{path}` is not in the spec");
        departures.add(what, "#/paths".to_owned());
    }
    // A body that cannot be decoded comes before the client: it may contain the credentials.
    let result = headers.and(decoded.as_ref().map_err(|refusal| *refusal));
    let result = result.and(accepted).and_then(|()| {
        let token = valid_token.map(str::to_owned);
        token.ok_or(Refusal::InvalidRequest)
    });
    Validation {
        result,
        routed,
        token: token.map(str::to_owned),
        departures,
        exchange: Exchange {
            number: 0,
            at: SystemTime::now().into(),
            method: method.unwrap_or("other").to_owned(),
            headers: redactor.headers(head),
            path,
            encoding: parameters.map(|parameters| parameters.encoding),
            authentication,
            hint: parameters.and_then(hint),
            status: None,
            fault: None,
            violations: Vec::new(),
            deviations: Vec::new(),
        },
    }
}

fn hint(parameters: &Parameters) -> Option<&'static str> {
    let sent = parameters.in_spec.get(HINT)?;
    let hint = Contract::get().hints.iter().find(|hint| sent == *hint);
    Some(hint.map_or("other", String::as_str))
}

fn validate_headers(
    headers: &HeaderMap,
    redactor: &Redactor<'_>,
    departures: &mut Departures,
) -> Result<(), Refusal> {
    let contract = Contract::get();
    let unknown = |name: &&HeaderName| !headers::is_accepted(name.as_str());
    for name in headers.keys().filter(unknown) {
        let what = format!("header `{}` is not in the spec", redactor.header_name(name));
        departures.add(what, contract.location(&[]));
    }
    if headers::accepts_json(headers) {
        return Ok(());
    }
    let what = "`Accept` does not allow `application/json`";
    departures.add(what, contract.location(&["responses"]));
    Err(Refusal::Http(StatusCode::NOT_ACCEPTABLE))
}
