//! Rows in which the TLS handshake fails.

use std::sync::Arc;
use std::time::Duration;

use digilocker::ErrorKind::{Timeout, Tls};
use digilocker::TokenState::Live;
use integration_tests::raw_server::{RawServer, Step};
use integration_tests::response;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use crate::table::{Outcome, Row, Server, builder, failed, revoked};

/// A certificate authority of our own, and a server's certificate of its.
struct Authority {
    root: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = params.self_signed(&key).unwrap().pem();
        Self {
            root,
            issuer: Issuer::new(params, key),
        }
    }

    /// TLS with a certificate for `name`, changed by `change`.
    fn serve(&self, name: &str, change: fn(&mut CertificateParams)) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = rustls::ServerConfig::builder_with_provider(
            rustls::crypto::ring::default_provider().into(),
        )
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A server whose certificate is for `name`; the client knows the authority if `trusted`.
fn row(
    fault: &'static str,
    name: &'static str,
    change: fn(&mut CertificateParams),
    trusted: bool,
    expected: Outcome,
) -> Row {
    let server = Server::Raw(Box::new(move || {
        Box::pin(async move {
            let authority = Authority::new();
            let tls = authority.serve(name, change);
            let server = RawServer::start_tls(tls, |_| {
                vec![Step::Read, Step::Send(response(200, &[], ""))]
            })
            .await;
            let mut builder = builder(&server.tls_url("127.0.0.1"));
            if trusted {
                builder = builder.root_certificate(&authority.root);
            }
            (server, builder)
        })
    }));
    Row {
        fault,
        server,
        expected,
    }
}

/// A server that does not speak TLS to a client that does.
fn row_plain(fault: &'static str, steps: &[Step], expected: Outcome) -> Row {
    let steps = steps.to_vec();
    let server = Server::Raw(Box::new(move || {
        Box::pin(async move {
            let server = RawServer::start(move |_| steps.clone()).await;
            let builder = builder(&server.tls_url("127.0.0.1"))
                .connect_timeout(Duration::from_secs(1))
                .retry(digilocker::RetryPolicy::none());
            (server, builder)
        })
    }));
    Row {
        fault,
        server,
        expected,
    }
}

pub(crate) fn rows() -> Vec<Row> {
    let refused = || failed(Tls, None, 1, false, Live);
    let as_it_is = |_: &mut CertificateParams| {};
    let expired = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    };
    let future = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(3000, 1, 1);
        params.not_after = date_time_ymd(3001, 1, 1);
    };
    vec![
        row(
            "a certificate of the caller's own root",
            "127.0.0.1",
            as_it_is,
            true,
            revoked(200, 1),
        ),
        row(
            "a certificate of an unknown root",
            "127.0.0.1",
            as_it_is,
            false,
            refused(),
        ),
        row(
            "a certificate that has expired",
            "127.0.0.1",
            expired,
            true,
            refused(),
        ),
        row(
            "a certificate that is not valid yet",
            "127.0.0.1",
            future,
            true,
            refused(),
        ),
        row(
            "a certificate for another name",
            "other.example",
            as_it_is,
            true,
            refused(),
        ),
        row_plain(
            "no TLS: plain HTTP on the port",
            &[Step::Send(response(400, &[], "plain"))],
            refused(),
        ),
        row_plain(
            "no TLS: silence until the connect timeout",
            &[Step::Stall],
            failed(Timeout, None, 1, true, Live),
        ),
        row_plain(
            "closed within the handshake",
            &[],
            failed(digilocker::ErrorKind::Connect, None, 1, true, Live),
        ),
    ]
}

/// OpenSSL's variable for the path of the system's roots.
const ROOTS: &str = "SSL_CERT_FILE";

/// Calls twice: before and after the system's roots become readable.
#[tokio::test]
#[ignore = "run by the test below in a child process"]
async fn call_before_and_after_roots_become_readable() {
    let authority = Authority::new();
    let tls = authority.serve("127.0.0.1", |_| {});
    let server = RawServer::start_tls(tls, |_| {
        vec![Step::Read, Step::Send(response(200, &[], ""))]
    })
    .await;
    let client = builder(&server.tls_url("127.0.0.1")).build().unwrap();
    let token = || digilocker::Token::new(integration_tests::TOKEN).unwrap();

    let error = client.revoke(token()).await.unwrap_err();
    assert_eq!(error.kind(), Tls, "{error}");
    std::fs::write(std::env::var_os(ROOTS).unwrap(), &authority.root).unwrap();
    client.revoke(token()).await.unwrap();
}

/// A transient error at the first handshake, such as too many open files, must not fail later ones.
#[cfg(target_os = "linux")]
#[test]
fn unreadable_system_roots_are_read_again() {
    let roots = std::env::temp_dir().join(format!("digilocker-roots-{}", std::process::id()));
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tls::call_before_and_after_roots_become_readable",
            "--ignored",
        ])
        .env(ROOTS, &roots)
        .env_remove("SSL_CERT_DIR")
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    let _ = std::fs::remove_file(&roots);
    assert!(output.status.success(), "{output:?}");
}
