//! The builder of a sandbox.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Incoming};

use crate::authentication::{Accepts, Authentication};
use crate::config::Config;
use crate::dialect::Dialect;
use crate::fallback::Fallback;
use crate::random;
use crate::sandbox::Sandbox;
use crate::server::Server;
use crate::state::Shared;

const JOURNAL_SIZE: usize = 1_000;

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
    client_id: Option<String>,
    client_secret: Option<String>,
    accepts: Accepts,
    dialect: Dialect,
    unknown_tokens_succeed: bool,
    seed: Option<u64>,
    journal_size: usize,
    fallback: Option<Fallback>,
    address: IpAddr,
    port: u16,
}

impl SandboxBuilder {
    pub(crate) fn new() -> Self {
        Self {
            client_id: None,
            client_secret: None,
            accepts: Accepts::default(),
            dialect: Dialect::default(),
            unknown_tokens_succeed: false,
            seed: None,
            journal_size: JOURNAL_SIZE,
            fallback: None,
            address: Ipv4Addr::LOCALHOST.into(),
            port: 0,
        }
    }

    /// The client's id and secret. Defaults to random ones that need no escaping.
    pub fn client(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client_id(id).client_secret(secret)
    }

    /// Sets the client's id alone.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// Sets the client's secret alone.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Accepts a `client_id` in the body without a secret, as public clients send it. Otherwise such a
    /// request gets 401.
    pub fn public_client(mut self) -> Self {
        self.accepts.public = true;
        self
    }

    /// Accepts requests without credentials: the published reference shows none. If credentials are sent,
    /// they must be right.
    pub fn without_authentication(mut self) -> Self {
        self.accepts.optional = true;
        self
    }

    /// Also accepts HTTP Basic without the form-encoding of RFC 6749 section 2.3.1, as some servers do.
    /// Otherwise such a request gets 401 and is a violation.
    pub fn raw_basic(mut self) -> Self {
        self.accepts.raw_basic = true;
        self
    }

    /// The format of responses. Defaults to [`Dialect::Documented`].
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Responds with 200 to a token that is unknown or already revoked (RFC 7009 section 2.2),
    /// instead of the documented 400.
    pub fn unknown_tokens_succeed(mut self) -> Self {
        self.unknown_tokens_succeed = true;
        self
    }

    /// The seed of the client's id and secret and of all issued tokens, for reproducible runs. Defaults to
    /// a random seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
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
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        self.fallback = Some(Fallback::new(service));
        self
    }

    /// The address to listen on. Defaults to 127.0.0.1.
    ///
    /// With another address, anyone on the network can use the sandbox over plain HTTP: never send real
    /// tokens to it.
    pub fn address(mut self, address: impl Into<IpAddr>) -> Self {
        self.address = address.into();
        self
    }

    /// The port to listen on. Defaults to 0, any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
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
    #[expect(
        clippy::unused_async,
        reason = "callers write `.await`, as with other mock servers"
    )]
    pub async fn start_async(self) -> Sandbox {
        self.start()
    }

    /// As [`start`](Self::start), without the panic.
    ///
    /// # Errors
    ///
    /// If the port cannot be bound or no thread started.
    pub fn try_start(self) -> io::Result<Sandbox> {
        let seed = self.seed.unwrap_or_else(random::seed);
        let (id, secret) = credentials(seed);
        let config = Config {
            authentication: Authentication {
                id: self.client_id.unwrap_or(id),
                secret: self.client_secret.unwrap_or(secret),
                accepts: self.accepts,
            },
            dialect: self.dialect,
            unknown_tokens_succeed: self.unknown_tokens_succeed,
            fallback: self.fallback,
        };
        // A separate stream of numbers, so that no token equals the secret.
        let token_seed = random::number(seed, u64::MAX - 1);
        let shared = Arc::new(Shared::new(config, token_seed, self.journal_size));
        let server = Server::start((self.address, self.port).into(), Arc::clone(&shared))?;
        Ok(Sandbox::new(shared, server))
    }
}

fn credentials(seed: u64) -> (String, String) {
    let id = format!("client-{:08x}", random::number(seed, u64::MAX) >> 32);
    (id, URL_SAFE_NO_PAD.encode(random::bytes(seed, 0)))
}

/// Without the client's secret.
impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("client_id", &self.client_id)
            .field("dialect", &self.dialect)
            .field("seed", &self.seed)
            .field("address", &self.address)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}
