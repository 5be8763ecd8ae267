//! Unusual credentials, tokens and base URLs are sent unchanged. What is refused is tested beside the types.

use digilocker::{BodyEncoding, Client, Credentials, Token};
use integration_tests::raw_server::{ClosedPort, RawServer};
use integration_tests::response;

#[tokio::test]
async fn token_of_one_mebibyte_is_sent_whole() {
    let token = "0123456789abcdef".repeat(1 << 16);
    for (encoding, body) in [
        (BodyEncoding::Form, format!("token={token}")),
        (BodyEncoding::Json, format!("{{\"token\":\"{token}\"}}")),
    ] {
        let server = RawServer::respond_with(response(200, &[], "")).await;
        let builder = Client::builder(server.url().parse().unwrap());
        let client = builder.body_encoding(encoding).build().unwrap();
        client.revoke(Token::new(&*token).unwrap()).await.unwrap();
        let request = server.requests().remove(0);
        assert!(request.ends_with(&format!("\r\n\r\n{body}")));
    }
}

#[tokio::test]
async fn unauthorized_without_credentials_names_the_cause() {
    let server = RawServer::respond_with(response(401, &[], "")).await;
    let builder = || Client::builder(server.url().parse().unwrap());
    let client = builder().build().unwrap();
    let error = client.revoke(Token::new("t").unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("no credentials"), "{error}");
    let client = builder().credentials(Credentials::basic("c", "s"));
    let client = client.build().unwrap();
    let error = client.revoke(Token::new("t").unwrap()).await.unwrap_err();
    assert!(!error.to_string().contains("no credentials"), "{error}");
}

#[tokio::test]
async fn base_path_is_prepended_to_the_operation_path() {
    let server = RawServer::respond_with(response(200, &[], "")).await;
    let loopback = server.url();
    for (base, target) in [
        (loopback.clone(), "/public/oauth2/1/revoke"),
        (format!("{loopback}/a/b//"), "/a/b/public/oauth2/1/revoke"),
        (
            format!("{loopback}/ä b"),
            "/%C3%A4%20b/public/oauth2/1/revoke",
        ),
    ] {
        let client = Client::builder(base.parse().unwrap()).build().unwrap();
        client.revoke(Token::new("t").unwrap()).await.unwrap();
        let request = server.requests().pop().unwrap();
        assert!(
            request.starts_with(&format!("POST {target} HTTP/1.1\r\n")),
            "{base}: {request}"
        );
    }
}

#[tokio::test]
async fn source_of_a_connection_error_is_kept() {
    let port = ClosedPort::bind();
    let client = Client::builder(port.url().parse().unwrap())
        .retry(digilocker::RetryPolicy::none())
        .build()
        .unwrap();
    let error = client.revoke(Token::new("t").unwrap()).await.unwrap_err();
    let mut sources =
        std::iter::successors(std::error::Error::source(&error), |source| source.source());
    assert!(sources.any(<dyn std::error::Error>::is::<std::io::Error>));
    // `Display` does not repeat what `source()` returns.
    let text = error.to_string();
    assert!(!text.to_lowercase().contains("refused"), "{text}");
    assert!(
        text.ends_with("; after 1 attempt, the token was not revoked"),
        "{text}"
    );
    let debug = format!("{error:?}");
    assert!(
        debug.contains("kind: Connect") && debug.contains("ConnectionRefused"),
        "{debug}"
    );
    // The URL may be confidential, so the source error does not contain it.
    assert!(!debug.contains(&port.url()), "{debug}");
}
