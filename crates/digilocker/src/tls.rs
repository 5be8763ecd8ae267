//! TLS: by rustls with a feature `rustls…`, else by the library of the operating system with `native-tls`.

use reqwest::ClientBuilder;

use crate::Error;

#[cfg(all(feature = "native-tls", not(feature = "rustls-no-provider")))]
use self::by_native_tls::{backend, check_provider, system_roots};
#[cfg(feature = "rustls-no-provider")]
use self::by_rustls::{backend, check_provider, system_roots};

/// Sets up TLS for a builder of this crate. `is_used` is false if every connection is plain HTTP.
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
pub(crate) fn configure(
    builder: ClientBuilder,
    is_used: bool,
    roots: &[Vec<u8>],
) -> Result<ClientBuilder, Error> {
    check_provider()?;
    // The backend is explicit: other crates may enable other TLS backends of reqwest.
    match read_roots(roots)? {
        roots if !roots.is_empty() => Ok(backend(builder).tls_certs_merge(roots)),
        _ if is_used => system_roots(builder),
        // Reading the roots of the operating system is the slowest part of building a client.
        _ => Ok(backend(builder).tls_certs_only([])),
    }
}

/// Adds roots to a builder of the caller, which may have its own TLS backend.
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
pub(crate) fn add_roots(builder: ClientBuilder, roots: &[Vec<u8>]) -> Result<ClientBuilder, Error> {
    check_provider()?;
    Ok(builder.tls_certs_merge(read_roots(roots)?))
}

/// Reads certificates: each is DER, or PEM with one or more certificates.
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
fn read_roots(certificates: &[Vec<u8>]) -> Result<Vec<reqwest::Certificate>, Error> {
    use reqwest::Certificate;

    let unreadable = |reason| Error::config(format!("cannot read `root_certificate`: {reason}"));
    let mut roots = Vec::new();
    for certificate in certificates {
        // A comment or a byte order mark may precede the first PEM block.
        let found = match memchr::memmem::find(certificate, b"-----BEGIN ") {
            Some(at) => Certificate::from_pem_bundle(&certificate[at..]),
            None => Certificate::from_der(certificate).map(|root| vec![root]),
        };
        let found = found.map_err(|cause| unreadable("not PEM").with_source(cause))?;
        if found.is_empty() {
            return Err(unreadable("the PEM contains no certificate"));
        }
        // Certificates are parsed when a client is built, whose error would not name the setting.
        let trial = backend(ClientBuilder::new()).tls_certs_only(found.clone());
        (trial.build())
            .map_err(|cause| unreadable("not an X.509 certificate").with_source(cause))?;
        roots.extend(found);
    }
    Ok(roots)
}

/// Whether the TLS handshake failed. A connection that breaks later is not a TLS error.
pub(crate) fn is_tls_error(error: &reqwest::Error) -> bool {
    error.is_connect()
        && crate::error::source_chain(error).any(|source| {
            #[cfg(feature = "rustls-no-provider")]
            return source.is::<rustls::Error>();
            // The native library's error type cannot be named without depending on it.
            #[cfg(not(feature = "rustls-no-provider"))]
            ["certificate", "SSL"]
                .iter()
                .any(|word| source.to_string().contains(word))
        })
}

#[cfg(feature = "rustls-no-provider")]
mod by_rustls {
    use std::sync::{Arc, OnceLock};

    use reqwest::ClientBuilder;
    use rustls::ClientConfig;
    use rustls::crypto::CryptoProvider;
    use rustls_platform_verifier::BuilderVerifierExt;

    use crate::Error;

    pub(super) fn backend(builder: ClientBuilder) -> ClientBuilder {
        builder.tls_backend_rustls()
    }

    /// TLS with the trust store of the operating system, which is read once per process.
    pub(super) fn system_roots(builder: ClientBuilder) -> Result<ClientBuilder, Error> {
        static CONFIG: OnceLock<ClientConfig> = OnceLock::new();
        if let Some(config) = CONFIG.get() {
            return Ok(builder.tls_backend_preconfigured(config.clone()));
        }
        let config = ClientConfig::builder_with_provider(provider()?)
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            // Not cached: the failure may be temporary, such as too many open files.
            .map_err(|cause| Error::config(format!("TLS cannot be set up: {cause}")))?
            .with_no_client_auth();
        Ok(builder.tls_backend_preconfigured(CONFIG.get_or_init(|| config).clone()))
    }

    /// Fails if there is no crypto provider: reqwest would panic.
    pub(super) fn check_provider() -> Result<(), Error> {
        provider().map(drop)
    }

    /// The provider that the process has installed, or reqwest's default. Nothing is installed here: the
    /// provider is the program's choice.
    fn provider() -> Result<Arc<CryptoProvider>, Error> {
        #[cfg(feature = "rustls")]
        let default = || Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
        #[cfg(not(feature = "rustls"))]
        let default = || None;
        let provider = CryptoProvider::get_default().cloned().or_else(default);
        provider.ok_or_else(|| {
            Error::config(
                "no rustls crypto provider is installed: call `install_default()` of one before \
                 `build()`, for instance `rustls::crypto::ring::default_provider().install_default()`, \
                 or enable the feature `rustls` of the crate `digilocker`",
            )
        })
    }
}

#[cfg(all(feature = "native-tls", not(feature = "rustls-no-provider")))]
#[expect(clippy::unnecessary_wraps, reason = "the signatures of `by_rustls`")]
mod by_native_tls {
    use reqwest::ClientBuilder;

    use crate::Error;

    pub(super) fn backend(builder: ClientBuilder) -> ClientBuilder {
        builder.tls_backend_native()
    }

    pub(super) fn system_roots(builder: ClientBuilder) -> Result<ClientBuilder, Error> {
        Ok(backend(builder))
    }

    pub(super) fn check_provider() -> Result<(), Error> {
        Ok(())
    }
}

/// Without a TLS feature, only plain HTTP works.
#[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
pub(crate) fn configure(
    builder: ClientBuilder,
    is_used: bool,
    roots: &[Vec<u8>],
) -> Result<ClientBuilder, Error> {
    if is_used {
        return Err(needs_tls("HTTPS"));
    }
    add_roots(builder, roots)
}

#[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
pub(crate) fn add_roots(builder: ClientBuilder, roots: &[Vec<u8>]) -> Result<ClientBuilder, Error> {
    if roots.is_empty() {
        return Ok(builder);
    }
    Err(needs_tls("`root_certificate`"))
}

#[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
fn needs_tls(what: &str) -> Error {
    let features = "one of the features `rustls`, `rustls-no-provider` or `native-tls`";
    Error::config(format!("{what} needs {features} of the crate `digilocker`"))
}
