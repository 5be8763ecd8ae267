//! Redirects are never followed, so the token reaches no other host.

use digilocker::{Credentials, ErrorKind, Token, TokenState};
use integration_tests::failure_table::builder;
use integration_tests::raw_server::RawServer;
use integration_tests::{SECRET, TOKEN, response};

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = RawServer::respond_with(response(200, &[], "")).await;
    for status in 300..400 {
        for location in [other.url(), "/elsewhere".to_owned(), String::new()] {
            let header = format!("location: {location}");
            let server = RawServer::respond_with(response(status, &[&header], "")).await;
            let client = builder(&server.url())
                .credentials(Credentials::basic("client-id", SECRET))
                .build()
                .unwrap();
            let error = client.revoke(Token::new(TOKEN).unwrap()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect, "{status} {location}");
            assert_eq!(server.requests().len(), 1, "{status} {location}");
        }
    }
    assert_eq!(other.connections(), 0);
}

/// A custom HTTP client may follow redirects: that is detected.
#[tokio::test]
async fn followed_redirect_is_an_error() {
    let other = RawServer::respond_with(response(200, &[], "")).await;
    for status in [301, 302, 303, 307, 308] {
        let header = format!("location: {}/public/oauth2/1/revoke", other.url());
        let server = RawServer::respond_with(response(status, &[&header], "")).await;
        let tls = rustls::ClientConfig::builder_with_provider(
            rustls::crypto::ring::default_provider().into(),
        )
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
        let custom = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .build()
            .unwrap();
        let client = builder(&server.url()).http_client(custom).build().unwrap();
        let error = client.revoke(Token::new(TOKEN).unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect, "{status}");
        assert_eq!(error.token_state(), TokenState::Unknown, "{status}");
        assert_eq!(error.status().unwrap(), 200, "{status}");
    }
}
