//! The examples, against the sandbox.

#![allow(clippy::unwrap_used, reason = "tests: a panic says where")]

use digilocker::http::StatusCode;
use digilocker::{Client, ClientBuilder, Credentials, RetryPolicy, Token};
use digilocker_mock::{Fault, Sandbox};

#[cfg(feature = "blocking")]
#[expect(dead_code, reason = "the example's own `main`")]
#[path = "../examples/blocking.rs"]
mod blocking;
#[expect(dead_code, reason = "the example's own `main`")]
#[path = "../examples/revoke_file.rs"]
mod revoke_file;
#[expect(dead_code, reason = "the example's own `main`")]
#[path = "../examples/sign_out.rs"]
mod sign_out;

fn configure<C>(sandbox: &Sandbox, builder: ClientBuilder<C>) -> ClientBuilder<C> {
    let credentials = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    (builder.credentials(credentials)).retry(RetryPolicy::none())
}

fn client(sandbox: &Sandbox) -> Client {
    let builder = Client::builder(sandbox.base_url().parse().unwrap());
    configure(sandbox, builder).build().unwrap()
}

#[tokio::test]
async fn sign_out_keeps_tokens_that_may_still_be_used() {
    #[track_caller]
    fn check(found: (StatusCode, usize), status: u16, kept: usize) {
        assert_eq!(found, (StatusCode::from_u16(status).unwrap(), kept));
    }
    for (faults, status, kept) in [
        (vec![], 204, 0),
        (vec![Fault::status(503)], 202, 1),
        (vec![Fault::status(503).times(2)], 202, 2),
        (vec![Fault::status(401), Fault::status(503)], 500, 2),
    ] {
        let sandbox = Sandbox::start_async().await;
        let grant = sandbox.issue_grant();
        for fault in faults {
            sandbox.fail_next(fault);
        }
        let [refresh_token, access_token] =
            [grant.refresh_token(), grant.access_token()].map(|text| Token::new(text).unwrap());
        let client = client(&sandbox);
        let mut again = Vec::new();
        let found = sign_out::sign_out(&client, refresh_token, access_token, &mut again).await;
        check((found, again.len()), status, kept);
        let exchanges = sandbox.exchanges();
        let hints: Vec<_> = exchanges.iter().map(|exchange| exchange.hint()).collect();
        assert_eq!(hints, [Some("refresh_token"), Some("access_token")]);
    }
}

#[tokio::test]
async fn lines_whose_token_may_still_be_used_are_returned() {
    let sandbox = Sandbox::start_async().await;
    let client = client(&sandbox);
    let tokens: Vec<_> = (0..3)
        .map(|_| sandbox.issue_grant().refresh_token().to_owned())
        .collect();
    sandbox.fail_next(Fault::status(403).for_token(&tokens[1]));
    let file = format!(
        "{}\nunknown\n{}\nno token\u{7}\n{}\n",
        tokens[0], tokens[1], tokens[2]
    );
    let lines = revoke_file::revoke_lines(&client, file.as_bytes())
        .await
        .unwrap();
    assert_eq!(lines, [3, 4]);
    let live: Vec<_> = tokens.iter().map(|token| sandbox.is_live(token)).collect();
    assert_eq!(live, [false, true, false]);

    let unreadable = [tokens[1].as_bytes(), b"\n\xff\n"].concat();
    revoke_file::revoke_lines(&client, &*unreadable)
        .await
        .unwrap_err();
    assert!(!sandbox.is_live(&tokens[1]));
}

#[cfg(feature = "blocking")]
#[test]
fn blocking_calls_are_repeated_while_that_can_help() {
    let sandbox = Sandbox::start();
    let builder = digilocker::blocking::Client::builder(sandbox.base_url().parse().unwrap());
    let client = configure(&sandbox, builder).build().unwrap();
    let fault = Fault::status(503).retry_after(std::time::Duration::ZERO);
    let token = Token::new(sandbox.issue_grant().refresh_token()).unwrap();

    sandbox.fail_next(fault.clone().times(2));
    blocking::revoke(&client, &token, 2).unwrap_err();
    sandbox.fail_next(fault);
    assert!(blocking::revoke(&client, &token, 2).unwrap().is_some());
    assert!(blocking::revoke(&client, &token, 2).unwrap().is_none());
    sandbox.fail_next(Fault::status(403));
    blocking::revoke(&client, &token, 2).unwrap_err();
    assert_eq!(sandbox.requests(), 6);
}
