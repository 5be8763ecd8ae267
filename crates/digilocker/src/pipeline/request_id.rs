//! The request id that a server or a gateway assigns, for support tickets.

use http::HeaderMap;

/// Headers with a request id. No other response header is ever shown.
const NAMES: [&str; 6] = [
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "x-ms-request-id",
    "cf-ray",
];

/// The first request id that is text.
pub(crate) fn find(headers: &HeaderMap) -> Option<&str> {
    // One pass over the headers is faster than one lookup per name.
    headers
        .iter()
        .filter(|(name, _)| NAMES.contains(&name.as_str()))
        .filter_map(|(_, id)| id.to_str().ok())
        .find(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn request_ids_are_found_by_header_name() {
        let headers = |name: &'static str, value: &'static [u8]| {
            let mut headers = HeaderMap::new();
            headers.insert("date", HeaderValue::from_static("today"));
            let value = HeaderValue::from_bytes(value).unwrap();
            headers.append(HeaderName::from_static(name), value);
            headers
        };
        for name in NAMES {
            assert_eq!(find(&headers(name, b"a-1")), Some("a-1"), "{name}");
        }
        assert_eq!(find(&headers("set-cookie", b"a-1")), None);
        assert_eq!(find(&headers("x-request-id", b"")), None);
        assert_eq!(find(&headers("x-request-id", b"\xff")), None);
        assert_eq!(find(&HeaderMap::new()), None);
    }
}
