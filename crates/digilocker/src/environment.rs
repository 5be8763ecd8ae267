//! Where the endpoint is.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// The hosts, from `endpoint.md`'s tables; bare, because the spec holds the whole path.
const BETA: &str = "https://betaapi.digitallocker.gov.in";
const PRODUCTION: &str = "https://digilocker.meripehchaan.gov.in";

/// The path of the operation, which a base URL must not hold already.
const OPERATION: &str = "/public/oauth2/1/revoke";

/// The server to call.
///
/// A base URL may be given as text: HTTPS, or plain HTTP on loopback for tests. It may have a path,
/// which the operation's own path is added to, but no user, query or fragment (RFC 6749 §3.1).
///
/// ```
/// # use digilocker::Environment;
/// assert_eq!(Environment::Beta.base_url(), "https://betaapi.digitallocker.gov.in");
///
/// let gateway: Environment = "https://gateway.example/digilocker/".parse()?;
/// assert_eq!(gateway.base_url(), "https://gateway.example/digilocker");
///
/// assert!("http://127.0.0.1:4010".parse::<Environment>().is_ok());
/// assert!("http://gateway.example".parse::<Environment>().is_err());
/// assert!("https://user:word@gateway.example".parse::<Environment>().is_err());
/// # Ok::<(), digilocker::InvalidEnvironment>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// DigiLocker's beta host, the one of the published reference. Bodies are JSON by default.
    Beta,
    /// DigiLocker's production host. Bodies are form-encoded by default.
    Production,
    /// Any other server, from its base URL. Bodies are JSON by default.
    Custom(BaseUrl),
}

/// The checked base URL of an [`Environment::Custom`]: made by parsing an [`Environment`], or by
/// [`Environment::plain_http`].
///
/// ```
/// # use digilocker::Environment;
/// let Environment::Custom(url) = "https://HÄUSER.example/".parse()? else { unreachable!() };
/// assert_eq!(url.as_str(), "https://xn--huser-gra.example");
/// # Ok::<(), digilocker::InvalidEnvironment>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The URL, without a trailing slash.
    ///
    /// ```
    /// # use digilocker::Environment;
    /// let Environment::Custom(url) = "https://gateway.example/".parse()? else { unreachable!() };
    /// assert_eq!(url.as_str(), "https://gateway.example");
    /// # Ok::<(), digilocker::InvalidEnvironment>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Environment {
    /// The base URL, without a trailing slash.
    ///
    /// ```
    /// # use digilocker::Environment;
    /// assert_eq!(Environment::Production.base_url(), "https://digilocker.meripehchaan.gov.in");
    /// ```
    #[must_use]
    pub fn base_url(&self) -> &str {
        match self {
            Self::Beta => BETA,
            Self::Production => PRODUCTION,
            Self::Custom(url) => url.as_str(),
        }
    }

    /// A server without TLS that is not on loopback. Whoever is on the way reads the token and the
    /// client's secret, so that a client for it is built only with
    /// [`danger_allow_plain_http(true)`](crate::ClientBuilder::danger_allow_plain_http).
    ///
    /// # Errors
    ///
    /// As for parsing, but `http` is accepted for every host.
    ///
    /// ```
    /// # use digilocker::{Client, Environment, ErrorKind};
    /// let inside = Environment::plain_http("http://10.0.0.7:8080")?;
    /// let refused = Client::builder(inside.clone()).build().unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::Config);
    /// assert!(Client::builder(inside).danger_allow_plain_http(true).build().is_ok());
    /// # Ok::<(), digilocker::InvalidEnvironment>(())
    /// ```
    pub fn plain_http(url: &str) -> Result<Self, InvalidEnvironment> {
        parse(url).map(|(url, _)| url)
    }

    /// Whether requests are readable on a way that leaves this machine.
    pub(crate) fn is_exposed(&self) -> bool {
        matches!(parse(self.base_url()), Ok((_, Exposure::Readable)))
    }

    /// Whether no proxy and no TLS is needed: plain HTTP.
    pub(crate) fn is_plain(&self) -> bool {
        self.base_url().starts_with("http:")
    }
}

/// Who can read what is sent to a base URL.
#[derive(PartialEq)]
enum Exposure {
    Private,
    Readable,
}

