//! A thousand concurrent calls of one client; the server fails a third of the requests.

use std::time::Duration;

use digilocker::{Client, Credentials, RetryPolicy, Token, TokenState};
use digilocker_mock::{Fault, Sandbox};
use tokio::task::JoinSet;

const CALLS: usize = 1_000;

/// Makes the calls, and compares what they report with what the sandbox knows. Returns the number of calls of each
/// result: revoked, and failed in each state.
async fn calls(fault: Fault) -> [usize; 4] {
    // Each call may open its own connection, and both ends are in this process.
    rlimit::increase_nofile_limit(8 * 1024).unwrap();
    let sandbox = Sandbox::start_async().await;
    sandbox.fail_randomly(7, 1.0 / 3.0, fault);
    let client = Client::builder(sandbox.base_url().parse().unwrap())
        .credentials(Credentials::basic(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .retry(
            RetryPolicy::default()
                .budget(100)
                .backoff(Duration::from_millis(1), Duration::from_millis(5)),
        )
        .timeout(Duration::from_secs(120))
        .attempt_timeout(Duration::from_secs(60))
        .connect_timeout(Duration::from_secs(60))
        .build()
        .unwrap();

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
    let (mut revoked, mut live, mut unknown, mut not_recognised) = (0, 0, 0, 0);
    while let Some(call) = calls.join_next().await {
        let (grant, result) = call.unwrap();
        let is_live = sandbox.is_live(grant.refresh_token());
        match result.map_err(|error| error.token_state()) {
            Ok(_) => {
                assert!(!is_live);
                revoked += 1;
            }
            Err(TokenState::Live) => {
                assert!(is_live);
                live += 1;
            }
            Err(TokenState::NotRecognised) => {
                assert!(!is_live);
                not_recognised += 1;
            }
            Err(TokenState::Unknown) => unknown += 1,
        }
    }
    sandbox.verify();
    [revoked, live, unknown, not_recognised]
}

#[tokio::test]
async fn refused_calls_report_the_true_state() {
    let [revoked, live, ..] = calls(Fault::status(503)).await;
    assert!(revoked > CALLS / 2 && live > CALLS / 10);
    assert_eq!(revoked + live, CALLS);
}

#[tokio::test]
async fn calls_with_lost_responses_report_the_true_state() {
    let [revoked, _, unknown, not_recognised] = calls(Fault::lost_success()).await;
    assert!(revoked > CALLS / 2 && unknown > CALLS / 10 && not_recognised > 10);
    assert_eq!(revoked + unknown + not_recognised, CALLS);
}

#[tokio::test]
async fn calls_with_lost_requests_report_the_true_state() {
    let [revoked, _, unknown, _] = calls(Fault::disconnect()).await;
    assert!(revoked > CALLS / 2 && unknown > CALLS / 10);
    assert_eq!(revoked + unknown, CALLS);
}
