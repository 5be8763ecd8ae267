//! The builder of a client.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::call::budget::Budget;
use crate::call::state::{Settings, Shared};
use crate::config::http::HttpSettings;
use crate::transport::{CONNECT_TIMEOUT, HttpClients, default_builder};
use crate::{BodyEncoding, Client, Credentials, Environment, Error, RetryPolicy};

/// Configures and builds a [`Client`] or a `blocking::Client`, whichever `C` is.
///
/// ```
/// # use std::time::Duration;
/// # use digilocker::{BodyEncoding, Client, Credentials, Environment, RetryPolicy};
/// let client = Client::builder(Environment::Production)
///     .credentials(Credentials::basic("client-id", "client-secret"))
///     .body_encoding(BodyEncoding::Form)
///     .connect_timeout(Duration::from_secs(2))
///     .attempt_timeout(Duration::from_secs(5))
///     .timeout(Duration::from_secs(20))
///     .retry(RetryPolicy::default().max_attempts(4))
///     .max_response_bytes(16 * 1024)
///     .user_agent("sign-out-service/2.1")
///     .build()?;
/// # Ok::<(), digilocker::Error>(())
/// ```
#[must_use = "a builder builds nothing until `build()` is called"]
pub struct ClientBuilder<C = Client> {
    settings: Settings,
    http: HttpSettings,
    http_builder: reqwest::ClientBuilder,
    danger_allow_plain_http: bool,
    client: PhantomData<fn() -> C>,
}

impl Client {
    /// A builder of a client for this environment.
    pub fn builder(environment: Environment) -> ClientBuilder {
        ClientBuilder::new(environment)
    }
}

impl ClientBuilder<Client> {
    /// Builds the client. No connection is made yet.
    ///
    /// # Errors
    ///
    /// An error of the kind [`Config`](crate::ErrorKind::Config) that names the invalid setting:
    /// credentials that cannot be sent, a timeout or size of zero, a connect timeout that is longer than
    /// the attempt timeout, an invalid root certificate, plain HTTP that is not allowed, an invalid user
    /// agent, or TLS without a TLS feature or crypto provider.
    pub fn build(self) -> Result<Client, Error> {
        self.shared().map(|shared| Client(Arc::new(shared)))
    }
}

impl<C> ClientBuilder<C> {
    pub(crate) fn new(environment: Environment) -> Self {
        let body_encoding = match environment {
            Environment::Production => BodyEncoding::Form,
            Environment::Beta | Environment::Custom(_) => BodyEncoding::Json,
        };
        let http = HttpSettings {
            is_plain: environment.is_plain(),
            ..HttpSettings::default()
        };
        Self {
            settings: Settings {
                environment,
                credentials: None,
                body_encoding,
                attempt_timeout: Duration::from_secs(10),
                timeout: Duration::from_secs(30),
                retry: RetryPolicy::default(),
                max_response_bytes: 64 * 1024,
            },
            http,
            http_builder: default_builder(),
            danger_allow_plain_http: false,
            client: PhantomData,
        }
    }

