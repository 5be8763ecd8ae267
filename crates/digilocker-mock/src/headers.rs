//! Validates the headers of a request.

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};

use crate::contract::Contract;
use crate::findings::Findings;
use crate::redact::Redactor;
use crate::refusal::Refusal;

/// Headers of HTTP, proxies and tracing, which any request may have.
const STANDARD: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "b3",
    "baggage",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "date",
    "dnt",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "origin",
    "pragma",
    "priority",
    "proxy-connection",
    "referer",
    "te",
    "traceparent",
    "tracestate",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "via",
    "x-amzn-trace-id",
    "x-correlation-id",
    "x-real-ip",
    "x-request-id",
];
const PREFIXES: &[&str] = &["sec-", "x-b3-", "x-forwarded-"];

/// Whether a header of this name is standard or in the spec.
pub(crate) fn is_known(name: &str) -> bool {
    STANDARD.contains(&name) || Contract::get().has_header(name)
}

pub(crate) fn validate(
    headers: &HeaderMap,
    redactor: &Redactor<'_>,
    findings: &mut Findings,
) -> Result<(), Refusal> {
    let contract = Contract::get();
    for name in headers.keys() {
        let prefixed = PREFIXES.iter().any(|p| name.as_str().starts_with(p));
        if !prefixed && !is_known(name.as_str()) {
            let what = format!("header `{}` is not in the spec", redactor.header_name(name));
            findings.add(what, contract.location(&[]));
        }
    }
    if accepts_json(headers) {
        Ok(())
    } else {
        let what = "`Accept` does not allow `application/json`";
        findings.add(what, contract.location(&["responses"]));
        Err(Refusal::NotAcceptable)
    }
}

/// RFC 9110 section 12.5.1: the most specific range decides; without the header, any type is accepted.
fn accepts_json(headers: &HeaderMap) -> bool {
    let mut best = None;
    for value in headers.get_all(ACCEPT) {
        for range in String::from_utf8_lossy(value.as_bytes()).split(',') {
            let mut parts = range.split(';').map(str::trim);
            let specificity = match parts.next().unwrap_or_default() {
                range if range.eq_ignore_ascii_case("application/json") => 2,
                range if range.eq_ignore_ascii_case("application/*") => 1,
                "*/*" => 0,
                _ => continue,
            };
            let refused = parts
                .filter_map(|parameter| parameter.split_once('='))
                .any(|(name, q)| name.eq_ignore_ascii_case("q") && q.parse() == Ok(0.0));
            best = best.max(Some((specificity, !refused)));
        }
    }
    best.map_or_else(|| !headers.contains_key(ACCEPT), |(_, accepted)| accepted)
}

/// The media type of the body, in lower case, and its charset if that is not UTF-8.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<(String, Option<String>)> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let mut parts = value.split(';').map(str::trim);
    let media_type = parts.next()?.to_ascii_lowercase();
    let charset = parts
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
        .map(|(_, charset)| charset.trim_matches('"').to_ascii_lowercase())
        .find(|charset| charset != "utf-8");
    Some((media_type, charset))
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]
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
