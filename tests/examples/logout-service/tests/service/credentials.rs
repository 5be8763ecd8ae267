//! Refused credentials stop all calls, and lose no token.

use digilocker_mock::Sandbox;
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{Setup, wait_until};

const TOKENS: u64 = 10;

#[tokio::test]
async fn refused_credentials_stop_the_drain_and_keep_the_queue() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox).with("DIGILOCKER_CLIENT_SECRET", "wrong");
    let grants: Vec<_> = (0..TOKENS).map(|_| sandbox.issue_grant()).collect();

    let service = setup.start();
    assert_eq!(service.health().await.status, StatusCode::OK);
    service.sign_out(grants[0].refresh_token()).await;
    wait_until("the service has stopped", async || {
        service.health().await.status == StatusCode::SERVICE_UNAVAILABLE
    })
    .await;
    // Sign-outs are still accepted, but not sent.
    for grant in &grants[1..] {
        service.sign_out(grant.refresh_token()).await;
    }
    let health = service.health().await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health.body["status"], "stopped");
    assert_eq!(health.body["stopped_by"], "unauthorized");
    assert_eq!(health.count("queued"), TOKENS);
    let [_, log] = service.shut_down();
    assert_eq!(sandbox.requests(), 1);
    assert_eq!(log.matches("no token is revoked until").count(), 1, "{log}");

    // The drain of a full queue stops at the first response.
    let concurrency = 3;
    let setup = setup.with("LOGOUT_CONCURRENCY", &concurrency.to_string());
    let service = setup.start();
    wait_until("the service has stopped", async || {
        service.health().await.status == StatusCode::SERVICE_UNAVAILABLE
    })
    .await;
    let [_, log] = service.shut_down();
    assert_eq!(log.matches("no token is revoked until").count(), 1, "{log}");
    assert!(
        sandbox.requests() <= 1 + concurrency,
        "{}",
        sandbox.requests()
    );
    assert!(
        grants
            .iter()
            .all(|grant| sandbox.is_live(grant.refresh_token()))
    );

    // With valid credentials, the queue is drained.
    let before = sandbox.requests();
    let service = setup
        .with("DIGILOCKER_CLIENT_SECRET", sandbox.client_secret())
        .start();
    service.wait_until_drained().await;
    assert!(
        grants
            .iter()
            .all(|grant| !sandbox.is_live(grant.refresh_token()))
    );
    assert_eq!(sandbox.requests() - before, grants.len());
    let health = service.health().await;
    assert_eq!(health.status, StatusCode::OK);
    assert_eq!(health.body["stopped_by"], Value::Null);
    sandbox.verify();
}

#[tokio::test]
async fn invalid_configuration_is_refused_at_start_up() {
    #[track_caller]
    fn check(setup: &Setup, expected: &str) {
        let message = setup.start_fails();
        assert!(message.contains(expected), "{message}");
        assert!(!message.contains("marker"), "{message}");
    }
    let sandbox = Sandbox::start_async().await;
    let setup = || Setup::new(&sandbox);
    check(
        &setup().without("DIGILOCKER_ENV"),
        "`DIGILOCKER_ENV` is not set",
    );
    check(
        &setup().with("DIGILOCKER_ENV", "https://user:marker@host.example"),
        "`DIGILOCKER_ENV` is invalid: a base URL cannot have a user",
    );
    check(
        &setup().with("DIGILOCKER_CLIENT_SECRET", "marker\n"),
        "trim",
    );
    check(
        &setup().with("LOGOUT_LISTEN", "marker"),
        "`LOGOUT_LISTEN` is invalid",
    );
    check(
        &setup().with("LOGOUT_DRAIN_SECONDS", "0"),
        "a positive number of seconds",
    );
    check(
        &setup().with("LOGOUT_QUEUE_KEY_FILE", "marker"),
        "set `LOGOUT_QUEUE_KEY` or `LOGOUT_QUEUE_KEY_FILE`, not both",
    );
    assert_eq!(sandbox.requests(), 0);
}

#[tokio::test]
async fn secrets_are_read_from_files() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let secret = setup.directory().join("client-secret");
    // With a line break, as `echo` and editors write it.
    std::fs::write(&secret, format!("{}\n", sandbox.client_secret())).unwrap();
    let setup = setup
        .without("DIGILOCKER_CLIENT_SECRET")
        .with("DIGILOCKER_CLIENT_SECRET_FILE", secret.to_str().unwrap());
    let grant = sandbox.issue_grant();
    let service = setup.start();
    service.sign_out(grant.refresh_token()).await;
    service.wait_until_drained().await;
    assert!(!sandbox.is_live(grant.refresh_token()));
}
