//! TLS by the operating system's own library.

use crate::causes::chain;
use crate::error::Report;
use crate::pem::pem;
use crate::{Environment, Error};

pub(crate) fn apply(
    builder: reqwest::ClientBuilder,
    _: &Environment,
    root_certificates: &[Vec<u8>],
) -> Result<reqwest::ClientBuilder, Error> {
    let mut roots = Vec::new();
    for certificate in root_certificates {
        let found = if let Some(certificate) = pem(certificate) {
            reqwest::Certificate::from_pem_bundle(certificate)
        } else {
            reqwest::Certificate::from_der(certificate).map(|certificate| vec![certificate])
        };
        let found = found
            .map_err(|cause| Report::config("a root certificate cannot be read").because(cause))?;
        if found.is_empty() {
            return Err(Error::config(
                "a root certificate's PEM holds no certificate",
            ));
        }
        roots.extend(found);
    }
    Ok(builder.tls_certs_merge(roots))
}

/// The native library's error type cannot be named without depending on it.
pub(crate) fn is_cause(error: &reqwest::Error) -> bool {
    error.is_connect()
        && chain(error).any(|cause| {
            let cause = cause.to_string();
            cause.contains("certificate") || cause.contains("SSL")
        })
}
