//! Root certificates, and the limit of a response. The other settings are tested beside the builder.

use digilocker::{Client, Environment, ErrorKind, Token};
use integration_tests::failure_table::builder;
use integration_tests::raw_server::RawServer;
use integration_tests::{TOKEN, response};

#[tokio::test]
async fn the_limit_of_a_response_can_be_set() {
    let server = RawServer::respond_with(response(200, &[], "0123456789")).await;
    for (limit, is_within) in [(9, false), (10, true)] {
        let client = builder(&server.url()).max_response_bytes(limit);
        let call = client.build().unwrap().revoke(Token::new(TOKEN).unwrap());
        let error = call.await.err().map(|error| error.kind());
        assert_eq!(error, (!is_within).then_some(ErrorKind::TooLarge));
    }
}

#[test]
fn invalid_root_certificates_are_refused_with_the_reason() {
    let pem = |label, body| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    for (certificate, reason) in [
        ("no certificate".to_owned(), "not an X.509 certificate"),
        (pem("CERTIFICATE", "AAAA"), "not an X.509 certificate"),
        (pem("CERTIFICATE", "?"), "not PEM"),
        (
            pem("PRIVATE KEY", "AAAA"),
            "the PEM contains no certificate",
        ),
    ] {
        let builder = Client::builder(Environment::Beta).root_certificate(&certificate);
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        let expected = format!("cannot read `root_certificate`: {reason}");
        assert!(error.to_string().ends_with(&expected), "{error}");
    }
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
