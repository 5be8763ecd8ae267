//! `POST /logout`.

use std::time::Duration;

use digilocker_mock::{Fault, Sandbox};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{Setup, wait_until};

#[tokio::test]
async fn sign_out_does_not_wait_for_the_server() {
    let sandbox = Sandbox::start_async().await;
    let service = Setup::new(&sandbox).start();
    let grant = sandbox.issue_grant();
    sandbox.fail_next(Fault::slow(Duration::from_secs(3)));
    service.sign_out(grant.refresh_token()).await;
    // The service responded before the server did.
    assert_eq!(service.health().await.count("queued"), 1);
    service.wait_until_drained().await;
    assert!(!sandbox.is_live(grant.refresh_token()));
    assert!(!sandbox.is_live(grant.access_token()));
    assert_eq!(sandbox.requests(), 1);
    sandbox.verify();
}

#[tokio::test]
async fn all_tokens_of_a_session_are_revoked() {
    let sandbox = Sandbox::start_async().await;
    let service = Setup::new(&sandbox).start();
    let (first, second) = (sandbox.issue_grant(), sandbox.issue_grant());
    let session = json!({
        "refresh_token": first.refresh_token(),
        "access_token": second.access_token(),
    });
    let response = service.post(&session).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    assert_eq!(response.text().await.unwrap(), "");
    service.wait_until_drained().await;
    assert!(!sandbox.is_live(first.refresh_token()));
    assert!(!sandbox.is_live(second.access_token()));
    sandbox.verify();
}

#[tokio::test]
async fn token_is_queued_once() {
    let sandbox = Sandbox::start_async().await;
    // Nothing leaves the queue.
    let setup = Setup::new(&sandbox).with("DIGILOCKER_CLIENT_SECRET", "wrong");
    let service = setup.start();
    let grant = sandbox.issue_grant();
    for _ in 0..3 {
        service.sign_out(grant.refresh_token()).await;
    }
    assert_eq!(service.health().await.count("queued"), 1);
}

#[tokio::test]
async fn unrecognised_token_is_deleted() {
    let sandbox = Sandbox::start_async().await;
    let service = Setup::new(&sandbox).start();
    service.sign_out("never-issued").await;
    service.wait_until_drained().await;
    assert_eq!(sandbox.requests(), 1);
    assert_eq!(service.health().await.count("needs_review"), 0);
}

#[tokio::test]
async fn retryable_errors_are_retried_until_the_token_is_revoked() {
    let sandbox = Sandbox::start_async().await;
    let service = Setup::new(&sandbox).start();
    // More failures than the attempts of a call and the retry budget of a client.
    sandbox.fail_next(Fault::status(503).times(30));
    let grants: Vec<_> = (0..4).map(|_| sandbox.issue_grant()).collect();
    for grant in &grants {
        service.sign_out(grant.refresh_token()).await;
    }
    service.wait_until_drained().await;
    assert!(
        grants
            .iter()
            .all(|grant| !sandbox.is_live(grant.refresh_token()))
    );
    assert_eq!(sandbox.requests(), 34);
    assert_eq!(service.health().await.count("needs_review"), 0);
    sandbox.verify();
}

#[tokio::test]
async fn retry_after_pauses_all_calls() {
    let sandbox = Sandbox::start_async().await;
    let service = Setup::new(&sandbox).start();
    let (first, second) = (sandbox.issue_grant(), sandbox.issue_grant());
    // Longer than the call timeout, so the call fails immediately.
    sandbox.fail_next(Fault::status(503).retry_after(Duration::from_secs(3600)));
    service.sign_out(first.refresh_token()).await;
    wait_until("the service pauses", async || {
        service.health().await.body["status"] == "paused"
    })
    .await;
    service.sign_out(second.refresh_token()).await;
    let [_, log] = service.shut_down();
    assert_eq!(sandbox.requests(), 1, "{log}");
}

#[tokio::test]
async fn invalid_bodies_are_refused_without_quoting_them() {
    let sandbox = Sandbox::start_async().await;
    let service = Setup::new(&sandbox).start();
    for session in [
        json!({}),
        json!("marker-TOKEN"),
        json!(["marker-TOKEN"]),
        json!({ "refresh_token": ["marker-TOKEN"] }),
        json!({ "refresh_token": "marker-TOKEN\n" }),
        json!({ "refresh_token": "" }),
        json!({ "refresh_token": "marker-TOKEN".repeat(10_000) }),
    ] {
        let response = service.post(&session).send().await.unwrap();
        assert!(response.status().is_client_error(), "{}", response.status());
        assert!(!response.text().await.unwrap().contains("TOKEN"));
    }
    let [stdout, stderr] = service.shut_down();
    assert!(!stdout.contains("TOKEN") && !stderr.contains("TOKEN"));
    assert_eq!(sandbox.requests(), 0);
}
