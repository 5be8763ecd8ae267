//! TLS: by rustls with a feature `rustls…`, else by the library of the operating system with `native-tls`.

use reqwest::ClientBuilder;

use crate::Error;
use crate::config::http::HttpSettings;

/// Sets up TLS. A custom builder keeps its TLS backend.
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
pub(crate) fn set_up(builder: ClientBuilder, http: &HttpSettings) -> Result<ClientBuilder, Error> {
    // Without a provider, reqwest panics.
    #[cfg(feature = "rustls-no-provider")]
    by_rustls::provider()?;
    match read_roots(&http.root_certificates)? {
        roots if http.is_custom => Ok(builder.tls_certs_merge(roots)),
        roots if !roots.is_empty() => Ok(backend(builder).tls_certs_merge(roots)),
        // Reading the roots of the operating system is the slowest part of building a client.
        _ if !http.is_tls_used() => Ok(backend(builder).tls_certs_only([])),
        #[cfg(feature = "rustls-no-provider")]
        _ => by_rustls::system_roots(builder),
        #[cfg(not(feature = "rustls-no-provider"))]
        _ => Ok(backend(builder)),
    }
}

/// Selects the TLS backend, because other crates may enable other backends of reqwest.
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
fn backend(builder: ClientBuilder) -> ClientBuilder {
    #[cfg(feature = "rustls-no-provider")]
    return builder.tls_backend_rustls();
    #[cfg(not(feature = "rustls-no-provider"))]
    builder.tls_backend_native()
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

/// Whether the TLS handshake failed. A connection that breaks later is not a TLS error, apart from an alert
/// about the client's certificate, which TLS 1.3 sends after the handshake (RFC 8446 §4.4.2.4).
pub(crate) fn is_tls_error(error: &reqwest::Error) -> bool {
    let is_handshake = error.is_connect();
    crate::error::source_chain(error).any(|source| {
        #[cfg(feature = "rustls-no-provider")]
        return match source.downcast_ref::<rustls::Error>() {
            // From `bad_certificate` to `certificate_unknown`, `unknown_ca`, `access_denied`, and
            // `certificate_required` (RFC 8446 §6).
            Some(rustls::Error::AlertReceived(alert)) => {
                is_handshake || matches!(u8::from(*alert), 42..=46 | 48 | 49 | 116)
            }
            Some(_) => is_handshake,
            None => false,
        };
        // The native library's error type cannot be named without depending on it.
        #[cfg(not(feature = "rustls-no-provider"))]
        ["certificate", "SSL"]
            .iter()
            .any(|word| is_handshake && source.to_string().contains(word))
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

    const NO_PROVIDER: &str = "no rustls crypto provider is installed: call `install_default()` of one before \
        `build()`, for instance `rustls::crypto::ring::default_provider().install_default()`, or enable the feature \
        `rustls` of the crate `digilocker`";

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

    /// The provider that the process has installed, or reqwest's default. Nothing is installed here: the
    /// provider is the program's choice.
    pub(super) fn provider() -> Result<Arc<CryptoProvider>, Error> {
        #[cfg(feature = "rustls")]
        let default = || Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
        #[cfg(not(feature = "rustls"))]
        let default = || None;
        let provider = CryptoProvider::get_default().cloned().or_else(default);
        provider.ok_or_else(|| Error::config(NO_PROVIDER))
    }
}

/// Without a TLS feature, only plain HTTP works.
#[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
pub(crate) fn set_up(builder: ClientBuilder, http: &HttpSettings) -> Result<ClientBuilder, Error> {
    if http.root_certificates.is_empty() && (http.is_custom || !http.is_tls_used()) {
        return Ok(builder);
    }
    Err(Error::config(
        "HTTPS and `root_certificate` need one of the features `rustls`, `rustls-no-provider` or `native-tls` of the \
         crate `digilocker`",
    ))
}

#[cfg(test)]
mod tests {
    use crate::{Client, ErrorKind};

    /// `.ci/run` runs this with `native-tls`, too.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    #[tokio::test]
    async fn a_server_without_tls_is_a_tls_error_and_a_closed_port_is_not() {
        use std::io::Write as _;

        use crate::{RetryPolicy, Token, TokenState};

        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let response = b"HTTP/1.1 400 Bad Request\r\n\r\n";
            stream.write_all(response).unwrap();
            stream
        });
        for (url, kind) in [
            (url.as_str(), ErrorKind::Tls),
            ("https://127.0.0.1:1", ErrorKind::Connect),
        ] {
            let builder = Client::builder(url.parse().unwrap()).retry(RetryPolicy::none());
            let call = builder
                .build()
                .unwrap()
                .revoke(Token::new("token").unwrap());
            let error = call.await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error:?}");
            assert_eq!(error.token_state(), TokenState::Live);
            assert!(error.cause().is_some());
        }
        drop(server.join());
    }

    #[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
    #[test]
    fn https_and_root_certificates_need_a_feature() {
        let plain = || Client::builder("http://127.0.0.1:1".parse().unwrap());
        let https = || Client::builder(crate::Environment::Production);
        for builder in [plain().root_certificate("x"), https()] {
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(
                error.to_string().contains("need one of the features"),
                "{error}"
            );
        }
        plain().build().unwrap();
        https().http(reqwest::Client::builder()).build().unwrap();
    }
}
