//! The `Retry-After` header (RFC 9110 §10.2.3).

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// The longest wait that is reported. RFC 9111 §1.2.2 uses this number for delta-seconds that overflow.
const MAX: Duration = Duration::from_secs(1 << 31);

/// How long the server asks to wait. `None` if the header is absent or malformed.
///
/// A date is relative to the response's `Date`, so that a wrong local clock does no harm. Without a
/// `Date`, it is relative to `now`.
pub(crate) fn parse(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits that do not fit are a very large number, not a malformed one.
        let seconds = value.parse().map_or(MAX, Duration::from_secs);
        return Some(seconds.min(MAX));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let now = headers
        .get(DATE)
        .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok())
        .unwrap_or(now);
    Some(date.duration_since(now).unwrap_or(Duration::ZERO).min(MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn seconds_and_dates_are_parsed() {
        #[track_caller]
        fn check(value: &str, expected: Option<u64>) {
            // 2025-01-01T00:00:00Z
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_735_689_600);
            let mut headers = HeaderMap::new();
            headers.insert(
                RETRY_AFTER,
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
            let expected = expected.map(Duration::from_secs);
            assert_eq!(parse(&headers, now), expected, "{value:?}");
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
        check("", None);
        check("-1", None);
        check("+1", None);
        check("1.5", None);
        check("soon", None);
        check("1, 2", None);
        check("é", None);
    }

    #[test]
    fn a_date_is_relative_to_the_clock_of_the_server() {
        let mut headers = HeaderMap::new();
        headers.insert(
            RETRY_AFTER,
            HeaderValue::from_static("Wed, 01 Jan 2025 00:01:00 GMT"),
        );
        headers.insert(
            DATE,
            HeaderValue::from_static("Wed, 01 Jan 2025 00:00:30 GMT"),
        );
        assert_eq!(
            parse(&headers, SystemTime::UNIX_EPOCH),
            Some(Duration::from_secs(30))
        );
    }

    #[test]
    fn a_missing_header_is_none() {
        assert_eq!(parse(&HeaderMap::new(), SystemTime::UNIX_EPOCH), None);
    }
}
