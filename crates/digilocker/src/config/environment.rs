//! The server to call: a known host or a base URL.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use http::HeaderValue;
use serde::de::{Deserialize, Deserializer, Error as _};
use url::{Host, Position, Url};

/// Hosts without a path: the path is in the spec. Sources: `spec/README.md`.
const BETA: &str = "https://betaapi.digitallocker.gov.in";
const PRODUCTION: &str = "https://digilocker.meripehchaan.gov.in";

/// The server to call.
///
/// In text or a configuration file: `beta`, `production`, or a base URL. A base URL is HTTPS, or plain
/// HTTP on loopback for tests. It may have a path, to which the operation's path is appended, but no user,
/// query or fragment (RFC 6749 §3.1).
///
/// ```
/// # use digilocker::Environment;
/// assert_eq!("beta".parse(), Ok(Environment::Beta));
/// assert_eq!(Environment::Beta.base_url(), "https://betaapi.digitallocker.gov.in");
///
/// let gateway: Environment = "https://gateway.example/digilocker/".parse()?;
/// assert_eq!(gateway.base_url(), "https://gateway.example/digilocker");
///
/// assert!("http://127.0.0.1:4010".parse::<Environment>().is_ok());
/// assert!("http://gateway.example".parse::<Environment>().is_err());
/// assert!("https://user:password@gateway.example".parse::<Environment>().is_err());
/// # Ok::<(), digilocker::InvalidEnvironment>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// DigiLocker's beta host, which the published reference uses. Bodies are JSON by default.
    Beta,
    /// DigiLocker's production host. Bodies are forms by default.
    Production,
    /// Any other server, from its base URL. Bodies are JSON by default.
    Custom(BaseUrl),
}

/// The validated base URL of an [`Environment::Custom`]. Made by parsing an [`Environment`], or by
/// [`Environment::plain_http`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The URL, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Environment {
    /// The base URL, without a trailing slash.
    pub fn base_url(&self) -> &str {
        match self {
            Self::Beta => BETA,
            Self::Production => PRODUCTION,
            Self::Custom(url) => url.as_str(),
        }
    }

    /// A server without TLS that is not on loopback. Anyone on the network path can read the token and the
    /// client's secret: a client for it is built only with
    /// [`danger_allow_plain_http(true)`](crate::ClientBuilder::danger_allow_plain_http).
    ///
    /// # Errors
    ///
    /// As for parsing, but `http` is accepted for every host.
    pub fn plain_http(url: &str) -> Result<Self, InvalidEnvironment> {
        parse(url).map(Self::Custom)
    }

    pub(crate) fn url(&self) -> Option<Url> {
        Url::parse(self.base_url()).ok()
    }

    /// The `Host` header of requests, without a default port (RFC 9110 §7.2).
    pub(crate) fn host(&self) -> Option<HeaderValue> {
        let url = self.url()?;
        HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort]).ok()
    }

    /// Whether anyone outside this machine can read the requests.
    pub(crate) fn is_exposed(&self) -> bool {
        let is_loopback = |url: Url| match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        self.is_plain() && !self.url().is_some_and(is_loopback)
    }

    /// Whether it is plain HTTP.
    pub(crate) fn is_plain(&self) -> bool {
        self.base_url().starts_with("http:")
    }
}

fn parse(text: &str) -> Result<BaseUrl, InvalidEnvironment> {
    let url = Url::parse(text).map_err(|cause| {
        let next_step = "write `beta`, `production` or `https://host`";
        InvalidEnvironment(format!("not an environment: {cause}; {next_step}").into())
    })?;
    let base = url.as_str().trim_end_matches('/');
    let problem = if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        "a base URL must begin with `https://`, or `http://` on loopback"
    } else if url.query().is_some() {
        "a base URL cannot have a query: remove everything from `?` on"
    } else if url.fragment().is_some() {
        "a base URL cannot have a fragment: remove everything from `#` on"
    } else if text.matches('@').count() > url.path().matches('@').count() {
        // Searched in the text, because the parser drops an empty user (`https://@host`).
        "a base URL cannot have a user or password: pass them to `Client::builder` as `Credentials`"
    } else if base.ends_with("/public/oauth2/1/revoke") {
        "the base URL contains the operation's path already: remove `/public/oauth2/1/revoke`"
    } else {
        return Ok(BaseUrl(base.to_owned()));
    };
    Err(InvalidEnvironment(problem.into()))
}

impl FromStr for Environment {
    type Err = InvalidEnvironment;

    fn from_str(text: &str) -> Result<Self, InvalidEnvironment> {
        match text {
            "beta" => Ok(Self::Beta),
            "production" => Ok(Self::Production),
            text => match Self::plain_http(text)? {
                environment if environment.is_exposed() => Err(InvalidEnvironment(
                    "plain HTTP would expose the token: use `https`; `http` is for loopback only"
                        .into(),
                )),
                environment => Ok(environment),
            },
        }
    }
}

/// `beta`, `production`, or the base URL.
impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Beta => "beta",
            Self::Production => "production",
            Self::Custom(url) => url.as_str(),
        })
    }
}

/// Accepts the same text as [`FromStr`]. Errors do not quote the text, which may contain a password.
impl<'de> Deserialize<'de> for Environment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer).map_err(|_| {
            D::Error::custom("an environment must be a string: `beta`, `production`, or a base URL")
        })?;
        text.parse().map_err(D::Error::custom)
    }
}

