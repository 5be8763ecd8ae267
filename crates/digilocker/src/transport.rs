//! The HTTP client: the caller's settings, then those that the caller cannot override.

use std::time::Duration;

use reqwest::{ClientBuilder, Proxy};

use crate::error::{Error, ErrorKind, TokenState};
use crate::{Environment, tls};

/// The settings of the HTTP client.
#[derive(Default)]
pub(crate) struct HttpSettings {
    pub(crate) user_agent: Option<String>,
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) proxies: Vec<Proxy>,
    /// A custom builder.
    pub(crate) builder: Option<ClientBuilder>,
}

pub(crate) fn build(
    environment: &Environment,
    connect_timeout: Duration,
    settings: HttpSettings,
) -> Result<reqwest::Client, Error> {
    let is_custom = settings.builder.is_some();
    let is_tls_used = !environment.is_plain() || !settings.proxies.is_empty();
    let builder = settings.builder.unwrap_or_else(|| {
        let user_agent = concat!("digilocker-rust/", env!("CARGO_PKG_VERSION"));
        ClientBuilder::new().http1_only().user_agent(user_agent)
    });
    let roots = &settings.root_certificates;
    let mut builder = tls::configure(builder, is_custom, is_tls_used, roots)?;
    if environment.is_plain() {
        // A proxy could read the token. That of `HTTP_PROXY` cannot be distinguished from one that a custom
        // builder sets, so only those of `ClientBuilder::proxy` are used.
        builder = builder.no_proxy();
    }
    if let Some(user_agent) = settings.user_agent {
        let user_agent = http::HeaderValue::try_from(user_agent).map_err(|_| {
            Error::config("`user_agent` is not a valid header value: remove control characters")
        })?;
        builder = builder.user_agent(user_agent);
    }
    for proxy in settings.proxies {
        builder = builder.proxy(proxy);
    }
    builder
        .connect_timeout(connect_timeout)
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
    let state = if cause.is_connect() {
        TokenState::Live
    } else {
        TokenState::Unknown
    };
    let error = if cause.is_builder() {
        Error::config("the request cannot be built")
    } else if cause.is_timeout() {
        Error::new(ErrorKind::Timeout, state, true)
    } else if tls::is_tls_error(&cause) {
        Error::new(ErrorKind::Tls, state, false)
    } else if cause.is_connect() {
        Error::new(ErrorKind::Connect, state, true)
    } else {
        Error::new(ErrorKind::Protocol, state, true)
    };
    error.with_source(cause)
}

#[cfg(test)]
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tests {
    use std::io::Write as _;
    use std::net::TcpListener;

    use crate::{Client, ErrorKind, Token, TokenState};

    #[tokio::test]
    async fn a_server_without_tls_is_a_tls_error() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let response = b"HTTP/1.1 400 Bad Request\r\n\r\n";
            stream.write_all(response).unwrap();
            stream
        });
        let client = Client::builder(url.parse().unwrap()).build().unwrap();
        let error = client.revoke(Token::new("token").unwrap()).await;
        let error = error.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Tls, 1));
        assert_eq!(error.token_state(), TokenState::Live);
        assert!(error.cause().is_some());
        drop(server.join());
    }
}
