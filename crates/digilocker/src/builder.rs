//! How a client is set up.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::attempts::Limits;
use crate::client::Shared;
use crate::credentials::Authentication;
use crate::transport::{self, Settings};
use crate::wire::Template;
use crate::{BodyEncoding, Client, Credentials, Environment, Error, RetryPolicy};

/// Sets up a [`Client`] or a `blocking::Client`: `C` is the client that it builds.
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
#[derive(Clone)]
#[must_use = "a builder builds nothing until `build()` is called"]
pub struct ClientBuilder<C = Client> {
    environment: Environment,
    credentials: Option<Credentials>,
    body_encoding: Option<BodyEncoding>,
    attempt_timeout: Duration,
    timeout: Duration,
    retry: RetryPolicy,
    max_response_bytes: usize,
    settings: Settings,
    http_client: Option<reqwest::Client>,
    danger_allow_plain_http: bool,
    client: PhantomData<fn() -> C>,
}

impl<C> ClientBuilder<C> {
    pub(crate) fn new(environment: Environment) -> Self {
        Self {
            environment,
            credentials: None,
            body_encoding: None,
            attempt_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            retry: RetryPolicy::default(),
            max_response_bytes: 64 * 1024,
            settings: Settings {
                connect_timeout: Duration::from_secs(5),
                user_agent: concat!("digilocker-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
                root_certificates: Vec::new(),
                proxies: Vec::new(),
            },
            http_client: None,
            danger_allow_plain_http: false,
            client: PhantomData,
        }
    }

    /// Who the client is. Defaults to sending no credentials.
    ///
    /// ```
    /// # use digilocker::{Client, Credentials, Environment};
    /// let builder = Client::builder(Environment::Beta).credentials(Credentials::public("client-id"));
    /// ```
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// How bodies are encoded. Defaults to [`Form`](BodyEncoding::Form) for
    /// [`Environment::Production`], to [`Json`](BodyEncoding::Json) for any other.
    ///
    /// ```
    /// # use digilocker::{BodyEncoding, Client, Environment};
    /// let builder = Client::builder(Environment::Beta).body_encoding(BodyEncoding::Form);
    /// ```
    pub fn body_encoding(mut self, encoding: BodyEncoding) -> Self {
        self.body_encoding = Some(encoding);
        self
    }

    /// How long a connection may take to be made, TLS included. Defaults to 5 seconds.
    ///
    /// When it passes, nothing was sent: the token is [live](crate::TokenState::Live).
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Environment};
    /// let builder = Client::builder(Environment::Beta).connect_timeout(Duration::from_secs(2));
    /// ```
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the answer. Defaults to
    /// 10 seconds.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Environment};
    /// let builder = Client::builder(Environment::Beta).attempt_timeout(Duration::from_secs(5));
    /// ```
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How long a call may take: all attempts and the waits between them. Defaults to 30 seconds.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker::{Client, Environment};
    /// let builder = Client::builder(Environment::Beta).timeout(Duration::from_secs(20));
    /// ```
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Whether and when failed attempts are repeated. Defaults to [`RetryPolicy::default`].
    ///
    /// ```
    /// # use digilocker::{Client, Environment, RetryPolicy};
    /// let builder = Client::builder(Environment::Beta).retry(RetryPolicy::none());
    /// ```
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The largest body of an answer that is read, in bytes. Defaults to 64 KiB. A larger one is an
    /// error of the kind [`TooLarge`](crate::ErrorKind::TooLarge).
    ///
    /// ```
    /// # use digilocker::{Client, Environment};
    /// let builder = Client::builder(Environment::Beta).max_response_bytes(4 * 1024);
    /// ```
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// The `User-Agent` header. Defaults to `digilocker-rust/` and this crate's version.
    ///
    /// ```
    /// # use digilocker::{Client, Environment};
    /// let builder = Client::builder(Environment::Beta).user_agent("sign-out-service/2.1");
    /// ```
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.settings.user_agent = user_agent.into();
        self
    }

    /// A root certificate to trust beside those of the operating system: PEM, of one or more
    /// certificates, or DER.
    ///
    /// ```
    /// # use digilocker::{Client, Environment, ErrorKind};
    /// let error = Client::builder("https://localhost:8443".parse()?)
    ///     .root_certificate(b"-----BEGIN NONSENSE-----")
    ///     .build()
    ///     .unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Config);
    /// # Ok::<(), digilocker::InvalidEnvironment>(())
    /// ```
    pub fn root_certificate(mut self, certificate: impl AsRef<[u8]>) -> Self {
        self.settings
            .root_certificates
            .push(certificate.as_ref().to_vec());
        self
    }

    /// A proxy to go through. Defaults to what `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say; for a
    /// plain HTTP environment, to none.
    ///
    /// ```
    /// # use digilocker::{Client, Environment};
    /// let proxy = reqwest::Proxy::https("http://proxy.example:3128")?;
    /// let builder = Client::builder(Environment::Beta).proxy(proxy);
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.settings.proxies.push(proxy);
        self
    }

    /// An HTTP client of the caller's own, in place of the one that `build()` makes.
    ///
    /// What is then the caller's to guarantee: that it **follows no redirects**, that it checks
    /// certificates, that it makes no retries of its own, that it has a connect timeout, that it takes
    /// plain HTTP through no proxy, and that it logs no headers and bodies. A redirect that it did
    /// follow is reported as [`Redirect`](crate::ErrorKind::Redirect), but by then the token has been
    /// sent; and one that leads back to the same address cannot be seen from here: the call has become
    /// a `GET`, and **its 200 looks like a revocation**. `connect_timeout`, `user_agent`,
    /// `root_certificate` and `proxy` of this builder have no effect on it. All else has: the
    /// attempt and total timeouts, the retries, the bound on the answer.
    ///
    /// ```
    /// # #[cfg(feature = "rustls")] {
    /// # use digilocker::{Client, Environment};
    /// let http = reqwest::Client::builder()
    ///     .redirect(reqwest::redirect::Policy::none())
    ///     .retry(reqwest::retry::never())
    /// #     .tls_backend_preconfigured(doc_tls())
    ///     .build()?;
    /// let client = Client::builder(Environment::Beta).http_client(http).build()?;
    /// # fn doc_tls() -> rustls::ClientConfig {
    /// #     rustls::ClientConfig::builder_with_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
    /// #         .with_safe_default_protocol_versions().unwrap()
    /// #         .with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
    /// # }
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Lets [`Environment::plain_http`] through. Whoever is on the way to the server then reads each
    /// token and the client's secret. Defaults to `false`.
    ///
    /// ```
    /// # use digilocker::{Client, Environment};
    /// let inside = Environment::plain_http("http://10.0.0.7:8080")?;
    /// let client = Client::builder(inside).danger_allow_plain_http(true).build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn danger_allow_plain_http(mut self, allow: bool) -> Self {
        self.danger_allow_plain_http = allow;
        self
    }

    pub(crate) fn shared(self) -> Result<Shared, Error> {
        if self.environment.is_exposed() && !self.danger_allow_plain_http {
            return Err(Error::config(
                "the base URL is plain HTTP and not on loopback: use HTTPS, or say `danger_allow_plain_http(true)`",
            ));
        }
        let authentication = match &self.credentials {
            Some(credentials) => credentials.prepare()?,
            None => Authentication::None,
        };
        let (http, user_agent) = match self.http_client {
            Some(client) => (client, None),
            // reqwest has it too, for proxies, but adds its own headers to each request one by one.
            None => (
                transport::build(&self.environment, &self.settings)?,
                HeaderValue::from_str(&self.settings.user_agent).ok(),
            ),
        };
        let default_encoding = match self.environment {
            Environment::Production => BodyEncoding::Form,
            Environment::Beta | Environment::Custom(_) => BodyEncoding::Json,
        };
        let base_url = self.environment.base_url().to_owned();
        let body_encoding = self.body_encoding.unwrap_or(default_encoding);
        Ok(Shared {
            template: Template::new(&base_url, &http, body_encoding, &authentication)?
                .user_agent(user_agent),
            base_url,
            http,
            secrets: self
                .credentials
                .as_ref()
                .map_or_else(Vec::new, Credentials::secrets),
            credentials: self.credentials,
            authentication,
            body_encoding,
            timeout: self.timeout,
            limits: Limits {
                attempt_timeout: self.attempt_timeout,
                budget: self.retry.new_budget(),
                retry: self.retry,
            },
            max_response_bytes: self.max_response_bytes,
        })
    }
}

impl ClientBuilder<Client> {
    /// Builds the client. No connection is made yet.
    ///
    /// # Errors
    ///
    /// An error of the kind [`Config`](crate::ErrorKind::Config) if the settings cannot work: an
    /// empty client id, credentials that cannot be sent, a certificate that cannot be read, plain
    /// HTTP that was not allowed, a user agent that no header can carry.
    ///
    /// ```
    /// # use digilocker::{Client, Environment};
    /// let client = Client::builder(Environment::Beta).build()?;
    /// # Ok::<(), digilocker::Error>(())
    /// ```
    pub fn build(self) -> Result<Client, Error> {
        Ok(Client::new(Arc::new(self.shared()?)))
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    // Leaves out what may hold a password: proxies, and an HTTP client with default headers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("environment", &self.environment)
            .field("credentials", &self.credentials)
            .field("body_encoding", &self.body_encoding)
            .field("connect_timeout", &self.settings.connect_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("user_agent", &self.settings.user_agent)
            .finish_non_exhaustive()
    }
}
