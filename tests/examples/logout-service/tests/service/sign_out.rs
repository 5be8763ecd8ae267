//! `POST /logout`, and what becomes of each token.

use std::time::Duration;

use digilocker_mock::{Fault, Sandbox};
use reqwest::StatusCode;
use rusqlite::Connection;
use serde_json::json;

use crate::support::{Setup, wait_until};

#[tokio::test]
async fn a_sign_out_does_not_wait_for_the_server() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let service = setup.start().await;
    let (first, second) = (sandbox.issue_grant(), sandbox.issue_grant());
    sandbox.fail_next(Fault::held().times(2));
    let session = json!({
        "refresh_token": first.refresh_token(),
        "access_token": second.access_token(),
    });
    let response = service.post(&session).await;
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    wait_until("both tokens are sent", async || sandbox.requests() == 2).await;
    service.wait_for_queue(2, 0).await;
    sandbox.release_held();
    service.wait_for_queue(0, 0).await;
    assert!(!sandbox.is_live(first.refresh_token()) && !sandbox.is_live(second.access_token()));
    sandbox.verify();
}

#[tokio::test]
async fn retryable_errors_are_retried_until_the_token_is_revoked() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let service = setup.start().await;
    let grant = sandbox.issue_grant();
    // More failures than the attempts of a call.
    sandbox.fail_next(Fault::status(500).times(7));
    service.sign_out(grant.refresh_token()).await;
    service.sign_out("never-issued").await;
    service.wait_for_queue(0, 0).await;
    assert!(!sandbox.is_live(grant.refresh_token()));
    assert_eq!(sandbox.requests(), 9);
}

#[tokio::test]
async fn a_retry_is_not_due_before_retry_after() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let service = setup.start().await;
    // Longer than the timeout of a call.
    sandbox.fail_next(Fault::status(503).retry_after(Duration::from_secs(200)));
    service.sign_out("never-issued").await;
    let database = Connection::open(setup.queue()).unwrap();
    let select = "SELECT count(*) FROM token WHERE rounds = 1 AND due_at > unixepoch() + 100";
    wait_until("the retry is due later", async || {
        database.query_one(select, [], |row| row.get(0)) == Ok(1)
    })
    .await;
    assert_eq!(sandbox.requests(), 1);
}

#[tokio::test]
async fn an_error_that_is_not_retryable_needs_review() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let service = setup.start().await;
    let grant = sandbox.issue_grant();
    sandbox.fail_next(Fault::status(501).header("x-request-id", "ticket-7"));
    service.sign_out(grant.refresh_token()).await;
    service.wait_for_queue(0, 1).await;

    // The commands of the README.
    let database = Connection::open(setup.queue()).unwrap();
    let select = "SELECT id, last_error FROM token WHERE needs_review";
    let (id, error): (i64, String) = database
        .query_one(select, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert!(
        error.contains("501") && error.contains("ticket-7"),
        "{error}"
    );
    let update = "UPDATE token SET needs_review = 0, due_at = 0 WHERE id = ?1";
    database.execute(update, [id]).unwrap();
    service.wait_for_queue(0, 0).await;
    assert!(!sandbox.is_live(grant.refresh_token()));
}

#[tokio::test]
async fn invalid_bodies_are_refused_without_quoting_them() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let service = setup.start().await;
    for session in [
        json!({}),
        json!("marker-TOKEN"),
        json!({ "refresh_token": ["marker-TOKEN"] }),
        json!({ "refresh_token": "marker-TOKEN\n" }),
    ] {
        let response = service.post(&session).await;
        assert!(response.status().is_client_error(), "{response:?}");
        assert!(!response.text().await.unwrap().contains("TOKEN"));
    }
    assert!(!service.kill().contains("TOKEN"));
    assert_eq!(sandbox.requests(), 0);
}