fn parse(text: &str) -> Result<(Environment, Exposure), InvalidEnvironment> {
    let url = Url::parse(text).map_err(|cause| InvalidEnvironment(Fault::Url(cause)))?;
    let exposure = match (url.scheme(), url.host()) {
        ("https", Some(_)) => Exposure::Private,
        ("http", Some(host)) if is_loopback(&host) => Exposure::Private,
        ("http", Some(_)) => Exposure::Readable,
        _ => return Err(InvalidEnvironment(Fault::Scheme)),
    };
    // The parser drops an empty `user@`, `?` or `#`; none of them belongs into a base URL.
    let authority = text
        .split("//")
        .nth(1)
        .and_then(|rest| rest.split(['/', '\\', '?', '#']).next());
    if !url.username().is_empty()
        || url.password().is_some()
        || authority.is_some_and(|a| a.contains('@'))
    {
        return Err(InvalidEnvironment(Fault::User));
    }
    if url.query().is_some() {
        return Err(InvalidEnvironment(Fault::Query));
    }
    if url.fragment().is_some() {
        return Err(InvalidEnvironment(Fault::Fragment));
    }
    let base = url.as_str().trim_end_matches('/');
    if base.ends_with(OPERATION) {
        return Err(InvalidEnvironment(Fault::Operation));
    }
    Ok((Environment::Custom(BaseUrl(base.to_owned())), exposure))
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

impl FromStr for Environment {
    type Err = InvalidEnvironment;

    fn from_str(text: &str) -> Result<Self, InvalidEnvironment> {
        match parse(text)? {
            (environment, Exposure::Private) => Ok(environment),
            (_, Exposure::Readable) => Err(InvalidEnvironment(Fault::Plain)),
        }
    }
}

/// The text is not the base URL of a server that a token may be sent to. Does not repeat the text,
/// which may hold a password.
///
/// ```
/// # use digilocker::Environment;
/// let error = "https://host.example/?a=b".parse::<Environment>().unwrap_err();
/// assert_eq!(error.to_string(), "a base URL has no query: leave out everything from `?` on");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidEnvironment(Fault);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Url(url::ParseError),
    Scheme,
    Plain,
    User,
    Query,
    Fragment,
    Operation,
}

impl fmt::Display for InvalidEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Fault::Url(cause) => write!(f, "not a URL: {cause}; write it as `https://host`"),
            Fault::Scheme => f.write_str("a base URL begins with `https://`"),
            Fault::Plain => f.write_str(
                "a token may not travel without TLS: use `https`; plain `http` is for loopback",
            ),
            Fault::User => f.write_str(
                "a base URL holds no user or password: give them to `Client::builder` as `Credentials`",
            ),
            Fault::Query => {
                f.write_str("a base URL has no query: leave out everything from `?` on")
            }
            Fault::Fragment => {
                f.write_str("a base URL has no fragment: leave out everything from `#` on")
            }
            Fault::Operation => {
                write!(f, "the base URL holds the operation's path already: leave out `{OPERATION}`")
            }
        }
    }
}

impl std::error::Error for InvalidEnvironment {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, Fault>) {
            let found = text.parse::<Environment>();
            let found = found.as_ref().map(Environment::base_url).map_err(|e| e.0);
            assert_eq!(found, expected, "{text}");
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

        check("http://host.example", Err(Fault::Plain));
        check("http://localhost.evil.example", Err(Fault::Plain));
        check("http://127.0.0.1.evil.example", Err(Fault::Plain));
        check("http://0.0.0.0", Err(Fault::Plain));
        check("ftp://host.example", Err(Fault::Scheme));
        check("file:///etc/passwd", Err(Fault::Scheme));
        check("data:text/plain,a", Err(Fault::Scheme));
        check("https://user@host.example", Err(Fault::User));
        check("https://user:word@host.example", Err(Fault::User));
        check("https://@host.example", Err(Fault::User));
        check("https://:@host.example", Err(Fault::User));
        check("https://:word@host.example", Err(Fault::User));
        check(r"https:\\user@host.example", Err(Fault::User));
        check(r"https:\\:word@host.example", Err(Fault::User));
        check("https://host.example?", Err(Fault::Query));
        check("https://host.example/?a=b", Err(Fault::Query));
        check("https://host.example#", Err(Fault::Fragment));
        check("https://host.example/#a", Err(Fault::Fragment));
        check(
            "https://host.example/public/oauth2/1/revoke",
            Err(Fault::Operation),
        );
        check("", Err(Fault::Url(url::ParseError::RelativeUrlWithoutBase)));
        check(
            "host.example",
            Err(Fault::Url(url::ParseError::RelativeUrlWithoutBase)),
        );
        check("https://", Err(Fault::Url(url::ParseError::EmptyHost)));
        check("https://a b", Err(Fault::Url(url::ParseError::IdnaError)));
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let error = text.parse::<Environment>().unwrap_err();
            assert_eq!(error.to_string(), expected, "{text}");
        }
        check(
            "host.example",
            "not a URL: relative URL without a base; write it as `https://host`",
        );
        check(
            "http://host.example",
            "a token may not travel without TLS: use `https`; plain `http` is for loopback",
        );
        check(
            "https://user:word@host.example",
            "a base URL holds no user or password: give them to `Client::builder` as `Credentials`",
        );
    }
}
