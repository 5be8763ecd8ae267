//! No token or secret is on disk or in the output.

use std::time::Duration;

use digilocker_mock::{Fault, Sandbox};

use crate::support::{KEY, Setup, assert_absent_from_files, wait_until};

#[tokio::test]
async fn files_and_output_contain_no_secret() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox).with("LOGOUT_LOG", "trace");
    let grants: Vec<_> = (0..12).map(|_| sandbox.issue_grant()).collect();
    let texts = grants
        .iter()
        .flat_map(|grant| [grant.refresh_token(), grant.access_token()]);
    let secrets: Vec<_> = texts.chain([sandbox.client_secret(), KEY]).collect();
    let assert_absent = |output: [String; 2]| {
        for secret in &secrets {
            assert!(
                !output[0].contains(secret),
                "in standard output: {}",
                output[0]
            );
            assert!(
                !output[1].contains(secret),
                "in standard error: {}",
                output[1]
            );
        }
    };

    // The server echoes the token in an error, which the database stores.
    let echo = format!("unknown token {}", grants[0].refresh_token());
    sandbox.fail_next(Fault::envelope(501, "BROKEN", &echo));
    sandbox.fail_next(Fault::status(503).retry_after(Duration::from_secs(3600)));
    let service = setup.start();
    service.sign_out(grants[0].refresh_token()).await;
    wait_until("the first call has failed", async || {
        service.log().contains("attempt failed")
    })
    .await;
    for grant in &grants[1..] {
        service.sign_out(grant.refresh_token()).await;
    }
    assert!(service.health().await.count("queued") > 0);
    assert_absent_from_files(setup.directory(), &secrets);
    // The log of the database remains after the kill.
    assert_absent(service.kill());
    assert_absent_from_files(setup.directory(), &secrets);

    // Only the token with the long `Retry-After` is left.
    let service = setup.start();
    wait_until("one token is left", async || {
        service.health().await.count("queued") == 1
    })
    .await;
    let output = service.shut_down();
    assert!(output[0].contains("Spans"), "{}", output[0]);
    assert_absent(output);
}

#[cfg(unix)]
#[tokio::test]
async fn queue_files_are_readable_by_their_user_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox);
    let service = setup.start();
    service.sign_out("never-issued").await;
    for name in ["queue.db", "queue.db-wal", "queue.db-shm", "queue.db.lock"] {
        let metadata = setup.directory().join(name).metadata().unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
}
