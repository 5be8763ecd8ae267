//! No token or secret is on disk or in the output.

use std::time::Duration;

use digilocker_mock::{Fault, Grant, Sandbox};
use rusqlite::Connection;

use crate::support::{KEY, Setup, wait_until};

#[tokio::test]
async fn files_and_output_contain_no_secret() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox).with("LOGOUT_LOG", "trace");
    let grants = [sandbox.issue_grant(), sandbox.issue_grant()];
    let [first, second] = grants.each_ref().map(Grant::refresh_token);
    let secrets = [first, second, sandbox.client_secret(), KEY];
    // The server echoes the token in an error, which the database stores.
    let echo = format!("unknown token {first}");
    sandbox.fail_next(Fault::envelope(501, "BROKEN", &echo).for_token(first));
    let unavailable = Fault::status(503).retry_after(Duration::from_secs(200));
    sandbox.fail_next(unavailable.for_token(second));
    let service = setup.start().await;
    service.sign_out(first).await;
    service.wait_for_queue(0, 1).await;
    service.sign_out(second).await;
    wait_until("the second call is sent", async || sandbox.requests() == 2).await;
    service.wait_for_queue(1, 1).await;
    // The output, and the log of the database, remain after the kill.
    service.kill();
    let mut names = Vec::new();
    for entry in setup.directory().read_dir().unwrap() {
        let entry = entry.unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        for secret in secrets {
            let mut windows = bytes.windows(secret.len());
            assert!(
                !windows.any(|window| window == secret.as_bytes()),
                "a secret is in {entry:?}"
            );
        }
        #[cfg(unix)]
        if entry.file_name() != "output" {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{entry:?}");
        }
        names.push(entry.file_name());
    }
    for name in ["queue.db", "queue.db-wal", "output"] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_decrypted_needs_review() {
    let sandbox = Sandbox::start_async().await;
    let setup = Setup::new(&sandbox).with("DIGILOCKER_CLIENT_SECRET", "wrong");
    let grants = [sandbox.issue_grant(), sandbox.issue_grant()];
    let service = setup.start().await;
    for grant in &grants {
        service.sign_out(grant.refresh_token()).await;
    }
    service.kill();
    let other_key = setup.with(
        "LOGOUT_QUEUE_KEY",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    );
    let message = other_key.start_fails();
    assert!(message.contains("encrypted with another key"), "{message}");

    let database = Connection::open(other_key.queue()).unwrap();
    let update = "UPDATE token SET sealed = zeroblob(length(sealed)) WHERE id = 2";
    database.execute(update, []).unwrap();
    let setup = other_key
        .with("LOGOUT_QUEUE_KEY", KEY)
        .with("DIGILOCKER_CLIENT_SECRET", sandbox.client_secret());
    let service = setup.start().await;
    service.wait_for_queue(0, 1).await;
    let live = grants
        .each_ref()
        .map(|it| sandbox.is_live(it.refresh_token()));
    assert_eq!(live, [false, true]);
}

#[tokio::test]
async fn invalid_settings_are_refused_without_quoting_them() {
    let sandbox = Sandbox::start_async().await;
    for (variable, value, expected) in [
        (
            "DIGILOCKER_ENV",
            "https://user:marker@host.example",
            "cannot have a user",
        ),
        ("DIGILOCKER_CLIENT_SECRET", "marker\n", "trim it first"),
        ("LOGOUT_LISTEN", "marker", "`LOGOUT_LISTEN` is invalid"),
        (
            "LOGOUT_QUEUE_KEY",
            "marker",
            "`LOGOUT_QUEUE_KEY` is invalid: a key is 32 bytes",
        ),
    ] {
        let message = Setup::new(&sandbox).with(variable, value).start_fails();
        assert!(message.contains(expected), "{message}");
        assert!(!message.contains("marker"), "{message}");
    }
}
