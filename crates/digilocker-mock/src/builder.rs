//! How a sandbox is set up.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Incoming};

use crate::authentication::Authentication;
use crate::fallback::Fallback;
use crate::random;
use crate::sandbox::Sandbox;
use crate::server::Server;
use crate::state::{Rules, State};

/// Sets up a [`Sandbox`] that is not the usual one. Made by [`Sandbox::builder`].
///
/// ```
/// use digilocker_mock::Sandbox;
///
/// let sandbox = Sandbox::builder()
///     .client("client:1", "p%ss w+rd€")
///     .rfc6749_errors()
///     .start();
/// assert_eq!(sandbox.client_id(), "client:1");
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until it is started"]
pub struct SandboxBuilder {
    rules: Rules,
    port: u16,
}

impl SandboxBuilder {
    pub(crate) fn new() -> Self {
        let seed = random::seed();
        Self {
            rules: Rules {
                authentication: Authentication {
                    id: format!("client-{:08x}", random::number(seed, u64::MAX) >> 32),
                    secret: URL_SAFE_NO_PAD.encode(random::bytes(seed, 0)),
                    public: false,
                    optional: false,
                    raw_basic: false,
                },
                rfc6749_errors: false,
                unknown_tokens_succeed: false,
                fallback: None,
            },
            port: 0,
        }
    }

    /// The client's id and secret; without it they are random, and need no escaping anywhere.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// let sandbox = Sandbox::builder().client("needs:escaping", "100% +1").start();
    /// assert_eq!(sandbox.client_secret(), "100% +1");
    /// ```
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.rules.authentication.id = id.into();
        self.rules.authentication.secret = secret.into();
        self
    }

    /// Lets the client be a public one: a `client_id` in the body is enough. Otherwise such a
    /// request is answered 401.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// let sandbox = Sandbox::builder().public_client().start();
    /// # let grant = sandbox.issue_grant();
    /// # let answer = reqwest::blocking::Client::new()
    /// #     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
    /// #     .form(&[("token", grant.access_token()), ("client_id", sandbox.client_id())])
    /// #     .send()?;
    /// # assert_eq!(answer.status(), 200);
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    pub fn public_client(mut self) -> Self {
        self.rules.authentication.public = true;
        self
    }

    /// Asks for no credentials, as the published reference shows none. Those that are sent must be
    /// right all the same.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// let sandbox = Sandbox::builder().without_authentication().start();
    /// # let grant = sandbox.issue_grant();
    /// # let answer = reqwest::blocking::Client::new()
    /// #     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
    /// #     .form(&[("token", grant.access_token())])
    /// #     .send()?;
    /// # assert_eq!(answer.status(), 200);
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    pub fn without_authentication(mut self) -> Self {
        self.rules.authentication.optional = true;
        self
    }

    /// Takes HTTP Basic without the form-encoding of RFC 6749 section 2.3.1, too, as some servers
    /// do. Otherwise such a request is answered 401 and is a violation.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// let sandbox = Sandbox::builder().client("id", "100%").raw_basic().start();
    /// # let grant = sandbox.issue_grant();
    /// # let answer = reqwest::blocking::Client::new()
    /// #     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
    /// #     .basic_auth("id", Some("100%"))
    /// #     .form(&[("token", grant.access_token())])
    /// #     .send()?;
    /// # assert_eq!(answer.status(), 200);
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    pub fn raw_basic(mut self) -> Self {
        self.rules.authentication.raw_basic = true;
        self
    }

    /// Answers errors as `{"error": …, "error_description": …}` (RFC 6749 section 5.2), as
    /// DigiLocker's other endpoints do, in place of the documented envelope.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// let sandbox = Sandbox::builder().rfc6749_errors().start();
    /// # let answer = reqwest::blocking::Client::new()
    /// #     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
    /// #     .form(&[("token", "abc")])
    /// #     .send()?;
    /// # assert_eq!(answer.json::<serde_json::Value>()?["error"], "invalid_client");
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    pub fn rfc6749_errors(mut self) -> Self {
        self.rules.rfc6749_errors = true;
        self
    }

    /// Answers 200 for a token that is unknown or revoked already (RFC 7009 section 2.2), in place
    /// of the 400 that DigiLocker documents.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// let sandbox = Sandbox::builder().unknown_tokens_succeed().start();
    /// # let answer = reqwest::blocking::Client::new()
    /// #     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
    /// #     .basic_auth(sandbox.client_id(), Some(sandbox.client_secret()))
    /// #     .form(&[("token", "abc")])
    /// #     .send()?;
    /// # assert_eq!(answer.status(), 200);
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    pub fn unknown_tokens_succeed(mut self) -> Self {
        self.rules.unknown_tokens_succeed = true;
        self
    }

    /// Serves requests to paths that are not in the spec, such as a page or a control API.
    ///
    /// The service gets a handle to the sandbox, which does not stop it when dropped, and the
    /// request. `None` means that the service does not own the path: the request is a violation
    /// and gets 404, as without a fallback. Requests that it serves are neither counted nor
    /// validated. It runs on the sandbox's only thread: it must not block.
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
        self.rules.fallback = Some(Fallback::new(service));
        self
    }

    /// The port to listen on; without it, or with 0, any free one.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// let sandbox = Sandbox::builder().port(0).start();
    /// ```
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts the sandbox. It listens when this returns.
    ///
    /// # Panics
    ///
    /// If the port cannot be had, or the system gives no thread: see [`try_start`](Self::try_start).
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// let sandbox = Sandbox::builder().start();
    /// ```
    #[must_use = "a sandbox stops when it is dropped"]
    #[track_caller]
    pub fn start(self) -> Sandbox {
        match self.try_start() {
            Ok(sandbox) => sandbox,
            Err(error) => panic!("cannot start a sandbox: {error}"),
        }
    }

    /// As [`start`](Self::start), in the words of an async test. Nothing blocks in either.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let sandbox = Sandbox::builder().start_async().await;
    /// assert_eq!(sandbox.requests(), 0);
    /// # });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[expect(
        clippy::unused_async,
        reason = "callers write `.await`, as they do with every other mock server"
    )]
    pub async fn start_async(self) -> Sandbox {
        self.start()
    }

    /// Starts the sandbox, or says why it cannot.
    ///
    /// # Errors
    ///
    /// If the port cannot be had, or the system gives no thread.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// let first = Sandbox::builder().try_start()?;
    /// let port = first.base_url().rsplit(':').next().unwrap().parse().unwrap();
    /// let second = Sandbox::builder().port(port).try_start();
    /// assert_eq!(second.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn try_start(self) -> io::Result<Sandbox> {
        let state = Arc::new(State::new(self.rules));
        let server = Server::start(self.port, Arc::clone(&state))?;
        Ok(Sandbox::new(state, server))
    }
}

/// Without the client's secret.
impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("client_id", &self.rules.authentication.id)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}
