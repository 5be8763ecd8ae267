//! Settings that contradict each other or cannot work are refused by name.

use std::time::Duration;

use digilocker::{Client, ClientBuilder, Environment, ErrorKind};

#[test]
fn invalid_settings_are_refused() {
    #[track_caller]
    fn check(builder: ClientBuilder, setting: &str) {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.to_string().contains(setting), "{error}");
    }
    let beta = || Client::builder(Environment::Beta);
    let second = Duration::from_secs(1);
    check(beta().user_agent("a\nb"), "user_agent");
    check(beta().root_certificate("no certificate"), "certificate");
    check(
        beta().root_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        "certificate",
    );
    check(
        beta().root_certificate("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        "certificate",
    );
    check(
        Client::builder(Environment::plain_http("http://10.0.0.1").unwrap()),
        "danger_allow_plain_http",
    );
    check(beta().connect_timeout(Duration::ZERO), "connect_timeout");
    check(beta().attempt_timeout(Duration::ZERO), "attempt_timeout");
    check(beta().timeout(Duration::ZERO), "timeout");
    check(beta().max_response_bytes(0), "max_response_bytes");
    check(
        beta().attempt_timeout(second).connect_timeout(2 * second),
        "connect_timeout",
    );
}

/// Only an explicit connect timeout can contradict the attempt timeout.
#[test]
fn default_connect_timeout_fits_every_attempt_timeout() {
    let builder = Client::builder(Environment::Beta);
    builder
        .attempt_timeout(Duration::from_millis(1))
        .build()
        .unwrap();
}

/// `openssl x509 -text` and commented bundles put text around the certificates.
#[test]
fn text_around_root_certificates_is_ignored() {
    let key = rcgen::KeyPair::generate().unwrap();
    let root = rcgen::CertificateParams::new([]).unwrap();
    let root = root.self_signed(&key).unwrap();
    let pem = root.pem();
    for certificate in [
        root.der().to_vec(),
        pem.clone().into_bytes(),
        format!("# Issuer: us\n{pem}\n# and\n{pem}").into_bytes(),
        format!("\u{feff}{pem}").into_bytes(),
    ] {
        let builder = Client::builder(Environment::Beta).root_certificate(certificate);
        builder.build().unwrap();
    }
}
