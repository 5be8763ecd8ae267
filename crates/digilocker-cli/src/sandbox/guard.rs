//! Protects the control API and the page from other web sites.
//!
//! Requests that another site makes a browser send are recognised by `Origin` (CSRF), and by `Host` (DNS
//! rebinding). The revocation endpoint itself is not guarded, like the real one.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method};

#[derive(Clone)]
pub(super) struct Guard {
    /// Whether `Host` may be any IP address.
    any_address: bool,
    names: Arc<[String]>,
}

impl Guard {
    pub(super) fn new(listen: IpAddr, names: &[String]) -> Self {
        Self {
            any_address: !listen.to_canonical().is_loopback(),
            names: names.iter().map(|name| name.to_ascii_lowercase()).collect(),
        }
    }

    /// # Errors
    ///
    /// The reason for the 403.
    pub(super) fn check(&self, request: &Parts) -> Result<(), &'static str> {
        let mut hosts = request.headers.get_all(HOST).iter();
        let host = match (
            hosts.next().and_then(|host| host.to_str().ok()),
            hosts.next(),
        ) {
            // An absolute target takes precedence over `Host` (RFC 9112 section 3.2.2).
            (Some(host), None) => request.uri.authority().map_or(host, Authority::as_str),
            _ => return Err("exactly one `Host` header is required"),
        };
        if !self.allows(host) {
            return Err("`Host` is not loopback: see `--allow-host`");
        }
        let same_origin = |origin: &HeaderValue| {
            let origin = origin
                .to_str()
                .ok()
                .and_then(|origin| origin.strip_prefix("http://"));
            origin == Some(host)
        };
        if !request.headers.get_all(ORIGIN).iter().all(same_origin) {
            return Err("`Origin` is another site");
        }
        // Images and links are requested without `Origin`. Links to the page are allowed.
        let header = |name| {
            request
                .headers
                .get(name)
                .map_or(&b""[..], HeaderValue::as_bytes)
        };
        let navigation = request.method == Method::GET && header("sec-fetch-mode") == b"navigate";
        if header("sec-fetch-site") == b"cross-site" && !navigation {
            return Err("the request comes from another site");
        }
        Ok(())
    }

    fn allows(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        let address = name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        match address {
            Ok(address) => address.to_canonical().is_loopback() || self.any_address,
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
    use axum::http::Request;

    use super::*;

    fn request(method: Method, uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn allowed(listen: &str, request: &Parts) -> bool {
        let guard = Guard::new(listen.parse().unwrap(), &["Sandbox.test".to_owned()]);
        guard.check(request).is_ok()
    }

    #[track_caller]
    fn check(listen: &str, headers: &[(&str, &str)], expected: bool) {
        let request = request(Method::POST, "/", headers);
        assert_eq!(allowed(listen, &request), expected, "{listen} {headers:?}");
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
            "[::ffff:127.0.0.1]",
            "sandbox.test:4010",
        ] {
            check("127.0.0.1", &[("host", host)], true);
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
            check("127.0.0.1", &[("host", host)], false);
        }
        check("0.0.0.0", &[("host", "10.0.0.1:4010")], true);
        check("0.0.0.0", &[("host", "evil.test")], false);
        check("::ffff:127.0.0.1", &[("host", "10.0.0.1")], false);
        check("127.0.0.1", &[], false);
        check(
            "127.0.0.1",
            &[("host", "localhost"), ("host", "localhost")],
            false,
        );
    }

    #[test]
    fn absolute_request_target_takes_precedence_over_host() {
        let host = [("host", "localhost:4010")];
        assert!(allowed(
            "127.0.0.1",
            &request(Method::GET, "http://localhost:4010/", &host)
        ));
        assert!(!allowed(
            "127.0.0.1",
            &request(Method::GET, "http://evil.test/", &host)
        ));
    }

    #[test]
    fn only_the_same_origin_is_served() {
        let host = ("host", "127.0.0.1:4010");
        check(
            "127.0.0.1",
            &[host, ("origin", "http://127.0.0.1:4010")],
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
            check("127.0.0.1", &[host, ("origin", origin)], false);
        }
    }

    #[test]
    fn other_sites_can_only_link_to_the_page() {
        let headers = |mode| {
            [
                ("host", "localhost"),
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", mode),
            ]
        };
        assert!(allowed(
            "127.0.0.1",
            &request(Method::GET, "/", &headers("navigate"))
        ));
        assert!(!allowed(
            "127.0.0.1",
            &request(Method::POST, "/", &headers("navigate"))
        ));
        assert!(!allowed(
            "127.0.0.1",
            &request(Method::GET, "/", &headers("no-cors"))
        ));
        let same = [("host", "localhost"), ("sec-fetch-site", "same-origin")];
        assert!(allowed("127.0.0.1", &request(Method::POST, "/", &same)));
    }
}
