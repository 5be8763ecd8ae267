//! Proxies from the environment. Each case runs in its own process: the environment is per process.

use digilocker::{Client, Environment, Token};
use integration_tests::raw_server::{RawServer, Step};
use integration_tests::{SECRET, TOKEN, response};

use super::in_child;

/// Name of the variable with the base URL, for the process that makes the call.
const URL: &str = "DIGILOCKER_TEST_URL";

/// Makes a call to `$DIGILOCKER_TEST_URL` without and with a custom builder, and ignores the results.
#[tokio::test]
#[ignore = "run by the tests below in a child process"]
async fn call() {
    let environment = Environment::plain_http(&std::env::var(URL).unwrap()).unwrap();
    for http in [None, Some(reqwest::Client::builder())] {
        let mut builder = Client::builder(environment.clone()).danger_allow_plain_http(true);
        if let Some(http) = http {
            builder = builder.http(http);
        }
        let client = builder.build().unwrap();
        let _ = client.revoke(Token::new(TOKEN).unwrap()).await;
    }
}

async fn call_with_proxy(proxy: &RawServer, url: &str) {
    let mut child = in_child("proxy::call");
    child.env(URL, url);
    for name in [
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ] {
        child.env(name, proxy.url());
    }
    child.env_remove("no_proxy").env_remove("NO_PROXY");
    let output = tokio::task::spawn_blocking(move || child.output())
        .await
        .unwrap()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn https_uses_the_environment_proxy_without_showing_it_secrets() {
    let proxy = RawServer::start(|_| vec![Step::Read, Step::Send(response(502, &[], ""))]).await;
    call_with_proxy(&proxy, "https://host.invalid").await;
    let requests = proxy.requests();
    assert!(
        requests[0].starts_with("CONNECT host.invalid:443 HTTP/1.1\r\n"),
        "{requests:?}"
    );
    assert!(!requests.concat().contains(TOKEN) && !requests.concat().contains(SECRET));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_http_ignores_the_environment_proxy() {
    let proxy = RawServer::respond_with(response(200, &[], "")).await;
    let server = RawServer::respond_with(response(200, &[], "")).await;
    call_with_proxy(&proxy, &server.url()).await;
    assert_eq!((proxy.connections(), server.requests().len()), (0, 2));
    // Off loopback: a host that does not resolve, so that nothing is sent without the proxy.
    call_with_proxy(&proxy, "http://host.invalid").await;
    assert_eq!(proxy.connections(), 0);
}
