//! Redirects are never followed, so the token reaches no other host.

use digilocker::{Credentials, ErrorKind, Token};
use integration_tests::failure_table::builder;
use integration_tests::raw_server::{RawServer, Step};
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

/// A followed redirect to the same address would look like a revocation: a `GET` with a 200 response.
#[tokio::test]
async fn custom_builder_cannot_follow_redirects() {
    for status in [301, 302, 303, 307, 308] {
        let server = RawServer::start(move |_| {
            vec![
                Step::Read,
                Step::Send(response(status, &["location: /public/oauth2/1/revoke"], "")),
                Step::Read,
                Step::Send(response(200, &[], "")),
            ]
        })
        .await;
        let follows = reqwest::Client::builder().redirect(reqwest::redirect::Policy::limited(10));
        let client = builder(&server.url()).http(follows).build().unwrap();
        let error = client.revoke(Token::new(TOKEN).unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect, "{status}");
        assert_eq!(error.status().unwrap(), status, "{status}");
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}
