//! The HTTP client: the caller's settings, then those that the caller cannot override.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Client, ClientBuilder};

use crate::config::http::HttpSettings;
use crate::error::{Error, ErrorKind, TokenState, source_chain};
use crate::tls;

/// The HTTP client, and a second one for attempts that must not use its idle connections.
pub(crate) struct HttpClients {
    pooled: Client,
    /// Built by the first retry that needs it.
    without_pool: OnceLock<Client>,
    settings: HttpSettings,
}

/// The default, if the attempt timeout is not shorter.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Load balancers forget idle connections without a word after 60 seconds or more.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

impl HttpClients {
    pub(crate) fn new(settings: HttpSettings, builder: ClientBuilder) -> Result<Self, Error> {
        Ok(Self {
            pooled: build(&settings, builder)?,
            without_pool: OnceLock::new(),
            settings,
        })
    }

    /// The client of one attempt. If it must not use an idle connection, it opens one for each request, but not
    /// with a custom builder.
    pub(crate) fn get(&self, needs_new_connection: bool) -> &Client {
        if self.settings.is_custom || !needs_new_connection {
            return &self.pooled;
        }
        self.without_pool.get_or_init(|| {
            let builder = default_builder().pool_max_idle_per_host(0);
            let client = build(&self.settings, builder);
            client.unwrap_or_else(|_| self.pooled.clone())
        })
    }
}

/// The builder of the HTTP client, if the caller brings none.
pub(crate) fn default_builder() -> ClientBuilder {
    ClientBuilder::new()
        .http1_only()
        .pool_idle_timeout(IDLE_TIMEOUT)
        .user_agent(concat!("digilocker-rust/", env!("CARGO_PKG_VERSION")))
}

fn build(settings: &HttpSettings, builder: ClientBuilder) -> Result<Client, Error> {
    let mut builder = tls::set_up(builder, settings)?;
    if settings.is_plain {
        // A proxy could read the token. That of `HTTP_PROXY` cannot be distinguished from one that a custom
        // builder sets, so only those of `ClientBuilder::proxy` are used.
        builder = builder.no_proxy();
    }
    if let Some(user_agent) = &settings.user_agent {
        let user_agent = http::HeaderValue::try_from(user_agent).map_err(|_| {
            Error::config("`user_agent` is not a valid header value: remove control characters")
        })?;
        builder = builder.user_agent(user_agent);
    }
    for proxy in &settings.proxies {
        builder = builder.proxy(proxy.clone());
    }
    builder
        .connect_timeout(settings.connect_timeout.unwrap_or(CONNECT_TIMEOUT))
        // Each line break with what follows it is replaced by a space (RFC 9112 §5.2).
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        // A 307 would send the token to another host. A 302 would turn the call into a `GET`, whose 200
        // looks like success (RFC 9110 §15.4).
        .redirect(reqwest::redirect::Policy::none())
        // The retry policy counts the attempts. `never()` alone still clones each request.
        .retry(reqwest::retry::never().max_retries_per_request(0))
        .referer(false)
        // Logs what is sent and received, at `TRACE`.
        .connection_verbose(false)
        // `max_response_bytes` counts the bytes that are received.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .build()
        .map_err(|cause| Error::config("the HTTP client cannot be built").with_source(cause))
}
/// The error of a request that got no response. Before a connection is made, nothing is sent.
pub(crate) fn no_response(cause: reqwest::Error) -> Error {
    let (kind, state) = if cause.is_connect() {
        (ErrorKind::Connect, TokenState::Live)
    } else {
        (ErrorKind::Protocol, TokenState::Unknown)
    };
    // The type of this error is private to hyper-util.
    let is_refused_by_proxy = source_chain(&cause)
        .any(|source| source.to_string().ends_with("proxy authorization required"));
    let error = if cause.is_builder() {
        Error::config("the request cannot be built")
    } else if cause.is_timeout() {
        Error::retryable(ErrorKind::Timeout, state)
    } else if tls::is_tls_error(&cause) {
        // The server has not accepted the connection, even if its alert comes after the handshake.
        Error::not_retryable(ErrorKind::Tls, TokenState::Live)
    } else if is_refused_by_proxy {
        Error::not_retryable(ErrorKind::Connect, state).with_detail(
            "the proxy asks for credentials (407): add them to its URL or to `ClientBuilder::proxy`",
        )
    } else {
        Error::retryable(kind, state)
    };
    error.with_source(cause)
}
