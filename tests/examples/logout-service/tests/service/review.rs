//! Tokens that cannot be revoked by further calls need review.

use digilocker_mock::{Fault, Sandbox};
use rusqlite::Connection;

use crate::support::{Setup, wait_until};

#[tokio::test]
async fn unknown_state_that_is_not_retryable_needs_review_after_one_retry() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let service = setup.start();
    let grant = sandbox.issue_grant();
    sandbox.fail_next(
        Fault::status(501)
            .header("x-request-id", "ticket-7")
            .times(2),
    );
    service.sign_out(grant.refresh_token()).await;
    wait_until("the token needs review", async || {
        service.health().await.count("needs_review") == 1
    })
    .await;
    assert_eq!(service.health().await.count("queued"), 0);
    assert_eq!(sandbox.requests(), 2);
    // Another sign-out with the same token does not queue it again.
    service.sign_out(grant.refresh_token()).await;

    // The commands of the README.
    let database = Connection::open(setup.queue()).unwrap();
    let select = "SELECT id, rounds, last_error FROM token WHERE needs_review";
    let (id, rounds, error): (i64, u32, String) = database
        .query_row(select, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(rounds, 2);
    assert!(
        error.contains("501") && error.contains("ticket-7"),
        "{error}"
    );
    assert_eq!(sandbox.requests(), 2);
    let update = "UPDATE token SET needs_review = 0, refusals = 0, due_at = 0 WHERE id = ?1";
    database.execute(update, [id]).unwrap();
    service.wait_until_drained().await;
    assert!(!sandbox.is_live(grant.refresh_token()));
    assert_eq!(service.health().await.count("needs_review"), 0);
}

#[tokio::test]
async fn token_that_cannot_be_decrypted_needs_review() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox).with("DIGILOCKER_CLIENT_SECRET", "wrong");
    let service = setup.start();
    let grants = [sandbox.issue_grant(), sandbox.issue_grant()];
    for grant in &grants {
        service.sign_out(grant.refresh_token()).await;
    }
    service.shut_down();
    let database = Connection::open(setup.queue()).unwrap();
    let update = "UPDATE token SET sealed = zeroblob(length(sealed)) WHERE id = 1";
    assert_eq!(database.execute(update, []).unwrap(), 1);
    drop(database);

    let service = setup
        .with("DIGILOCKER_CLIENT_SECRET", sandbox.client_secret())
        .start();
    service.wait_until_drained().await;
    assert_eq!(service.health().await.count("needs_review"), 1);
    assert!(sandbox.is_live(grants[0].refresh_token()));
    assert!(!sandbox.is_live(grants[1].refresh_token()));
}
