//! The builder of a sandbox.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use bytes::Bytes;
use fastrand::Rng;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use crate::credentials::Registered;
use crate::dialect::Dialect;
use crate::endpoint::{self, Fallback};
use crate::grants::random_text;
use crate::sandbox::Sandbox;
use crate::server::{BoxError, Server};
use crate::state::{Config, Shared};

impl Sandbox {
    /// Starts a sandbox. It listens when this returns.
    ///
    /// # Panics
    ///
    /// If no port can be bound or no thread started.
    #[must_use = "a sandbox stops when it is dropped"]
    #[track_caller]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// As [`start`](Self::start), for async tests.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does.
    pub async fn start_async() -> Self {
        Self::builder().start_async().await
    }

    /// Configures a sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder {
            config: Config {
                address: (Ipv4Addr::LOCALHOST, 0).into(),
                base_url: String::new(),
                client: Registered::default(),
                dialect: Dialect::default(),
                unknown_tokens_succeed: false,
            },
            random: Rng::new(),
            journal_size: 1_000,
            fallback: None,
        }
    }
}

/// Configures a [`Sandbox`]. Created by [`Sandbox::builder`].
///
/// ```
/// use digilocker_mock::{Dialect, Sandbox};
///
/// let sandbox = Sandbox::builder()
///     .client("client:1", "p%ss w+rd€")
///     .dialect(Dialect::Rfc6749)
///     .unknown_tokens_succeed()
///     .start();
/// assert_eq!(sandbox.client_id(), "client:1");
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until it is started"]
pub struct SandboxBuilder {
    /// Its texts are empty unless they are chosen.
    config: Config,
    random: Rng,
    journal_size: usize,
    fallback: Option<Fallback>,
}

impl SandboxBuilder {
    /// The client's id and secret. Empty ones, the default, are replaced by random ones that need no escaping.
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.config.client.id = id.into();
        self.config.client.secret = secret.into();
        self
    }

    /// Accepts a `client_id` in the body without a secret, as public clients send it. Otherwise such a
    /// request gets 401.
    pub fn public_client(mut self) -> Self {
        self.config.client.public = true;
        self
    }

    /// Accepts requests without credentials: the published reference shows none. If credentials are sent,
    /// they must be right.
    pub fn without_authentication(mut self) -> Self {
        self.config.client.optional = true;
        self
    }

    /// Also accepts HTTP Basic without the form-encoding of RFC 6749 section 2.3.1, as some servers do.
    /// Otherwise such a request gets 401 and is a violation.
    pub fn raw_basic(mut self) -> Self {
        self.config.client.raw_basic = true;
        self
    }

    /// The format of responses. Defaults to [`Dialect::Documented`].
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.config.dialect = dialect;
        self
    }

    /// Responds with 200 to a token that is unknown or already revoked (RFC 7009 section 2.2),
    /// instead of the documented 400.
    pub fn unknown_tokens_succeed(mut self) -> Self {
        self.config.unknown_tokens_succeed = true;
        self
    }

    /// The seed of the client's id and secret and of all issued tokens, for reproducible runs. Defaults to
    /// a random seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.random = Rng::with_seed(seed);
        self
    }

    /// The maximum number of exchanges, and of violations, that are kept: the oldest are dropped. Defaults
    /// to 1,000. [`Sandbox::verify`] and [`Sandbox::coverage`] also count the dropped ones.
    pub fn journal_size(mut self, exchanges: usize) -> Self {
        self.journal_size = exchanges;
        self
    }

    /// Serves requests to paths that are not in the spec, such as a page or a control API.
    ///
    /// The service gets the request and a handle to the sandbox; dropping the handle does not stop the
    /// sandbox. If the service returns `None`, the request is a violation and gets 404, as without a
    /// fallback. Requests that it serves are neither counted nor validated. It must not block, since it
    /// runs on the sandbox's only thread.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use digilocker_mock::Sandbox;
    /// use http::Response;
    /// use http_body_util::Full;
    ///
    /// let sandbox = Sandbox::builder()
    ///     .fallback(|sandbox, request| async move {
    ///         let requests = sandbox.requests().to_string();
    ///         (request.uri().path() == "/requests").then(|| Response::new(Full::<Bytes>::from(requests)))
    ///     })
    ///     .start();
    /// # let response = reqwest::blocking::get(format!("{}/requests", sandbox.base_url()))?;
    /// # assert_eq!(response.text()?, "0");
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    pub fn fallback<F, Fut, B>(mut self, service: F) -> Self
    where
        F: Fn(Sandbox, Request<Incoming>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Option<Response<B>>> + Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.fallback = Some(Arc::new(move |sandbox, request| {
            let response = service(sandbox, request);
            Box::pin(async move {
                let response = response.await?;
                Some(response.map(|body| body.map_err(Into::into).boxed_unsync()))
            })
        }));
        self
    }

    /// The address to listen on. Defaults to 127.0.0.1.
    ///
    /// With another address, anyone on the network can use the sandbox over plain HTTP: never send real
    /// tokens to it.
    pub fn address(mut self, address: impl Into<IpAddr>) -> Self {
        self.config.address.set_ip(address.into());
        self
    }

    /// The port to listen on. Defaults to 0, any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.config.address.set_port(port);
        self
    }

    /// The URL that [`Sandbox::base_url`] and [`Sandbox::endpoint`] show, such as `http://sandbox:4010`, if
    /// the client under test does not reach the sandbox at the [address](Sandbox::address) that it listens on.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.config.base_url = url.into().trim_end_matches('/').into();
        self
    }

    /// Starts the sandbox. It listens when this returns.
    ///
    /// # Panics
    ///
    /// If the port cannot be bound or no thread started; see [`try_start`](Self::try_start).
    #[must_use = "a sandbox stops when it is dropped"]
    #[track_caller]
    pub fn start(self) -> Sandbox {
        match self.try_start() {
            Ok(sandbox) => sandbox,
            Err(error) => panic!("cannot start a sandbox: {error}"),
        }
    }

    /// As [`start`](Self::start), for async tests. Neither blocks.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does.
    #[expect(clippy::unused_async, reason = "as other mock servers")]
    pub async fn start_async(self) -> Sandbox {
        self.start()
    }

    /// As [`start`](Self::start), without the panic.
    ///
    /// # Errors
    ///
    /// If the port cannot be bound or no thread started.
    pub fn try_start(mut self) -> io::Result<Sandbox> {
        let listener = TcpListener::bind(self.config.address)?;
        self.config.address = listener.local_addr()?;
        if self.config.base_url.is_empty() {
            self.config.base_url = base_url(self.config.address);
        }
        // Both are drawn, so that the choice of one does not change other texts.
        let [id, secret] = [(); 2].map(|()| random_text(&mut self.random));
        let client = &mut self.config.client;
        if client.id.is_empty() {
            client.id = format!("client-{}", &id[..8]);
        }
        if client.secret.is_empty() {
            client.secret = secret;
        }
        let shared = Arc::new(Shared::new(self.config, self.random, self.journal_size));
        let (handle, fallback) = (Arc::clone(&shared), self.fallback);
        let server = Server::start(listener, move |request| {
            endpoint::serve(Arc::clone(&handle), fallback.clone(), request)
        })?;
        Ok(Sandbox::new(shared, Some(server)))
    }
}

/// Replaces the unspecified address by loopback: not every system can connect to it.
fn base_url(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

/// Without the client's secret.
impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SandboxBuilder({})", self.config.address)
    }
}
