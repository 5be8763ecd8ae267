//! The HTTP client under the generated one, and what its failures mean.

use std::error::Error as StdError;
use std::time::Duration;

use crate::error::Report;
use crate::{Environment, Error, ErrorKind, TokenState};

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
    with_tls(builder, environment, settings)?
        .build()
        .map_err(|cause| {
            Error::config(format!("the HTTP client cannot be built: {}", last(&cause)))
        })
}

#[cfg(feature = "rustls")]
fn with_tls(
    builder: reqwest::ClientBuilder,
    _: &Environment,
    settings: &Settings,
) -> Result<reqwest::ClientBuilder, Error> {
    Ok(builder.tls_backend_preconfigured(crate::tls::config(&settings.root_certificates)?))
}

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
fn with_tls(
    builder: reqwest::ClientBuilder,
    _: &Environment,
    settings: &Settings,
) -> Result<reqwest::ClientBuilder, Error> {
    let mut roots = Vec::new();
    for certificate in &settings.root_certificates {
        let found = if certificate.trim_ascii_start().starts_with(b"-----") {
            reqwest::Certificate::from_pem_bundle(certificate)
        } else {
            reqwest::Certificate::from_der(certificate).map(|certificate| vec![certificate])
        };
        let found = found.map_err(|cause| {
            Error::config(format!(
                "a root certificate cannot be read: {}",
                last(&cause)
            ))
        })?;
        if found.is_empty() {
            return Err(Error::config(
                "a root certificate's PEM holds no certificate",
            ));
        }
        roots.extend(found);
    }
    Ok(builder.tls_certs_merge(roots))
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
fn with_tls(
    builder: reqwest::ClientBuilder,
    environment: &Environment,
    settings: &Settings,
) -> Result<reqwest::ClientBuilder, Error> {
    if !environment.is_plain() || !settings.root_certificates.is_empty() {
        return Err(Error::config(
            "HTTPS needs the feature `rustls` or `native-tls` of the crate `digilocker`",
        ));
    }
    Ok(builder)
}

/// What a failure to get an answer means. The address is taken out: it is the caller's own.
pub(crate) fn report(cause: reqwest::Error) -> Report {
    let (kind, state, retryable) = if cause.is_timeout() {
        // Only connecting has a timeout of the HTTP client's own.
        let state = if cause.is_connect() {
            TokenState::Live
        } else {
            TokenState::Unknown
        };
        (ErrorKind::Timeout, state, true)
    } else if is_tls(&cause) {
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
    let cause = cause.without_url();
    let mut report = Report::new(kind, state, retryable).detail(last(&cause));
    report.source = Some(cause);
    report
}

/// The root of the matter, which the errors around it only wrap in general words.
fn last(error: &reqwest::Error) -> String {
    chain(error)
        .last()
        .map_or_else(String::new, ToString::to_string)
}

fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let first: &(dyn StdError + 'static) = error;
    std::iter::successors(Some(first), |&error| {
        // An `io::Error` with a payload has the payload's source, and hides the payload itself.
        match error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
        {
            Some(payload) => Some(payload as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

#[cfg(feature = "rustls")]
fn is_tls(error: &reqwest::Error) -> bool {
    chain(error).any(<dyn StdError>::is::<rustls::Error>)
}

#[cfg(not(feature = "rustls"))]
fn is_tls(error: &reqwest::Error) -> bool {
    // The native library's error type cannot be named without depending on it.
    error.is_connect()
        && chain(error).any(|cause| {
            cause.to_string().contains("certificate") || cause.to_string().contains("SSL")
        })
}
