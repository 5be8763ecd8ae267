//! Redirects are never followed, so the token reaches no other host.

use digilocker::{Credentials, ErrorKind, Token};
use integration_tests::failure_table::builder;
use integration_tests::raw_server::{RawServer, Step};
use integration_tests::{SECRET, TOKEN, response};

/// Also not by a custom builder. A followed redirect to the same address would look like a revocation: a `GET` with
/// a 200 response.
#[tokio::test]
async fn redirects_are_not_followed() {
    let other = RawServer::respond_with(response(200, &[], "")).await;
    let same = "/public/oauth2/1/revoke".to_owned();
    for status in 300..400 {
        for location in [other.url(), same.clone(), String::new()] {
            let header = format!("location: {location}");
            let redirect = Step::Send(response(status, &[&header], ""));
            let success = Step::Send(response(200, &[], ""));
            let steps = vec![Step::Read, redirect, Step::Read, success];
            let server = RawServer::start(move |_| steps.clone()).await;
            let builder = || {
                let credentials = Credentials::basic("client-id", SECRET);
                builder(&server.url()).credentials(credentials)
            };
            let mut builders = vec![builder()];
            // A custom builder reads the roots of the system, which takes long.
            if location == same && [301, 302, 303, 307, 308].contains(&status) {
                let follows = reqwest::redirect::Policy::limited(10);
                let follows = reqwest::Client::builder().redirect(follows);
                builders.push(builder().http(follows));
            }
            let expected = builders.len();
            for builder in builders {
                let client = builder.build().unwrap();
                let error = client.revoke(Token::new(TOKEN).unwrap()).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Redirect, "{status} {location}");
                assert_eq!(error.status().unwrap(), status);
            }
            assert_eq!(server.requests().len(), expected, "{status} {location}");
        }
    }
    assert_eq!(other.connections(), 0);
}