/// The text is not a valid [`Environment`]. The error does not quote the text, which may contain a
/// password.
///
/// ```
/// # use digilocker::Environment;
/// let error = "https://host.example/?a=b".parse::<Environment>().unwrap_err();
/// assert_eq!(error.to_string(), "a base URL cannot have a query: remove everything from `?` on");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidEnvironment(Cow<'static, str>);

impl fmt::Display for InvalidEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidEnvironment {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_are_normalised_or_refused() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, &str>) {
            match (text.parse::<Environment>(), expected) {
                (Ok(environment), Ok(url)) => assert_eq!(environment.base_url(), url),
                (Err(error), Err(part)) => assert!(error.0.contains(part), "{text}: {error}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
        check("https://host.example", Ok("https://host.example"));
        check("https://host.example/", Ok("https://host.example"));
        check("https://host.example///", Ok("https://host.example"));
        check("https://host.example/a/b/", Ok("https://host.example/a/b"));
        check("https://host.example:8443", Ok("https://host.example:8443"));
        check("https://host.example:443", Ok("https://host.example"));
        check(
            "https://[2001:db8::1]:8443",
            Ok("https://[2001:db8::1]:8443"),
        );
        check("HTTPS://HOST.example", Ok("https://host.example"));
        check(
            "https://bücher.example",
            Ok("https://xn--bcher-kva.example"),
        );
        check("http://127.0.0.1:80", Ok("http://127.0.0.1"));
        check("http://127.9.9.9", Ok("http://127.9.9.9"));
        check("http://localhost:4010", Ok("http://localhost:4010"));
        check("http://[::1]:4010", Ok("http://[::1]:4010"));

        check(
            "http://host.example",
            Err("plain HTTP would expose the token: use `https`; `http` is for loopback only"),
        );
        check("http://localhost.evil.example", Err("plain HTTP"));
        check("http://127.0.0.1.evil.example", Err("plain HTTP"));
        check("http://0.0.0.0", Err("plain HTTP"));
        check("ftp://host.example", Err("must begin with"));
        check("file:///etc/passwd", Err("must begin with"));
        check("data:text/plain,a", Err("must begin with"));
        check("https://user@host.example", Err("user or password"));
        check(
            "https://user:word@host.example",
            Err("user or password: pass them to `Client::builder` as `Credentials`"),
        );
        check("https://@host.example", Err("user or password"));
        check("https://:@host.example", Err("user or password"));
        check("https://:word@host.example", Err("user or password"));
        check(r"https:\\user@host.example", Err("user or password"));
        check(r"https:\\:word@host.example", Err("user or password"));
        check("https://host.example?", Err("a query"));
        check("https://host.example/?a=b", Err("a query"));
        check("https://host.example#", Err("a fragment"));
        check(
            "https://host.example/#a",
            Err("a fragment: remove everything from `#` on"),
        );
        check(
            "https://host.example/public/oauth2/1/revoke",
            Err("the operation's path already: remove `/public/oauth2/1/revoke`"),
        );
        check("", Err("not an environment: "));
        check(
            "host.example",
            Err("URL without a base; write `beta`, `production` or `https://host`"),
        );
        check("https://", Err("not an environment: "));
        check("https://a b", Err("not an environment: "));
    }

    #[test]
    fn display_and_parsing_round_trip() {
        for text in [
            "beta",
            "production",
            "https://host.example/a",
            "http://127.0.0.1:4010",
        ] {
            let environment: Environment = text.parse().unwrap();
            assert_eq!(environment.to_string(), text);
            let json = serde_json::to_string(text).unwrap();
            assert_eq!(
                serde_json::from_str::<Environment>(&json).unwrap(),
                environment
            );
        }
    }

    #[test]
    fn plain_http_is_exposed_outside_of_loopback() {
        for (environment, is_exposed, is_plain) in [
            (Environment::plain_http("http://host.example"), true, true),
            (Environment::plain_http("http://127.0.0.1"), false, true),
            (
                Environment::plain_http("https://host.example"),
                false,
                false,
            ),
            (Ok(Environment::Production), false, false),
        ] {
            let environment = environment.unwrap();
            assert_eq!(environment.is_exposed(), is_exposed, "{environment}");
            assert_eq!(environment.is_plain(), is_plain, "{environment}");
        }
        let error = Environment::plain_http("ftp://host.example").unwrap_err();
        assert_eq!(
            error.to_string(),
            "a base URL must begin with `https://`, or `http://` on loopback"
        );
    }

    #[test]
    fn the_host_header_has_no_default_port() {
        for (text, host) in [
            ("production", "digilocker.meripehchaan.gov.in"),
            ("https://host.example:443/a/b", "host.example"),
            ("https://host.example:8443/a", "host.example:8443"),
            ("http://127.0.0.1:4010", "127.0.0.1:4010"),
            ("http://[::1]:4010", "[::1]:4010"),
            ("https://bücher.example", "xn--bcher-kva.example"),
        ] {
            let environment: Environment = text.parse().unwrap();
            assert_eq!(environment.host().unwrap(), host);
        }
    }

    #[test]
    fn errors_do_not_quote_the_text() {
        for json in [
            r#""https://user:marker@host.example""#,
            r#""marker""#,
            r#"["marker"]"#,
        ] {
            let error = serde_json::from_str::<Environment>(json)
                .unwrap_err()
                .to_string();
            assert!(!error.contains("marker"), "{error}");
        }
        let error = "marker".parse::<Environment>().unwrap_err();
        assert!(format!("{error:?}").contains("write `beta`"), "{error:?}");
    }
}
