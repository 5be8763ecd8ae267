//! A thousand concurrent calls of one client; the server fails a third of the requests.

use std::time::{Duration, Instant};

use digilocker::{Client, Credentials, ErrorKind, RetryPolicy, Token, TokenState};
use digilocker_mock::{Fault, Sandbox};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

const CALLS: usize = 1_000;
const BUDGET: u32 = 20;

#[tokio::test]
async fn concurrent_calls_report_the_true_state_and_share_one_budget() {
    // Each call may open its own connection, and both ends are in this process.
    rlimit::increase_nofile_limit(8 * 1024).unwrap();
    let sandbox = Sandbox::start_async().await;
    sandbox.fail_randomly(7, 1.0 / 3.0, Fault::status(503));
    let before = Handle::current().metrics().num_alive_tasks();
    let client = Client::builder(sandbox.base_url().parse().unwrap())
        .credentials(Credentials::basic(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .retry(
            RetryPolicy::default()
                .budget(BUDGET)
                .backoff(Duration::from_millis(1), Duration::from_millis(5)),
        )
        .timeout(Duration::from_secs(120))
        .attempt_timeout(Duration::from_secs(60))
        .connect_timeout(Duration::from_secs(60))
        .build()
        .unwrap();

    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let (client, grant) = (client.clone(), sandbox.issue_grant());
        calls.spawn(async move {
            let result = client
                .revoke(Token::new(grant.refresh_token()).unwrap())
                .await;
            (grant, result)
        });
    }
    let (mut revoked, mut failed) = (0, 0);
    while let Some(call) = calls.join_next().await {
        let (grant, result) = call.unwrap();
        let live = sandbox.is_live(grant.refresh_token());
        match result {
            Ok(_) => {
                assert!(!live);
                revoked += 1;
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
                assert_eq!(error.token_state(), TokenState::Live, "{error}");
                assert!(live);
                failed += 1;
            }
        }
    }
    assert_eq!(revoked + failed, CALLS);
    assert!(revoked > CALLS / 2, "{revoked} revoked");
    assert!(
        failed > CALLS / 10,
        "{failed} failed: the budget cannot have covered all retries"
    );
    let retries = sandbox.requests() - CALLS;
    // Ten successes earn one retry, and a minute refills the whole budget.
    let refilled = BUDGET as usize * usize::try_from(start.elapsed().as_secs() + 1).unwrap() / 60;
    let allowed = BUDGET as usize + revoked / 10 + refilled + 1;
    assert!(retries <= allowed, "{retries} retries, {allowed} allowed");
    assert!(retries >= BUDGET as usize, "{retries} retries");
    sandbox.verify();

    drop(client);
    for _ in 0..10_000 {
        if Handle::current().metrics().num_alive_tasks() <= before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!(
        "{} tasks are left",
        Handle::current().metrics().num_alive_tasks() - before
    );
}
