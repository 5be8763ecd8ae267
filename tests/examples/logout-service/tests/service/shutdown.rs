//! Shutdown by SIGTERM.

use std::time::Duration;

use digilocker_mock::{Fault, Sandbox};

use crate::support::{Setup, wait_until};

#[tokio::test]
async fn shutdown_waits_for_calls_in_flight() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let grant = sandbox.issue_grant();
    sandbox.fail_next(Fault::slow(Duration::from_secs(2)));
    let service = setup.start();
    service.sign_out(grant.refresh_token()).await;
    wait_until("the request is sent", async || sandbox.requests() == 1).await;
    let [spans, _] = service.shut_down();
    assert!(spans.contains("revoke_token"), "{spans}");
    assert!(!sandbox.is_live(grant.refresh_token()));

    // The call finished, and its token was deleted.
    let service = setup.start();
    assert_eq!(service.health().await.count("queued"), 0);
    service.shut_down();
    assert_eq!(sandbox.requests(), 1);
}

#[tokio::test]
async fn shutdown_is_bounded_and_keeps_unfinished_tokens() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox).with("LOGOUT_SHUTDOWN_SECONDS", "0.1");
    let grant = sandbox.issue_grant();
    sandbox.fail_next(Fault::disconnect().delay(Duration::from_secs(3600)));
    let service = setup.start();
    service.sign_out(grant.refresh_token()).await;
    wait_until("the request is sent", async || sandbox.requests() == 1).await;
    let [_, log] = service.shut_down();
    assert!(log.contains("their tokens stay in the queue"), "{log}");
    assert!(sandbox.is_live(grant.refresh_token()));

    let service = setup.start();
    service.wait_until_drained().await;
    assert!(!sandbox.is_live(grant.refresh_token()));
}

#[tokio::test]
async fn drain_starts_no_call_after_a_shutdown() {
    let sandbox = Sandbox::start_async().await;
    let stopped = Setup::new(&sandbox).with("DIGILOCKER_CLIENT_SECRET", "wrong");
    let service = stopped.start();
    let grants: Vec<_> = (0..6).map(|_| sandbox.issue_grant()).collect();
    for grant in &grants {
        service.sign_out(grant.refresh_token()).await;
    }
    service.shut_down();

    let before = sandbox.requests();
    sandbox.fail_next(Fault::slow(Duration::from_secs(3)).times(2));
    let setup = stopped
        .with("DIGILOCKER_CLIENT_SECRET", sandbox.client_secret())
        .with("LOGOUT_CONCURRENCY", "2");
    let service = setup.start();
    wait_until("two requests are sent", async || {
        sandbox.requests() == before + 2
    })
    .await;
    service.shut_down();
    assert_eq!(sandbox.requests(), before + 2);
    let service = setup.start();
    service.wait_until_drained().await;
    assert!(
        grants
            .iter()
            .all(|grant| !sandbox.is_live(grant.refresh_token()))
    );
    // No token was sent twice.
    assert_eq!(sandbox.requests(), before + grants.len());
}
