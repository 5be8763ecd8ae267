//! Headers of a call, and the request id of a response.

use digilocker::http::{HeaderName, HeaderValue};
use digilocker::{RetryPolicy, Token};
use integration_tests::failure_table::builder;
use integration_tests::raw_server::RawServer;
use integration_tests::{TOKEN, response};

#[tokio::test]
async fn headers_of_a_call_are_sent_with_each_attempt_of_that_call() {
    let server = RawServer::respond_with(response(503, &[], "")).await;
    let client = builder(&server.url()).build().unwrap();
    let name = HeaderName::from_static("traceparent");
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let call = || client.revoke(Token::new(TOKEN).unwrap());
    let error = call()
        .header(name, HeaderValue::from_static(traceparent))
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 3);
    let line = format!("\r\ntraceparent: {traceparent}\r\n");
    let requests = server.requests();
    assert!(
        requests.len() == 3 && requests.iter().all(|request| request.contains(&line)),
        "{requests:?}"
    );

    call().retry(RetryPolicy::none()).await.unwrap_err();
    let requests = server.requests();
    assert!(
        requests.len() == 4 && !requests[3].contains("traceparent"),
        "{requests:?}"
    );
}

#[tokio::test]
async fn request_id_of_the_response_is_reported() {
    let call = async |status, headers: &[&str]| {
        let server = RawServer::respond_with(response(status, headers, "")).await;
        let client = builder(&server.url()).build().unwrap();
        client.revoke(Token::new(TOKEN).unwrap()).await
    };
    let id = "x-request-id: 0af7651916cd43dd";
    let revoked = call(200, &[id]).await.unwrap();
    assert_eq!(revoked.request_id(), Some("0af7651916cd43dd"));
    let error = call(401, &[id]).await.unwrap_err();
    assert_eq!(error.request_id(), Some("0af7651916cd43dd"));
    assert_eq!(call(401, &[]).await.unwrap_err().request_id(), None);
}
