//! Which requests may see and control the sandbox: a web page on another site must not.
//!
//! A browser sends `Origin` with what a page on another site makes it send, and with a rebound name
//! (DNS rebinding) the `Host` is that name. The endpoint itself is not guarded: it has its credentials.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

#[derive(Clone)]
pub(super) struct Guard {
    /// Whether hosts that are addresses, not names, may be any address.
    any_address: bool,
    names: Arc<[String]>,
}

impl Guard {
    pub(super) fn new(listen: IpAddr, names: &[String]) -> Self {
        Self {
            any_address: !listen.is_loopback(),
            names: names.iter().map(|name| name.to_ascii_lowercase()).collect(),
        }
    }

    /// # Errors
    ///
    /// The reason for the 403, if `Host` or `Origin` is foreign.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), &'static str> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = match (
            hosts.next().and_then(|host| host.to_str().ok()),
            hosts.next(),
        ) {
            (Some(host), None) if self.allows(host) => host,
            _ => return Err("`Host` is not loopback: see `--allow-host`"),
        };
        let same_origin = headers.get_all(ORIGIN).iter().all(|origin| {
            origin
                .to_str()
                .is_ok_and(|origin| origin.strip_prefix("http://") == Some(host))
        });
        if same_origin {
            Ok(())
        } else {
            Err("`Origin` is another site")
        }
    }

    fn allows(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        let address = name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        match address {
            Ok(address) => address.is_loopback() || self.any_address,
            Err(_) => name == "localhost" || self.names.contains(&name),
        }
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') =>
        {
            name
        }
        _ => host,
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(listen: &str, host: &str, origin: Option<&str>, allowed: bool) {
        let guard = Guard::new(listen.parse().unwrap(), &["Sandbox.test".to_owned()]);
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        assert_eq!(guard.check(&headers).is_ok(), allowed, "{host} {origin:?}");
    }

    #[test]
    fn only_loopback_and_allowed_hosts_are_served() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:4010",
            "localhost:1",
            "LOCALHOST",
            "[::1]:4010",
            "[::1]",
            "sandbox.test:4010",
        ] {
            check("127.0.0.1", host, None, true);
        }
        for host in [
            "",
            ":4010",
            "evil.test",
            "localhost.evil.test",
            "127.0.0.1.evil.test",
            "10.0.0.1:4010",
            "[::2]",
            "localhost:4010:4010",
            "localhost:80x",
        ] {
            check("127.0.0.1", host, None, false);
        }
        check("0.0.0.0", "10.0.0.1:4010", None, true);
        check("0.0.0.0", "evil.test", None, false);
    }

    #[test]
    fn only_the_same_origin_is_served() {
        check(
            "127.0.0.1",
            "127.0.0.1:4010",
            Some("http://127.0.0.1:4010"),
            true,
        );
        for origin in [
            "http://127.0.0.1:4011",
            "https://127.0.0.1:4010",
            "http://localhost:4010",
            "http://evil.test",
            "null",
            "",
        ] {
            check("127.0.0.1", "127.0.0.1:4010", Some(origin), false);
        }
    }

    #[test]
    fn a_request_without_or_with_two_hosts_is_refused() {
        let guard = Guard::new("127.0.0.1".parse().unwrap(), &[]);
        let mut headers = HeaderMap::new();
        assert!(guard.check(&headers).is_err());
        headers.append(HOST, "localhost".parse().unwrap());
        headers.append(HOST, "localhost".parse().unwrap());
        assert!(guard.check(&headers).is_err());
    }
}
