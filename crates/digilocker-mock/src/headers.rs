//! The headers of a request.

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};

use crate::contract::Contract;

/// Headers of HTTP, proxies and tracing, which any request may have.
const STANDARD: &str = "accept accept-charset accept-encoding accept-language b3 baggage cache-control \
    connection content-length content-type date dnt expect forwarded host http2-settings keep-alive \
    origin pragma priority proxy-connection referer te traceparent tracestate transfer-encoding upgrade \
    upgrade-insecure-requests user-agent via x-amzn-trace-id x-correlation-id x-real-ip x-request-id";
const STANDARD_PREFIXES: [&str; 3] = ["sec-", "x-b3-", "x-forwarded-"];

/// Whether a header of this name is standard or in the spec. Such a name is not a secret.
pub(crate) fn is_known(name: &str) -> bool {
    STANDARD.split(' ').any(|known| known == name)
        || Contract::get().headers.iter().any(|known| known == name)
}

/// Whether a request may have a header of this name.
pub(crate) fn is_accepted(name: &str) -> bool {
    let prefixed = |prefix: &&str| name.starts_with(prefix);
    STANDARD_PREFIXES.iter().any(prefixed) || is_known(name)
}

/// RFC 9110 section 12.5.1: the most specific range decides; without the header, any type is accepted.
pub(crate) fn accepts_json(headers: &HeaderMap) -> bool {
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
