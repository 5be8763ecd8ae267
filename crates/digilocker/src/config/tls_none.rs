//! No TLS: plain HTTP only.

use std::convert::Infallible;

use reqwest::ClientBuilder;

use crate::{Environment, Error};

/// There is no root certificate without TLS.
pub(crate) type Certificate = Infallible;

pub(crate) fn configure(
    builder: ClientBuilder,
    environment: &Environment,
    _has_proxy: bool,
    _roots: Vec<Certificate>,
) -> Result<ClientBuilder, Error> {
    if environment.is_plain() {
        Ok(builder)
    } else {
        Err(needs_tls("HTTPS"))
    }
}

pub(crate) fn add_roots(builder: ClientBuilder, _roots: Vec<Certificate>) -> ClientBuilder {
    builder
}

pub(crate) fn read_roots(certificates: &[Vec<u8>]) -> Result<Vec<Certificate>, Error> {
    if certificates.is_empty() {
        Ok(Vec::new())
    } else {
        Err(needs_tls("`root_certificate`"))
    }
}

fn needs_tls(what: &str) -> Error {
    Error::config(format!(
        "{what} needs one of the features `rustls`, `rustls-no-provider` or `native-tls` of the crate `digilocker`"
    ))
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "the same signature as with the other TLS features"
)]
pub(crate) fn check_provider() -> Result<(), Error> {
    Ok(())
}

pub(crate) fn is_tls_error(_: &reqwest::Error) -> bool {
    false
}
