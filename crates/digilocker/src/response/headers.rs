//! The status and the headers of a response.

use std::time::{Duration, SystemTime};

use http::header::{CONTENT_ENCODING, DATE, RETRY_AFTER, TRANSFER_ENCODING};
use http::{HeaderMap, StatusCode};

/// The longest wait that is reported. RFC 9111 §1.2.2 uses this number for delta-seconds that overflow.
const MAX_WAIT: Duration = Duration::from_secs(1 << 31);

/// Headers with a request id. No other response header is ever shown.
const REQUEST_IDS: [&str; 6] = [
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "x-ms-request-id",
    "cf-ray",
];

/// The status and headers of a response, which the generated code does not always return.
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

impl Head {
    /// How long the server asks to wait (RFC 9110 §10.2.3). `None` if the header is absent or malformed.
    ///
    /// A date is relative to the response's `Date`, so that a wrong local clock does no harm. Without a
    /// `Date`, it is relative to `now`.
    pub(crate) fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        let value = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            // Digits that do not fit are a very large number, not a malformed one.
            let seconds = value.parse().map_or(MAX_WAIT, Duration::from_secs);
            return Some(seconds.min(MAX_WAIT));
        }
        let date = httpdate::parse_http_date(value).ok()?;
        let now = (self.headers.get(DATE))
            .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok())
            .unwrap_or(now);
        Some(date.duration_since(now).unwrap_or_default().min(MAX_WAIT))
    }

    /// The request id that a server or a gateway assigned: the first one that is text.
    pub(crate) fn request_id(&self) -> Option<&str> {
        // One pass over the headers is faster than one lookup per name.
        (self.headers.iter())
            .filter(|(name, _)| REQUEST_IDS.contains(&name.as_str()))
            .filter_map(|(_, id)| id.to_str().ok())
            .find(|id| !id.is_empty())
    }

    /// Whether the body is compressed, or has another coding that no request asks for. hyper decodes
    /// `chunked`, and `utf-8` is a charset in the wrong header.
    pub(crate) fn is_encoded(&self) -> bool {
        const NONE: [&[u8]; 5] = [b"", b"identity", b"chunked", b"utf-8", b"utf8"];
        [CONTENT_ENCODING, TRANSFER_ENCODING]
            .iter()
            .flat_map(|name| self.headers.get_all(name))
            .flat_map(|codings| codings.as_bytes().split(|byte| *byte == b','))
            .map(<[u8]>::trim_ascii)
            .any(|coding| !NONE.iter().any(|none| coding.eq_ignore_ascii_case(none)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn head(headers: &[(HeaderName, &[u8])]) -> Head {
        let headers = headers.iter().map(|(name, value)| {
            let value = HeaderValue::from_bytes(value).unwrap();
            (name.clone(), value)
        });
        Head {
            status: StatusCode::OK,
            headers: headers.collect(),
        }
    }

    #[test]
    fn seconds_and_dates_are_parsed() {
        #[track_caller]
        fn check(value: &str, expected: Option<u64>) {
            // 2025-01-01T00:00:00Z
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_735_689_600);
            let head = head(&[(RETRY_AFTER, value.as_bytes())]);
            let expected = expected.map(Duration::from_secs);
            assert_eq!(head.retry_after(now), expected, "{value:?}");
        }
        check("0", Some(0));
        check("120", Some(120));
        check(" 7 ", Some(7));
        check("2147483648", Some(2_147_483_648));
        check("2147483649", Some(2_147_483_648));
        check("99999999999999999999999999", Some(2_147_483_648));
        check("Wed, 01 Jan 2025 00:01:00 GMT", Some(60));
        check("Wednesday, 01-Jan-25 00:01:00 GMT", Some(60));
        check("Wed Jan  1 00:01:00 2025", Some(60));
        check("Tue, 31 Dec 2024 23:59:59 GMT", Some(0));
        check("Fri, 31 Dec 9999 23:59:59 GMT", Some(2_147_483_648));
        for malformed in ["", "-1", "+1", "1.5", "soon", "1, 2", "é"] {
            check(malformed, None);
        }
        assert_eq!(head(&[]).retry_after(SystemTime::UNIX_EPOCH), None);
    }

    #[test]
    fn request_ids_are_found_by_header_name() {
        for name in REQUEST_IDS {
            let head = head(&[(DATE, b"today"), (HeaderName::from_static(name), b"a-1")]);
            assert_eq!(head.request_id(), Some("a-1"), "{name}");
        }
        let id = HeaderName::from_static("x-request-id");
        assert_eq!(head(&[(id.clone(), b"")]).request_id(), None);
        assert_eq!(head(&[(id, b"\xff")]).request_id(), None);
        assert_eq!(head(&[(DATE, b"a-1")]).request_id(), None);
    }

    #[test]
    fn only_codings_of_the_body_count_as_encodings() {
        for none in ["", "identity", "Identity, chunked", "utf-8", "UTF8"] {
            assert!(
                !head(&[(CONTENT_ENCODING, none.as_bytes())]).is_encoded(),
                "{none}"
            );
        }
        for some in ["gzip", "identity, br", "x"] {
            assert!(
                head(&[(CONTENT_ENCODING, some.as_bytes())]).is_encoded(),
                "{some}"
            );
        }
        assert!(head(&[(TRANSFER_ENCODING, b"gzip, chunked")]).is_encoded());
    }
}