    /// The client's credentials. Defaults to none: no credentials are sent.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.settings.credentials = Some(credentials);
        self
    }

    /// The encoding of request bodies. Defaults to [`Form`](BodyEncoding::Form) for
    /// [`Environment::Production`], and to [`Json`](BodyEncoding::Json) for all others.
    pub fn body_encoding(mut self, encoding: BodyEncoding) -> Self {
        self.settings.body_encoding = encoding;
        self
    }

    /// The timeout for making a connection, TLS included; at most the attempt timeout. Defaults to 5
    /// seconds, or to the attempt timeout if that is shorter.
    ///
    /// If it expires, nothing was sent: the token is [live](crate::TokenState::Live).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = Some(timeout);
        self
    }

    /// The timeout of one attempt, from connecting to the last byte of the response. Defaults to 10
    /// seconds.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = timeout;
        self
    }

    /// The timeout of a call: all attempts and the waits between them. Defaults to 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// Whether and when failed attempts are retried. Defaults to [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// The maximum size of a response body, in bytes. Defaults to 64 KiB. A success with a larger body
    /// is an error of the kind [`TooLarge`](crate::ErrorKind::TooLarge).
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_response_bytes = bytes;
        self
    }

    /// The `User-Agent` header. Defaults to `digilocker-rust/` and the version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.http.user_agent = Some(user_agent.into());
        self
    }

    /// A root certificate to trust in addition to those of the operating system: PEM, with one or more
    /// certificates, or DER. Defaults to none.
    ///
    /// It is usually that of a CA. With rustls, the self-signed certificate of a server works too if it is not
    /// a CA certificate: `CA:FALSE`, or without that extension. One with `CA:TRUE` is refused as the server's
    /// own certificate (`CaUsedAsEndEntity`).
    pub fn root_certificate(mut self, certificate: impl AsRef<[u8]>) -> Self {
        let certificate = certificate.as_ref().to_vec();
        self.http.root_certificates.push(certificate);
        self
    }

    /// A proxy to connect through. Defaults to the environment variables `HTTPS_PROXY`, `ALL_PROXY`
    /// and `NO_PROXY`; for a plain HTTP environment, to none. A proxy can read what is sent to a plain HTTP
    /// environment, so only a proxy that is set here is used for one.
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.http.proxies.push(proxy);
        self
    }

    /// Your own builder of the HTTP client: for DNS, proxies, TLS settings and client certificates.
    /// Defaults to a builder of this crate.
    ///
    /// This crate overrides some of its settings: no redirects, no retries by the HTTP client, no
    /// `Referer`, no verbose connection log, no decompression, the connect timeout, and for plain HTTP no proxy
    /// other than those of [`proxy`](Self::proxy). The user agent, proxies and root certificates of this builder are applied only if
    /// they are set explicitly.
    ///
    /// You must ensure what this crate cannot inspect: default headers and cookies send no secret to this
    /// server, layers neither retry nor log, and certificate checks are on. A preconfigured TLS backend
    /// ignores [`root_certificate`](Self::root_certificate).
    ///
    /// A builder can be used once, so a retry after a timeout may take another idle connection from the pool,
    /// which may be as dead. Set `pool_idle_timeout` to less than the idle timeout of servers and load balancers.
    /// Without a custom builder, such a retry opens a connection, and idle connections are closed after 30 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Environment, reqwest};
    /// let http = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(20));
    /// let client = Client::builder(Environment::Beta).http(http).build()?;
    /// # Ok::<(), digilocker::Error>(())
    /// ```
    pub fn http(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.http_builder = builder;
        self.http.is_custom = true;
        self
    }

    /// Allows [`Environment::plain_http`]. Anyone on the network path can then read each token and the
    /// client's secret. Defaults to `false`.
    pub fn danger_allow_plain_http(mut self, allow: bool) -> Self {
        self.danger_allow_plain_http = allow;
        self
    }

    pub(crate) fn shared(mut self) -> Result<Shared, Error> {
        self.check()?;
        let settings = self.settings;
        let credentials = settings.credentials.as_ref();
        let authentication = credentials.map(Credentials::prepare).transpose()?;
        // A custom client may use HTTP/2, which has no `Host`.
        let host = (settings.environment.host()).filter(|_| !self.http.is_custom);
        Ok(Shared {
            host,
            url: settings.environment.url(),
            http: HttpClients::new(self.http, self.http_builder)?,
            authentication: authentication.unwrap_or_default(),
            budget: Budget::new(settings.retry.budget),
            settings,
        })
    }

    /// Checks the settings, and sets the connect timeout if it is not set.
    fn check(&mut self) -> Result<(), Error> {
        let settings = &self.settings;
        let default = CONNECT_TIMEOUT.min(settings.attempt_timeout);
        let connect_timeout = *self.http.connect_timeout.get_or_insert(default);
        let zero = [
            ("attempt_timeout", settings.attempt_timeout.is_zero()),
            ("connect_timeout", connect_timeout.is_zero()),
            ("timeout", settings.timeout.is_zero()),
            ("max_response_bytes", settings.max_response_bytes == 0),
        ];
        if let Some((name, _)) = zero.iter().find(|(_, is_zero)| *is_zero) {
            Err(Error::config(format!("`{name}` is zero")))
        } else if connect_timeout > settings.attempt_timeout {
            Err(Error::config(
                "`connect_timeout` is longer than `attempt_timeout`, which ends the attempt first",
            ))
        } else if settings.environment.is_exposed() && !self.danger_allow_plain_http {
            Err(Error::config(
                "the base URL is plain HTTP and not on loopback: use HTTPS, or call `danger_allow_plain_http(true)`",
            ))
        } else {
            Ok(())
        }
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    // Without the HTTP settings: proxies and default headers may contain passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn builder() -> ClientBuilder {
        Client::builder("http://127.0.0.1:1".parse().unwrap())
    }

    #[test]
    fn invalid_settings_are_refused() {
        #[track_caller]
        fn check(builder: ClientBuilder, expected: &str) {
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Config);
            let error = error.to_string();
            assert!(error.contains(expected), "{error}");
        }
        check(
            builder().connect_timeout(Duration::ZERO),
            "`connect_timeout` is zero",
        );
        check(
            builder().attempt_timeout(Duration::ZERO),
            "`attempt_timeout` is zero",
        );
        check(builder().timeout(Duration::ZERO), ": `timeout` is zero");
        check(
            builder().max_response_bytes(0),
            "`max_response_bytes` is zero",
        );
        for builder in [
            builder()
                .connect_timeout(SECOND * 2)
                .attempt_timeout(SECOND),
            builder().connect_timeout(SECOND * 20),
        ] {
            check(
                builder,
                "`connect_timeout` is longer than `attempt_timeout`",
            );
        }
        check(builder().user_agent("a\nb"), "`user_agent`");
        check(
            builder().credentials(Credentials::basic("", "b")),
            "the client id is empty",
        );
        let exposed = || Client::builder(Environment::plain_http("http://host.example").unwrap());
        check(exposed(), "`danger_allow_plain_http(true)`");
        check(
            exposed().danger_allow_plain_http(false),
            "`danger_allow_plain_http(true)`",
        );
        assert!(exposed().danger_allow_plain_http(true).build().is_ok());
    }

    #[test]
    fn the_connect_timeout_is_at_most_the_attempt_timeout() {
        for (connect, attempt, expected) in [
            (None, None, 5),
            (None, Some(3), 3),
            (Some(7), None, 7),
            (Some(3), Some(3), 3),
        ] {
            let mut builder = builder();
            if let Some(seconds) = connect {
                builder = builder.connect_timeout(Duration::from_secs(seconds));
            }
            if let Some(seconds) = attempt {
                builder = builder.attempt_timeout(Duration::from_secs(seconds));
            }
            builder.check().unwrap();
            let expected = Duration::from_secs(expected);
            assert_eq!(builder.http.connect_timeout, Some(expected));
        }
    }

    /// The other defaults are the same: snapshots have them.
    #[test]
    fn only_production_takes_forms() {
        for (environment, encoding) in [
            (Environment::Production, BodyEncoding::Form),
            (Environment::Beta, BodyEncoding::Json),
            ("https://host.example".parse().unwrap(), BodyEncoding::Json),
        ] {
            let client = Client::builder(environment).build().unwrap();
            assert_eq!(client.0.settings.body_encoding, encoding);
        }
    }
}
