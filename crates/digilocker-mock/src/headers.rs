//! What the headers of a request may be.

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};

use crate::contract::Contract;
use crate::refusal::Refusal;

/// HTTP's own request headers, and those of proxies and tracing: they belong to no API.
const OF_HTTP: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
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
];
const PREFIXES: &[&str] = &["sec-", "x-forwarded-"];

/// Holds the headers against the spec.
pub(crate) fn judge(headers: &HeaderMap, findings: &mut Vec<String>) -> Result<(), Refusal> {
    for name in headers.keys().map(http::HeaderName::as_str) {
        let known = OF_HTTP.contains(&name)
            || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            || Contract::get().has_header(name);
        if !known {
            // A long name may be a token.
            let shown = if name.len() > 32 { "…" } else { name };
            findings.push(format!("header `{shown}` is not in the spec"));
        }
    }
    if accepts_json(headers) {
        Ok(())
    } else {
        findings.push("`Accept` does not allow `application/json`".into());
        Err(Refusal::NOT_ACCEPTABLE)
    }
}

/// RFC 9110 section 12.5.1: the most specific range decides, and no header means anything.
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
