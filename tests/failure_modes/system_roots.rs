//! The root certificates of the operating system.

use digilocker::{ErrorKind, Token};
use integration_tests::certificates::Authority;
use integration_tests::failure_table::builder;
use integration_tests::raw_server::{RawServer, Step};
use integration_tests::{TOKEN, response};

#[cfg(target_os = "linux")]
use super::in_child;

/// OpenSSL's variable for the path of the system's roots.
const ROOTS: &str = "SSL_CERT_FILE";

/// Builds twice: before and after the system's roots become readable.
#[tokio::test]
#[ignore = "run by the test below in a child process"]
async fn build_before_and_after_roots_become_readable() {
    let authority = Authority::new();
    let tls = authority.acceptor("127.0.0.1", |_| {});
    let server = RawServer::start_tls(tls, |_| {
        vec![Step::Read, Step::Send(response(200, &[], ""))]
    })
    .await;
    let build = || builder(&server.tls_url("127.0.0.1")).build();

    let error = build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(error.to_string().contains("No CA certificates"), "{error}");
    std::fs::write(std::env::var_os(ROOTS).unwrap(), authority.root()).unwrap();
    let client = build().unwrap();
    client.revoke(Token::new(TOKEN).unwrap()).await.unwrap();
}

/// A transient error of the first client, such as too many open files, must not fail later ones.
#[cfg(target_os = "linux")]
#[test]
fn unreadable_system_roots_are_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let output = in_child("system_roots::build_before_and_after_roots_become_readable")
        .env(ROOTS, directory.path().join("roots.pem"))
        .env_remove("SSL_CERT_DIR")
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("1 passed"), "{stdout}");
}
