//! A custom HTTP client builder: its settings are kept, except those that would weaken this crate's guarantees.
//! Redirects are tested in `redirects`, the connection log in the binary `secrets`.

use std::time::Duration;

use digilocker::{Client, ErrorKind, RetryPolicy, Token, TokenState};
use http::{HeaderMap, HeaderValue};
use integration_tests::certificates::Authority;
use integration_tests::failure_table::builder;
use integration_tests::raw_server::{RawServer, Step};
use integration_tests::{TOKEN, response};

/// Makes one call with a client built from `http`. Returns the request that the server read.
async fn request(http: reqwest::ClientBuilder, user_agent: Option<&str>) -> String {
    let server = RawServer::respond_with(response(200, &[], "")).await;
    let mut builder = builder(&server.url()).http(http);
    if let Some(user_agent) = user_agent {
        builder = builder.user_agent(user_agent);
    }
    revoke(&builder.build().unwrap()).await.unwrap();
    server.requests().remove(0)
}

async fn revoke(client: &Client) -> Result<digilocker::Revoked, digilocker::Error> {
    client.revoke(Token::new(TOKEN).unwrap()).await
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let prefix = format!("{name}: ");
    request.lines().find_map(|line| line.strip_prefix(&prefix))
}

#[tokio::test]
async fn user_agent_is_that_of_the_builder() {
    let sent = request(reqwest::Client::builder(), None).await;
    assert_eq!(header(&sent, "user-agent"), None);
    let http = || reqwest::Client::builder().user_agent("custom/1");
    let sent = request(http(), None).await;
    assert_eq!(header(&sent, "user-agent"), Some("custom/1"));
    let sent = request(http(), Some("explicit/2")).await;
    assert_eq!(header(&sent, "user-agent"), Some("explicit/2"));
}

#[tokio::test]
async fn default_headers_of_the_builder_are_kept() {
    let headers = HeaderMap::from_iter([(
        http::header::VIA,
        HeaderValue::from_static("1.1 sign-out-service"),
    )]);
    let sent = request(reqwest::Client::builder().default_headers(headers), None).await;
    assert_eq!(header(&sent, "via"), Some("1.1 sign-out-service"));
}

/// The body, decompressed, would be the documented success.
#[tokio::test]
async fn responses_are_not_decompressed() {
    const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x2a\x2e\x4d\x4e\x4e\x2d\x2e\
        \x56\xb2\x52\x28\x29\x2a\x4d\xd5\x51\x50\x4a\x49\x2c\x49\x04\xf2\xaa\x95\x32\x53\x80\x94\x52\
        \x62\x52\xb2\xa1\x91\xb1\x12\x50\x22\xb9\x28\x35\xb1\x24\x35\x25\x3e\xb1\x04\x24\x61\x64\x60\
        \x64\xaa\x6b\x60\x08\x44\x21\x06\x06\x56\x60\x14\xa5\x54\x5b\x0b\x00\xd6\xda\xed\xd0\x51\x00\
        \x00\x00";
    let headers = ["content-type: application/json", "content-encoding: gzip"];
    let server = RawServer::respond_with(response(200, &headers, GZIP)).await;
    for http in [None, Some(reqwest::Client::builder().gzip(true))] {
        let mut builder = builder(&server.url());
        if let Some(http) = http {
            builder = builder.http(http);
        }
        let error = revoke(&builder.build().unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        let sent = server.requests().pop().unwrap();
        assert_eq!(header(&sent, "accept-encoding"), None);
    }
}

/// The retry policy counts attempts and waits between them; the HTTP client's retries do neither.
#[tokio::test]
async fn http_client_does_not_retry() {
    let server = RawServer::respond_with(response(503, &[], "")).await;
    let retries = reqwest::retry::for_host("127.0.0.1")
        .max_retries_per_request(3)
        .classify_fn(|attempt| match attempt.status() {
            Some(http::StatusCode::SERVICE_UNAVAILABLE) => attempt.retryable(),
            _ => attempt.success(),
        });
    let client = builder(&server.url())
        .http(reqwest::Client::builder().retry(retries))
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let error = revoke(&client).await.unwrap_err();
    assert_eq!((error.attempts(), server.requests().len()), (1, 1));
}

/// The state is `Live` after a connect timeout, and unknown after an attempt timeout.
#[tokio::test]
async fn connect_timeout_replaces_that_of_the_builder() {
    let server = RawServer::start(|_| vec![Step::Stall]).await;
    let http = reqwest::Client::builder().connect_timeout(Duration::from_secs(3600));
    let client = builder(&server.tls_url("127.0.0.1"))
        .http(http)
        .connect_timeout(Duration::from_millis(100))
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let error = revoke(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert_eq!(error.token_state(), TokenState::Live, "{error}");
}

/// A proxy would read the token, which loopback keeps on this machine.
#[tokio::test]
async fn plain_http_on_loopback_uses_no_proxy_of_the_builder() {
    let proxy = RawServer::respond_with(response(200, &[], "")).await;
    let server = RawServer::respond_with(response(200, &[], "")).await;
    let http = reqwest::Client::builder().proxy(reqwest::Proxy::all(proxy.url()).unwrap());
    let client = builder(&server.url()).http(http).build().unwrap();
    revoke(&client).await.unwrap();
    assert_eq!((proxy.connections(), server.connections()), (0, 1));
}

#[tokio::test]
async fn root_certificates_of_the_builder_are_kept() {
    let authority = Authority::new();
    let tls = authority.acceptor("127.0.0.1", |_| {});
    let script = |_| vec![Step::Read, Step::Send(response(200, &[], ""))];
    let server = RawServer::start_tls(tls, script).await;
    let root = reqwest::Certificate::from_pem(authority.root().as_bytes()).unwrap();
    let client = builder(&server.tls_url("127.0.0.1"))
        .http(reqwest::Client::builder().tls_certs_only([root]))
        .build()
        .unwrap();
    revoke(&client).await.unwrap();
}

#[tokio::test]
async fn explicit_proxy_is_added_to_the_builder() {
    let proxy = RawServer::respond_with(response(200, &[], "")).await;
    let client = builder("http://127.0.0.1:80")
        .http(reqwest::Client::builder())
        .proxy(reqwest::Proxy::http(proxy.url()).unwrap())
        .build()
        .unwrap();
    revoke(&client).await.unwrap();
    let sent = proxy.requests().remove(0);
    assert!(
        sent.starts_with("POST http://127.0.0.1/public/oauth2/1/revoke HTTP/1.1\r\n"),
        "{sent}"
    );
}

#[test]
fn builder_that_cannot_be_built_is_a_config_error() {
    let http = reqwest::Client::builder().user_agent("a\nb");
    let error = builder("http://127.0.0.1").http(http).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
}
