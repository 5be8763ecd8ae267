//! Whom an HTTPS connection trusts: what the operating system trusts, and the caller's own roots.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;

use crate::causes::chain;
use crate::pem::pem;
use crate::{Environment, Error};

pub(crate) fn apply(
    builder: reqwest::ClientBuilder,
    _: &Environment,
    root_certificates: &[Vec<u8>],
) -> Result<reqwest::ClientBuilder, Error> {
    Ok(builder.tls_backend_preconfigured(config(root_certificates)?))
}

pub(crate) fn is_cause(error: &reqwest::Error) -> bool {
    chain(error).any(<dyn std::error::Error>::is::<rustls::Error>)
}

/// The TLS settings of a client. The provider is given, not installed: a library has no say in what
/// the process uses elsewhere.
fn config(root_certificates: &[Vec<u8>]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = PlatformVerifier {
        extra_roots: read(root_certificates)?,
        provider: Arc::clone(&provider),
        loaded: OnceLock::new(),
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| Error::config(format!("TLS cannot be set up: {cause}")))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

fn read(root_certificates: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut roots = Vec::new();
    for certificate in root_certificates {
        let found = if let Some(certificate) = pem(certificate) {
            CertificateDer::pem_slice_iter(certificate)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|cause| Error::config(format!("a root certificate is no PEM: {cause}")))?
        } else {
            vec![CertificateDer::from(certificate.clone())]
        };
        if found.is_empty() {
            return Err(Error::config(
                "a root certificate's PEM holds no certificate",
            ));
        }
        roots.extend(found);
    }
    // Fails now, and not at the first connection, if one of them is no certificate.
    let mut store = rustls::RootCertStore::empty();
    for root in &roots {
        store.add(root.clone()).map_err(|cause| {
            Error::config(format!("a root certificate cannot be read: {cause}"))
        })?;
    }
    Ok(roots)
}

/// The operating system's verifier, loaded at the first handshake: reading some 140 roots takes
/// longer than all else in building a client, and a client may never connect.
#[derive(Debug)]
struct PlatformVerifier {
    extra_roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    loaded: OnceLock<Verifier>,
}

/// The verifier of all clients without roots of their own.
static SHARED: OnceLock<Verifier> = OnceLock::new();

impl PlatformVerifier {
    fn get(&self) -> Result<&Verifier, rustls::Error> {
        let slot = if self.extra_roots.is_empty() {
            &SHARED
        } else {
            &self.loaded
        };
        if let Some(loaded) = slot.get() {
            return Ok(loaded);
        }
        // A failure is not kept: too many open files at this handshake say nothing of the next.
        let roots = self.extra_roots.iter().cloned();
        let loaded = Verifier::new_with_extra_roots(roots, Arc::clone(&self.provider))?;
        Ok(slot.get_or_init(|| loaded))
    }
}

impl ServerCertVerifier for PlatformVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.get()?
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.get()?
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.get()?
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
