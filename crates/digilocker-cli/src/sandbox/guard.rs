//! Protects the control API and the page from other web sites.
//!
//! Requests that another site makes a browser send are recognised by `Origin` and `Sec-Fetch-Site` (CSRF), and by
//! `Host` (DNS rebinding). The revocation endpoint itself is not guarded, like the real one.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, Uri};

/// `--public-url`: the address at which clients reach the sandbox.
#[derive(Clone, Debug)]
pub(super) struct PublicUrl {
    /// Scheme, host and port, in lower case.
    pub(super) origin: String,
    host: String,
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url: Uri = text.parse().map_err(|_| "not a URL")?;
        let (Some(scheme @ ("http" | "https")), Some(authority)) =
            (url.scheme_str(), url.authority())
        else {
            return Err("not an `http://` or `https://` URL");
        };
        if url.path() != "/" || url.query().is_some() || authority.as_str().contains('@') {
            return Err("give scheme, host and port only");
        }
        Ok(Self {
            origin: format!("{scheme}://{authority}").to_ascii_lowercase(),
            host: authority.host().to_ascii_lowercase(),
        })
    }
}

pub(super) struct Guard {
    /// Whether `Host` may be any IP address.
    any_address: bool,
    /// In lower case.
    hosts: Vec<String>,
    /// The origin of the page behind `--public-url`.
    public_origin: Option<String>,
}

impl Guard {
    pub(super) fn new(listen: IpAddr, names: &[Authority], public_url: Option<&PublicUrl>) -> Self {
        let public_host = public_url.map(|url| url.host.clone());
        let names = names.iter().map(|name| name.host().to_ascii_lowercase());
        Self {
            any_address: !listen.to_canonical().is_loopback(),
            hosts: names.chain(public_host).collect(),
            public_origin: public_url.map(|url| url.origin.clone()),
        }
    }

    /// # Errors
    ///
    /// The reason for the 403.
    pub(super) fn check(&self, request: &Parts) -> Result<(), &'static str> {
        let mut hosts = request.headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err("exactly one `Host` header is required");
        };
        // An absolute target takes precedence over `Host` (RFC 9112 section 3.2.2).
        let host = match request.uri.authority() {
            Some(target) => target.clone(),
            None => Authority::try_from(host.as_bytes()).map_err(|_| "`Host` is invalid")?,
        };
        if !self.allows(host.host()) {
            return Err("`Host` is not loopback: see `--allow-host`");
        }
        let same_origin = |origin: &HeaderValue| {
            let origin = origin.to_str().unwrap_or_default();
            origin.strip_prefix("http://") == Some(host.as_str())
                || self.public_origin.as_deref() == Some(origin)
        };
        if !request.headers.get_all(ORIGIN).iter().all(same_origin) {
            return Err("`Origin` is another site");
        }
        // Images are requested without `Origin`. Links to the page are allowed.
        let is = |name, value: &str| request.headers.get(name).is_some_and(|it| it == value);
        let is_link = request.method == Method::GET && is("sec-fetch-mode", "navigate");
        if is("sec-fetch-site", "cross-site") && !is_link {
            return Err("the request comes from another site");
        }
        Ok(())
    }

    fn allows(&self, host: &str) -> bool {
        let name = host.to_ascii_lowercase();
        let address = name.trim_start_matches('[').trim_end_matches(']');
        self.hosts.contains(&name)
            || match address.parse::<IpAddr>() {
                Ok(address) => address.to_canonical().is_loopback() || self.any_address,
                Err(_) => name == "localhost",
            }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use axum::http::request::Builder;

    use super::*;

    fn is_served(guard: &Guard, mut request: Builder, headers: &[(&str, &str)]) -> bool {
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        guard.check(&head).is_ok()
    }

    fn guard(listen: &str) -> Guard {
        let names = [Authority::from_static("Sandbox.test")];
        Guard::new(listen.parse().unwrap(), &names, None)
    }

    #[test]
    fn only_loopback_and_allowed_hosts_are_served() {
        let check = |listen: &str, hosts: &str, expected: bool| {
            for host in hosts.split(' ') {
                let is_served = is_served(&guard(listen), Request::post("/"), &[("host", host)]);
                assert_eq!(is_served, expected, "{listen}: {host}");
            }
        };
        let names = "127.0.0.1 127.0.0.1:4010 localhost:1 LOCALHOST sandbox.test:4010";
        check("127.0.0.1", names, true);
        check("127.0.0.1", "[::1]:4010 [::1] [::ffff:127.0.0.1]", true);
        let names = "evil.test localhost.evil.test 127.0.0.1.evil.test localhost:4010:4010";
        check("127.0.0.1", names, false);
        check("127.0.0.1", " :4010 10.0.0.1:4010 [::2]", false);
        check("0.0.0.0", "10.0.0.1:4010", true);
        check("0.0.0.0", "evil.test", false);
        check("::ffff:127.0.0.1", "10.0.0.1", false);
        let local = ("host", "localhost");
        for (target, headers, expected) in [
            ("/", &[][..], false),
            ("/", &[local, local], false),
            // An absolute target takes precedence.
            ("http://localhost:1/", &[local], true),
            ("http://evil.test/", &[local], false),
        ] {
            let is_served = is_served(&guard("127.0.0.1"), Request::post(target), headers);
            assert_eq!(is_served, expected, "{target}");
        }
    }

    #[test]
    fn only_the_same_origin_is_served() {
        let check = |origin| {
            let headers = [("host", "127.0.0.1:4010"), ("origin", origin)];
            is_served(&guard("127.0.0.1"), Request::post("/"), &headers)
        };
        assert!(check("http://127.0.0.1:4010"));
        let others = "http://127.0.0.1:4011 https://127.0.0.1:4010 http://localhost:4010 \
                      http://evil.test null ";
        for origin in others.split(' ') {
            assert!(!check(origin), "{origin}");
        }
    }

    #[test]
    fn only_links_of_other_sites_are_served() {
        let check = |request: Builder, site, mode| {
            let fetch = [("sec-fetch-site", site), ("sec-fetch-mode", mode)];
            let request = request.header("host", "localhost");
            is_served(&guard("127.0.0.1"), request, &fetch)
        };
        assert!(check(Request::get("/"), "cross-site", "navigate"));
        assert!(!check(Request::get("/"), "cross-site", "no-cors"));
        assert!(!check(Request::post("/"), "cross-site", "navigate"));
        assert!(check(Request::post("/"), "same-origin", "cors"));
    }

    #[test]
    fn public_url_is_served_with_its_origin() {
        for (url, origin) in [
            ("http://Sandbox:4010/", "http://sandbox:4010"),
            ("https://mock.test", "https://mock.test"),
            ("http://10.0.0.1:4010", "http://10.0.0.1:4010"),
            ("http://[fd00::1]:4010", "http://[fd00::1]:4010"),
        ] {
            let public_url: PublicUrl = url.parse().unwrap();
            assert_eq!(public_url.origin, origin);
            let guard = Guard::new(IpAddr::from([127, 0, 0, 1]), &[], Some(&public_url));
            let check = |host, origin| {
                let headers = [("host", host), ("origin", origin)];
                is_served(&guard, Request::post("/"), &headers)
            };
            let (_, host) = origin.split_once("://").unwrap();
            assert!(check(host, origin), "{url}");
            assert!(check("localhost:4010", "http://localhost:4010"), "{url}");
            assert!(!check(host, "http://evil.test"), "{url}");
            assert!(!check("evil.test", "http://evil.test"), "{url}");
        }
        for wrong in " sandbox:4010 ftp://a http://a/b http://a?b http://a:b@c".split(' ') {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }
}
