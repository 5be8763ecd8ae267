//! No token is lost when the process is killed, shut down or misconfigured.

use digilocker_mock::{Fault, Sandbox};
use reqwest::StatusCode;

use crate::support::{Setup, wait_until};

#[tokio::test]
async fn no_token_is_lost_when_the_process_is_killed() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let grants: Vec<_> = (0..30).map(|_| sandbox.issue_grant()).collect();
    sandbox.fail_next(Fault::status(503).times(6));
    sandbox.fail_next(Fault::held().times(4));
    sandbox.fail_next(Fault::status(500).after_revoking().times(4));
    sandbox.fail_randomly(7, 0.3, Fault::lost_success());
    for batch in grants.chunks(10) {
        let service = setup.start().await;
        let before = sandbox.requests();
        for grant in batch {
            service.sign_out(grant.refresh_token()).await;
        }
        wait_until("a request is sent", async || sandbox.requests() > before).await;
        service.kill();
    }

    let service = setup.start().await;
    service.wait_for_queue(0, 0).await;
    let is_live = |grant: &digilocker_mock::Grant| sandbox.is_live(grant.refresh_token());
    assert!(!grants.iter().any(is_live));
    sandbox.verify();
}

#[tokio::test]
async fn a_shutdown_waits_for_calls_in_flight_and_starts_no_others() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let grants: Vec<_> = (0..20).map(|_| sandbox.issue_grant()).collect();
    sandbox.fail_next(Fault::held().times(16));
    let service = setup.start().await;
    for grant in &grants {
        service.sign_out(grant.refresh_token()).await;
    }
    wait_until("all calls are in flight", async || sandbox.requests() == 16).await;
    service.terminate();
    service.wait_for_output("shutting down").await;
    sandbox.release_held();
    service.wait().await;
    assert_eq!(sandbox.requests(), 16);

    let service = setup.start().await;
    service.wait_for_queue(0, 0).await;
    // No token was sent twice.
    assert_eq!(sandbox.requests(), grants.len());
}

#[tokio::test]
async fn refused_credentials_stop_all_calls_and_keep_the_queue() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox).with("DIGILOCKER_CLIENT_SECRET", "wrong");
    let grants: Vec<_> = (0..5).map(|_| sandbox.issue_grant()).collect();
    let service = setup.start().await;
    assert_eq!(service.health().await.0, StatusCode::OK);
    service.sign_out(grants[0].refresh_token()).await;
    wait_until("the service has stopped", async || {
        service.health().await.0 == StatusCode::SERVICE_UNAVAILABLE
    })
    .await;
    // Sign-outs are still accepted, but not sent.
    for grant in &grants[1..] {
        service.sign_out(grant.refresh_token()).await;
    }
    let (_, health) = service.health().await;
    assert_eq!(health["stopped_by"], "unauthorized");
    assert_eq!(health["queued"], 5);
    service.terminate();
    let output = service.wait().await;
    assert!(output.contains("no token is revoked until"), "{output}");
    assert_eq!(sandbox.requests(), 1);

    let setup = setup.with("DIGILOCKER_CLIENT_SECRET", sandbox.client_secret());
    let service = setup.start().await;
    service.wait_for_queue(0, 0).await;
    assert_eq!(service.health().await.0, StatusCode::OK);
    assert_eq!(sandbox.requests(), 6);
}
