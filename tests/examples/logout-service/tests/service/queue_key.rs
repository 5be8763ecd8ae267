//! The key of the queue, and its lock.

use std::time::Duration;

use digilocker_mock::{Fault, Sandbox};

use crate::support::{KEY, Setup, wait_until};

const OTHER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A setup with a live token in its queue.
async fn queued(sandbox: &Sandbox, token: &str) -> Setup {
    let setup = Setup::new(sandbox);
    let service = setup.start();
    sandbox.fail_next(Fault::status(503).delay(Duration::from_secs(3600)));
    service.sign_out(token).await;
    wait_until("the request is sent", async || sandbox.requests() == 1).await;
    service.kill();
    setup
}

#[tokio::test]
async fn wrong_key_is_refused_at_start_up() {
    let sandbox = Sandbox::start_async().await;
    let grant = sandbox.issue_grant();
    let setup = queued(&sandbox, grant.refresh_token()).await;

    let setup = setup.with("LOGOUT_QUEUE_KEY", OTHER_KEY);
    let message = setup.start_fails();
    assert!(
        message.contains("encrypted with another key than `LOGOUT_QUEUE_KEY`"),
        "{message}"
    );
    let setup = setup.with("LOGOUT_QUEUE_KEY_PREVIOUS", &"0".repeat(64));
    assert!(setup.start_fails().contains("another key"));
    let setup = setup.with("LOGOUT_QUEUE_KEY", "marker");
    let message = setup.start_fails();
    assert!(
        message.contains("`LOGOUT_QUEUE_KEY` is invalid: a key is 32 bytes"),
        "{message}"
    );
    assert!(!message.contains("marker"), "{message}");
    let setup = setup.without("LOGOUT_QUEUE_KEY");
    assert!(
        setup
            .start_fails()
            .contains("`LOGOUT_QUEUE_KEY_FILE` is not set")
    );

    // Nothing was lost.
    let service = setup
        .without("LOGOUT_QUEUE_KEY_PREVIOUS")
        .with("LOGOUT_QUEUE_KEY", KEY)
        .start();
    service.wait_until_drained().await;
    assert!(!sandbox.is_live(grant.refresh_token()));
}

#[tokio::test]
async fn key_is_replaced() {
    let sandbox = Sandbox::start_async().await;
    let grant = sandbox.issue_grant();
    let setup = queued(&sandbox, grant.refresh_token()).await;
    let stopped = setup.with("DIGILOCKER_CLIENT_SECRET", "wrong");

    let setup = stopped
        .with("LOGOUT_QUEUE_KEY", OTHER_KEY)
        .with("LOGOUT_QUEUE_KEY_PREVIOUS", KEY);
    let [_, log] = setup.start().shut_down();
    assert!(log.contains("the key of the queue was replaced"), "{log}");
    // The variable may remain set.
    let [_, log] = setup.start().shut_down();
    assert!(!log.contains("replaced"), "{log}");

    let setup = setup
        .without("LOGOUT_QUEUE_KEY_PREVIOUS")
        .with("DIGILOCKER_CLIENT_SECRET", sandbox.client_secret());
    let service = setup.start();
    service.wait_until_drained().await;
    assert!(!sandbox.is_live(grant.refresh_token()));
    service.shut_down();
    assert!(
        setup
            .with("LOGOUT_QUEUE_KEY", KEY)
            .start_fails()
            .contains("another key")
    );
}

#[tokio::test]
async fn second_process_is_refused() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let service = setup.start();
    let message = setup.start_fails();
    assert!(
        message.contains("another process uses this queue"),
        "{message}"
    );
    service.kill();
    setup.start();
}
