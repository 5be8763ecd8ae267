//! No TLS: plain HTTP is all there is.

use crate::{Environment, Error};

pub(crate) fn apply(
    builder: reqwest::ClientBuilder,
    environment: &Environment,
    root_certificates: &[Vec<u8>],
) -> Result<reqwest::ClientBuilder, Error> {
    if !environment.is_plain() || !root_certificates.is_empty() {
        return Err(Error::config(
            "HTTPS needs the feature `rustls` or `native-tls` of the crate `digilocker`",
        ));
    }
    Ok(builder)
}

pub(crate) fn is_cause(_: &reqwest::Error) -> bool {
    false
}
