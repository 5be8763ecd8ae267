//! No token is lost when the process is killed.

use std::time::Duration;

use digilocker_mock::{Fault, Sandbox};
use rusqlite::Connection;

use crate::support::{Setup, wait_until};

#[tokio::test]
async fn no_token_is_lost_when_the_process_is_killed() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let grants: Vec<_> = (0..40).map(|_| sandbox.issue_grant()).collect();

    // Several kinds of outages.
    for fault in [
        Fault::status(503).times(6),
        Fault::lost_success().times(4),
        Fault::disconnect().times(6),
        Fault::status(500).after_revoking().times(4),
        Fault::slow(Duration::from_secs(3600)).times(4),
        Fault::status(502).times(6),
    ] {
        sandbox.fail_next(fault);
    }
    sandbox.fail_randomly(7, 0.4, Fault::disconnect());

    // Each process is killed during first calls or the drain.
    let mut service = setup.start();
    for batch in grants.chunks(10) {
        let before = sandbox.requests();
        for grant in batch {
            service.sign_out(grant.refresh_token()).await;
        }
        wait_until("a request is sent", async || sandbox.requests() > before).await;
        service.kill();
        service = setup.start();
    }

    service.wait_until_drained().await;
    let alive = grants
        .iter()
        .filter(|grant| sandbox.is_live(grant.refresh_token()));
    assert_eq!(alive.count(), 0);
    assert_eq!(service.health().await.count("needs_review"), 0);
    sandbox.verify();
}

#[tokio::test]
async fn killed_first_call_is_repeated_after_a_restart() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let grant = sandbox.issue_grant();
    sandbox.fail_next(Fault::disconnect().delay(Duration::from_secs(3600)));
    let service = setup.start();
    service.sign_out(grant.refresh_token()).await;
    wait_until("the request is sent", async || sandbox.requests() == 1).await;
    service.kill();
    assert!(sandbox.is_live(grant.refresh_token()));

    let service = setup.start();
    let database = Connection::open(setup.queue()).unwrap();
    let select = "SELECT count(*) FROM token WHERE due_at > 0";
    let waiting: u32 = database.query_row(select, [], |row| row.get(0)).unwrap();
    assert_eq!(waiting, 0);
    service.wait_until_drained().await;
    assert!(!sandbox.is_live(grant.refresh_token()));
    assert_eq!(sandbox.requests(), 2);
}
