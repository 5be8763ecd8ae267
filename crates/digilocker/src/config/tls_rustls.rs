//! TLS by rustls, with the trust store of the operating system.

use std::sync::{Arc, OnceLock};

use reqwest::{Certificate, ClientBuilder};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::pem::pem;
use crate::pipeline::failure::source_chain;
use crate::{Environment, Error};

/// The TLS settings of clients without added roots. Cached: reading the operating system's roots is the
/// slowest part of building a client.
static PLATFORM: OnceLock<ClientConfig> = OnceLock::new();

/// The TLS settings of clients that never use TLS, and need no roots.
static UNUSED: OnceLock<ClientConfig> = OnceLock::new();

pub(crate) fn configure(
    builder: ClientBuilder,
    environment: &Environment,
    has_proxy: bool,
    roots: Vec<Certificate>,
) -> Result<ClientBuilder, Error> {
    let provider = provider()?;
    if !roots.is_empty() {
        return Ok(add_roots(builder.tls_backend_rustls(), roots));
    }
    let config = if environment.is_plain() && !has_proxy {
        cached(&UNUSED, || {
            Ok(ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()?
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth())
        })
    } else {
        cached(&PLATFORM, || {
            Ok(ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()?
                .with_platform_verifier()?
                .with_no_client_auth())
        })
    };
    // Explicit: other crates may enable other TLS backends of reqwest.
    Ok(builder.tls_backend_preconfigured(config?))
}

pub(crate) fn add_roots(builder: ClientBuilder, roots: Vec<Certificate>) -> ClientBuilder {
    builder.tls_certs_merge(roots)
}

/// Reads certificates: each is DER, or PEM with one or more certificates. Fails for certificates that
/// rustls cannot use.
pub(crate) fn read_roots(certificates: &[Vec<u8>]) -> Result<Vec<Certificate>, Error> {
    let unreadable =
        |cause: String| Error::config(format!("cannot read `root_certificate`: {cause}"));
    let mut roots = Vec::new();
    for certificate in certificates {
        let found = match pem(certificate) {
            Some(pem) => CertificateDer::pem_slice_iter(pem)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|cause| unreadable(format!("not PEM: {cause}")))?,
            None => vec![CertificateDer::from(certificate.clone())],
        };
        if found.is_empty() {
            return Err(unreadable("the PEM contains no certificate".to_owned()));
        }
        for der in found {
            RootCertStore::empty()
                .add(der.clone())
                .map_err(|cause| unreadable(reason(&cause)))?;
            let root = Certificate::from_der(&der);
            roots.push(root.map_err(|_| unreadable("not a certificate".to_owned()))?);
        }
    }
    Ok(roots)
}

/// Rewords the errors of rustls, which are about the certificate of a peer.
fn reason(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::BadEncoding) => {
            "not an X.509 certificate".to_owned()
        }
        rustls::Error::InvalidCertificate(cause) => format!("{cause:?}"),
        other => other.to_string(),
    }
}

/// Fails if there is no crypto provider: reqwest would panic.
pub(crate) fn check_provider() -> Result<(), Error> {
    provider().map(drop)
}

/// Whether the TLS handshake failed. A connection that breaks later is not a TLS error.
pub(crate) fn is_tls_error(error: &reqwest::Error) -> bool {
    error.is_connect() && source_chain(error).any(<dyn std::error::Error>::is::<rustls::Error>)
}

/// The provider that the process has installed, or reqwest's default. Nothing is installed here: the
/// provider is the program's choice.
fn provider() -> Result<Arc<CryptoProvider>, Error> {
    if let Some(provider) = CryptoProvider::get_default() {
        return Ok(Arc::clone(provider));
    }
    #[cfg(feature = "rustls")]
    let provider = Ok(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    #[cfg(not(feature = "rustls"))]
    let provider = Err(Error::config(
        "no rustls crypto provider is installed: call `install_default()` of one before `build()`, \
         for instance `rustls::crypto::ring::default_provider().install_default()`, or enable the \
         feature `rustls` of the crate `digilocker`",
    ));
    provider
}

fn cached(
    slot: &OnceLock<ClientConfig>,
    build: impl FnOnce() -> Result<ClientConfig, rustls::Error>,
) -> Result<ClientConfig, Error> {
    if let Some(config) = slot.get() {
        return Ok(config.clone());
    }
    // Failures are not cached: they may be temporary, such as too many open files.
    let config =
        build().map_err(|cause| Error::config(format!("TLS cannot be set up: {cause}")))?;
    Ok(slot.get_or_init(|| config).clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A CA certificate, valid for a century. Its key was discarded.
    const ROOT: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBdDCCARugAwIBAgIUMSOq6z5DmnB6sPd8J2c3gSZmDqMwCgYIKoZIzj0EAwIw\n\
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjQxMjU2NTVaGA8yMTI2MTAzMTEyNTY1\n\
NVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHll\n\
J7n/14A7xC6Wky4p/vZZXUVU8zELXxYUs10jaGWOyyQMU+eeH07unLivl5ULjfWR\n\
kGQRgeWy6T0fW8vG2mqjUzBRMB0GA1UdDgQWBBQ+PgoCaCm3IQfCqBVXIoBw4jS1\n\
DjAfBgNVHSMEGDAWgBQ+PgoCaCm3IQfCqBVXIoBw4jS1DjAPBgNVHRMBAf8EBTAD\n\
AQH/MAoGCCqGSM49BAMCA0cAMEQCICKoRyfzcGMmnFW5cqe/1tHttCMPbVGZY9bt\n\
Q55t3qHHAiAunH9ei79I5xc2IgbgOtFCY8sTx4inlEBxKcRCZN23+A==\n\
-----END CERTIFICATE-----\n";

    fn read(certificates: &[&[u8]]) -> Result<usize, String> {
        let certificates: Vec<_> = certificates.iter().map(|root| root.to_vec()).collect();
        let roots = read_roots(&certificates).map(|roots| roots.len());
        roots.map_err(|error| error.to_string())
    }

    #[test]
    fn roots_are_read_from_pem_and_der() {
        let two = format!("a comment\n{ROOT}{ROOT}");
        let der = CertificateDer::from_pem_slice(ROOT.as_bytes()).unwrap();
        assert_eq!(read(&[]), Ok(0));
        assert_eq!(read(&[&der]), Ok(1));
        assert_eq!(read(&[ROOT.as_bytes(), two.as_bytes(), &der]), Ok(4));
    }

    #[test]
    fn invalid_roots_are_refused() {
        #[track_caller]
        fn check(certificate: &str, expected: &str) {
            let error = read(&[ROOT.as_bytes(), certificate.as_bytes()]).unwrap_err();
            let prefix = "invalid client configuration: cannot read `root_certificate`: ";
            let found = error.strip_prefix(prefix).unwrap();
            assert!(found.starts_with(expected), "{found}");
        }
        check("0", "not an X.509 certificate");
        check("", "not an X.509 certificate");
        check(
            "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
            "the PEM contains no certificate",
        );
        check("-----BEGIN CERTIFICATE-----\nAA==\n", "not PEM: ");
    }
}
