//! Spans on standard output, and the trace context of requests.

use digilocker_mock::{MockServerExt as _, Sandbox};
use httpmock::MockServer;
use serde_json::json;

use crate::support::{Setup, wait_until};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

#[tokio::test]
async fn call_has_a_span_with_its_outcome_in_the_trace_of_the_sign_out() {
    let sandbox = Sandbox::start_async().await;
    let service = Setup::new(&sandbox).start();
    let grant = sandbox.issue_grant();
    for token in [grant.refresh_token(), "never-issued"] {
        let response = service
            .post(&json!({ "refresh_token": token }))
            .header("traceparent", format!("00-{TRACE}-b7ad6b7169203331-01"))
            .send()
            .await;
        assert_eq!(response.unwrap().status(), 202);
        service.wait_until_drained().await;
    }
    let [stdout, _] = service.shut_down();
    let spans: Vec<_> = stdout.split("Instrumentation Scope").collect();
    for (name, outcome) in [
        ("POST /logout", "http.response.status_code: I64(202)"),
        ("sign-out", "queue.id"),
        ("revoke_token", "token_state: String(Owned(\"revoked\"))"),
        (
            "revoke_token",
            "token_state: String(Owned(\"not_recognised\"))",
        ),
    ] {
        let is_span = |span: &&&str| {
            span.contains(&format!("Name         : {name}\n")) && span.contains(outcome)
        };
        let span = spans.iter().find(is_span);
        let span = span.unwrap_or_else(|| panic!("no `{name}` with `{outcome}` in: {stdout}"));
        assert!(span.contains(TRACE), "{span}");
    }
}

#[tokio::test]
async fn trace_context_is_sent_to_the_server() {
    let server = MockServer::start_async().await;
    let mock = server.revoke_token(|when, then| {
        when.into_inner()
            .header_prefix("traceparent", format!("00-{TRACE}-"));
        then.into_inner().status(200);
    });
    let service = Setup::for_server(&server.base_url(), "id", "secret").start();
    let response = service
        .post(&json!({ "refresh_token": "2YotnFZFEjr1zCsicMWpAA" }))
        .header("traceparent", format!("00-{TRACE}-b7ad6b7169203331-01"))
        .send()
        .await;
    assert_eq!(response.unwrap().status(), 202);
    wait_until("the request is sent", async || mock.calls() == 1).await;
}
