//! A redirect is never followed, and the token goes nowhere else.

use digilocker::{Credentials, ErrorKind, Token, TokenState};
use integration_tests::wire::Wire;
use integration_tests::{SECRET, TOKEN, answer};

use crate::table::builder;

#[tokio::test]
async fn no_redirect_is_followed_to_any_host() {
    let trap = Wire::answer(answer(200, &[], "")).await;
    for status in 300..400 {
        for location in [trap.url(), "/elsewhere".to_owned(), String::new()] {
            let header = format!("location: {location}");
            let wire = Wire::answer(answer(status, &[&header], "")).await;
            let client = builder(&wire.url())
                .credentials(Credentials::basic("client-id", SECRET))
                .build()
                .unwrap();
            let error = client.revoke(Token::new(TOKEN).unwrap()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect, "{status} {location}");
            assert_eq!(error.token_state(), TokenState::Live, "{status} {location}");
            assert_eq!(error.attempts(), 1, "{status} {location}");
            assert_eq!(wire.requests().len(), 1, "{status} {location}");
        }
    }
    assert_eq!(trap.connections(), 0);
}

/// An HTTP client that was brought along may follow redirects. It is caught at it.
#[tokio::test]
async fn a_redirect_that_was_followed_is_no_success() {
    let elsewhere = Wire::answer(answer(200, &[], "")).await;
    for status in [301, 302, 303, 307, 308] {
        let header = format!("location: {}/public/oauth2/1/revoke", elsewhere.url());
        let wire = Wire::answer(answer(status, &[&header], "")).await;
        let tls = rustls::ClientConfig::builder_with_provider(
            rustls::crypto::ring::default_provider().into(),
        )
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
        let theirs = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .build()
            .unwrap();
        let client = builder(&wire.url()).http_client(theirs).build().unwrap();
        let error = client.revoke(Token::new(TOKEN).unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect, "{status}");
        assert_eq!(error.token_state(), TokenState::Unknown, "{status}");
        assert_eq!(error.status().unwrap(), 200, "{status}");
    }
}
