//! Which proxies a call goes through. The environment is a process's own, so each case is a process.

use std::process::Command;

use digilocker::{Client, Token};
use integration_tests::wire::{Step, Wire};
use integration_tests::{SECRET, TOKEN, answer};

/// Names the base URL to call, in the process that makes the call.
const URL: &str = "DIGILOCKER_TEST_URL";

/// Makes one call to `$DIGILOCKER_TEST_URL`, whatever comes of it.
#[tokio::test]
#[ignore = "run by the test below, with an environment of its own"]
async fn call() {
    let url = std::env::var(URL).unwrap();
    let client = Client::builder(url.parse().unwrap()).build().unwrap();
    let _ = client.revoke(Token::new(TOKEN).unwrap()).await;
}

async fn call_with_proxy(proxy: &Wire, url: &str) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", "proxy::call", "--ignored"])
        .env(URL, url);
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
async fn https_goes_through_the_environments_proxy_which_sees_no_secret() {
    let proxy = Wire::start(|_| vec![Step::Read, Step::Send(answer(502, &[], ""))]).await;
    call_with_proxy(&proxy, "https://host.invalid").await;
    let requests = proxy.requests();
    assert!(
        requests[0].starts_with("CONNECT host.invalid:443 HTTP/1.1\r\n"),
        "{requests:?}"
    );
    assert!(!requests.concat().contains(TOKEN) && !requests.concat().contains(SECRET));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_http_goes_to_its_server_directly() {
    let proxy = Wire::answer(answer(200, &[], "")).await;
    let server = Wire::answer(answer(200, &[], "")).await;
    call_with_proxy(&proxy, &server.url()).await;
    assert_eq!((proxy.connections(), server.requests().len()), (0, 1));
}
