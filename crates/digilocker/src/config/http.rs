//! Builds the HTTP client: the caller's settings, then those that the caller cannot override.

use std::time::Duration;

use reqwest::{ClientBuilder, Proxy};

use super::tls;
use crate::pipeline::failure::Failure;
use crate::{Environment, Error};

/// The settings of the HTTP client.
#[derive(Debug, Default)]
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
    let HttpSettings {
        user_agent,
        root_certificates,
        proxies,
        builder,
    } = settings;
    let roots = tls::read_roots(&root_certificates)?;
    // Plain HTTP ignores `HTTP_PROXY`: a proxy could read the token. Off loopback, a custom builder may
    // set a proxy.
    let is_direct = environment.is_plain()
        && proxies.is_empty()
        && (builder.is_none() || !environment.is_exposed());
    let mut builder = if let Some(builder) = builder {
        tls::check_provider()?;
        tls::add_roots(builder, roots)
    } else {
        let builder = ClientBuilder::new()
            .http1_only()
            .user_agent(concat!("digilocker-rust/", env!("CARGO_PKG_VERSION")));
        tls::configure(builder, environment, !proxies.is_empty(), roots)?
    };
    if is_direct {
        builder = builder.no_proxy();
    }
    if let Some(user_agent) = user_agent {
        let user_agent = http::HeaderValue::try_from(user_agent).map_err(|_| {
            Error::config("`user_agent` is not a valid header value: remove control characters")
        })?;
        builder = builder.user_agent(user_agent);
    }
    for proxy in proxies {
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
        .map_err(|cause| {
            Failure::config("the HTTP client cannot be built")
                .source(cause)
                .into()
        })
}
