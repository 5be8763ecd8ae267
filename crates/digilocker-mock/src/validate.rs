//! Validates a request against the spec.

use std::time::SystemTime;

use http::header::ACCEPT;
use http::{HeaderMap, Request, StatusCode};

use crate::body::{self, Parameters, Received};
use crate::contract::{Contract, HINT};
use crate::credentials::Registered;
use crate::dialect::Refusal;
use crate::exchange::Exchange;
use crate::redact::{self, Redactor, Secrets};
use crate::violation::Violation;

pub(crate) struct Validation {
    /// The token to revoke.
    pub(crate) result: Result<String, Refusal>,
    /// Whether path and method are those of the operation.
    pub(crate) routed: bool,
    /// As sent, valid or not.
    pub(crate) token: Option<String>,
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
    let mut of_body = Vec::new();
    let decoded = match (is_path, routed) {
        (false, _) => Err(Refusal::Http(StatusCode::NOT_FOUND)),
        (true, false) => Err(Refusal::Http(StatusCode::METHOD_NOT_ALLOWED)),
        (true, true) => body::decode(request, &mut of_body),
    };
    let parameters = decoded.as_ref().ok();
    let token = parameters.and_then(|parameters| parameters.in_spec["token"].as_str());
    let secret = parameters.and_then(|parameters| parameters.client_secret.as_ref()?.as_str());
    let sent = Secrets::new([token, secret].into_iter().flatten());
    let secrets = [secrets, &sent];
    let redactor = Redactor { secrets };
    let path = redactor.path(request.uri().path());
    let method = redact::method(request.method());

    let errors = parameters.map(|parameters| contract.request_errors(&parameters.in_spec));
    let errors = errors.unwrap_or_default();
    let valid_token = token.filter(|_| errors.is_empty());
    let mut of_client = Vec::new();
    let (authentication, accepted) = client.check(head, parameters, &mut of_client);
    let mut violations = Vec::new();
    let mut headers = Ok(());
    if routed {
        if request.uri().query().is_some() {
            let what = "a query string is not in the spec: a token in it ends up in logs";
            violations.push(Violation::new(what, contract.location(&[])));
        }
        for name in head.keys().filter(|name| !redact::is_accepted(name)) {
            let what = format!("header `{}` is not in the spec", redactor.header_name(name));
            violations.push(Violation::new(what, contract.location(&[])));
        }
        if !accepts_json(head) {
            let what = "`Accept` does not allow `application/json`";
            violations.push(Violation::new(what, contract.location(&["responses"])));
            headers = Err(Refusal::Http(StatusCode::NOT_ACCEPTABLE));
        }
        let others = of_body.into_iter().chain(errors).chain(of_client);
        violations.extend(others);
    } else if is_path {
        let method = method.map_or("a non-standard method".to_owned(), |method| {
            format!("method `{method}`")
        });
        let what = format!("{method} is not in the spec: use `{}`", contract.method);
        violations.push(Violation::new(what, contract.path_location.clone()));
    } else {
        let what = format!("path `{path}` is not in the spec");
        violations.push(Violation::new(what, "#/paths".to_owned()));
    }
    // A body that cannot be decoded comes before the client: it may contain the credentials.
    let decoded = decoded.as_ref().map_err(|refusal| *refusal);
    let valid_token = valid_token.ok_or(Refusal::InvalidRequest);
    let result = headers.and(decoded).and(accepted).and(valid_token);
    Validation {
        result: result.map(str::to_owned),
        routed,
        token: token.map(str::to_owned),
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
            violations,
            deviations: Vec::new(),
        },
    }
}

fn hint(parameters: &Parameters) -> Option<&'static str> {
    let sent = parameters.in_spec.get(HINT)?;
    let hint = Contract::get().hints.iter().find(|hint| sent == *hint);
    Some(hint.map_or("other", String::as_str))
}

/// RFC 9110 section 12.5.1: the most specific range decides; without the header, any type is accepted.
fn accepts_json(headers: &HeaderMap) -> bool {
    let ranges = headers.get_all(ACCEPT).iter();
    let ranges = ranges.flat_map(|value| value.to_str().unwrap_or_default().split(','));
    let matching = ranges.filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let range = parts.next()?.to_ascii_lowercase();
        let by_specificity = ["*/*", "application/*", "application/json"];
        let specificity = by_specificity.iter().position(|known| *known == range)?;
        let mut parameters = parts.filter_map(|parameter| parameter.split_once('='));
        let refused =
            parameters.any(|(name, q)| name.eq_ignore_ascii_case("q") && q.parse() == Ok(0.0));
        Some((specificity, !refused))
    });
    let best = matching.max();
    best.map_or(!headers.contains_key(ACCEPT), |(_, accepted)| accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, accepted: bool) {
        let headers = HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]);
        assert_eq!(accepts_json(&headers), accepted, "{accept}");
    }

    #[test]
    fn the_most_specific_range_decides() {
        assert!(accepts_json(&HeaderMap::new()));
        check("application/json", true);
        check("Application/JSON; q=0.5", true);
        check("application/*", true);
        check("text/html, */*;q=0.1", true);
        check("text/html", false);
        check("", false);
        check("application/json;q=0, */*", false);
        check("*/*;q=0, application/json", true);
        check("application/json;q=0.000", false);
    }
}
