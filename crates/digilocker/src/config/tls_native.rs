//! TLS by the operating system's own library.

use reqwest::{Certificate, ClientBuilder};

use super::pem::pem;
use crate::pipeline::failure::{Failure, source_chain};
use crate::{Environment, Error};

#[allow(
    clippy::unnecessary_wraps,
    reason = "the same signature as with the other TLS features"
)]
pub(crate) fn configure(
    builder: ClientBuilder,
    environment: &Environment,
    has_proxy: bool,
    roots: Vec<Certificate>,
) -> Result<ClientBuilder, Error> {
    // Explicit: other crates may enable other TLS backends of reqwest.
    let builder = builder.tls_backend_native();
    Ok(
        if roots.is_empty() && environment.is_plain() && !has_proxy {
            builder.tls_certs_only([])
        } else {
            add_roots(builder, roots)
        },
    )
}

pub(crate) fn add_roots(builder: ClientBuilder, roots: Vec<Certificate>) -> ClientBuilder {
    builder.tls_certs_merge(roots)
}

/// Reads certificates: each is DER, or PEM with one or more certificates.
pub(crate) fn read_roots(certificates: &[Vec<u8>]) -> Result<Vec<Certificate>, Error> {
    let mut roots = Vec::new();
    for certificate in certificates {
        let found = match pem(certificate) {
            Some(pem) => Certificate::from_pem_bundle(pem),
            None => Certificate::from_der(certificate).map(|certificate| vec![certificate]),
        };
        let found = found.map_err(|cause| {
            Failure::config("cannot read `root_certificate`: not an X.509 certificate")
                .source(cause)
        })?;
        if found.is_empty() {
            return Err(Error::config(
                "cannot read `root_certificate`: the PEM contains no certificate",
            ));
        }
        roots.extend(found);
    }
    Ok(roots)
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "the same signature as with the other TLS features"
)]
pub(crate) fn check_provider() -> Result<(), Error> {
    Ok(())
}

/// Searches the text of the errors: the native library's error type cannot be named without depending on it.
pub(crate) fn is_tls_error(error: &reqwest::Error) -> bool {
    error.is_connect()
        && source_chain(error).any(|source| {
            let source = source.to_string();
            source.contains("certificate") || source.contains("SSL")
        })
}
