//! The HTTP client under the generated one, and what its failures mean.

use std::time::Duration;

use crate::error::Report;
use crate::{Environment, Error, ErrorKind, TokenState, tls};

/// What the HTTP client is built from, where the caller brings none.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) connect_timeout: Duration,
    pub(crate) user_agent: String,
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) proxies: Vec<reqwest::Proxy>,
}

pub(crate) fn build(
    environment: &Environment,
    settings: &Settings,
) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(settings.connect_timeout)
        .user_agent(&settings.user_agent)
        // A 307 replays the token to another address; a 302 makes a GET of the call, whose 200 looks
        // like success (RFC 9110 §15.4).
        .redirect(reqwest::redirect::Policy::none())
        // Attempts are counted and paid for by the retry policy, and by nobody else.
        .retry(reqwest::retry::never())
        .referer(false);
    if environment.is_plain() && settings.proxies.is_empty() {
        // What is sent in the clear goes to its server directly, whatever `HTTP_PROXY` says.
        builder = builder.no_proxy();
    }
    for proxy in &settings.proxies {
        builder = builder.proxy(proxy.clone());
    }
    tls::apply(builder, environment, &settings.root_certificates)?
        .build()
        .map_err(|cause| {
            let report = Report::config("the HTTP client cannot be built");
            report.because(cause).into()
        })
}

/// What a failure to get an answer means.
pub(crate) fn report(cause: reqwest::Error) -> Report {
    let (kind, state, retryable) = if cause.is_timeout() {
        // Only connecting has a timeout of the HTTP client's own.
        let state = if cause.is_connect() {
            TokenState::Live
        } else {
            TokenState::Unknown
        };
        (ErrorKind::Timeout, state, true)
    } else if tls::is_cause(&cause) {
        let state = if cause.is_connect() {
            TokenState::Live
        } else {
            TokenState::Unknown
        };
        (ErrorKind::Tls, state, false)
    } else if cause.is_connect() {
        (ErrorKind::Connect, TokenState::Live, true)
    } else if cause.is_builder() {
        (ErrorKind::Config, TokenState::Live, false)
    } else if cause.is_redirect() {
        // Only with an HTTP client that is not ours, which had sent the token by then.
        (ErrorKind::Redirect, TokenState::Unknown, false)
    } else {
        (ErrorKind::Protocol, TokenState::Unknown, true)
    };
    Report::new(kind, state, retryable).because(cause)
}
