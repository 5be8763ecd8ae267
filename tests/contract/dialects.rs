//! The result of a call for the responses of each dialect of the sandbox, as documented at
//! `digilocker_mock::Dialect`.

use digilocker::{Client, Credentials, ErrorKind, Token, TokenState};
use digilocker_mock::{Dialect, Sandbox};

/// Revokes a token twice. The second time, the server does not know it.
async fn check(dialect: Dialect, confirmed: bool, unknown: (ErrorKind, TokenState)) {
    let sandbox = Sandbox::builder().dialect(dialect).start_async().await;
    let client = Client::builder(sandbox.base_url().parse().unwrap())
        .credentials(Credentials::basic(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .build()
        .unwrap();
    let grant = sandbox.issue_grant();
    let token = || Token::new(grant.access_token()).unwrap();

    let revoked = client.revoke(token()).await.unwrap();
    assert_eq!(revoked.is_confirmed(), confirmed, "{dialect}");
    assert!(!sandbox.is_live(grant.access_token()));

    let error = client.revoke(token()).await.unwrap_err();
    assert_eq!((error.kind(), error.token_state()), unknown, "{dialect}");
    sandbox.verify();
    sandbox.require_coverage(["status:200", "status:400", "encoding:json", "auth:basic"]);
}

#[tokio::test]
async fn documented_success_is_confirmed_and_unknown_token_is_not_recognised() {
    let unknown = (ErrorKind::InvalidToken, TokenState::NotRecognised);
    check(Dialect::Documented, true, unknown).await;
}

#[tokio::test]
async fn rfc6749_success_is_unconfirmed_and_unknown_token_is_not_recognised() {
    let unknown = (ErrorKind::InvalidToken, TokenState::NotRecognised);
    check(Dialect::Rfc6749, false, unknown).await;
}

#[tokio::test]
async fn partner_success_is_confirmed_and_unknown_token_is_live() {
    let unknown = (ErrorKind::InvalidRequest, TokenState::Live);
    check(Dialect::Partner, true, unknown).await;
}
