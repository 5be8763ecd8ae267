use std::collections::HashSet;
use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, Ipv6Addr, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use digilocker_mock::{Fault, Grant, Sandbox};

use crate::support::revoke;

#[test]
fn a_dropped_sandbox_has_closed_its_connections() {
    // Several times: the thread of the server may be fast.
    for _ in 0..20 {
        let sandbox = Sandbox::start();
        let address = sandbox.base_url().strip_prefix("http://").unwrap();
        let mut connection = TcpStream::connect(address).unwrap();
        connection.set_nonblocking(true).unwrap();
        drop(sandbox);
        let read = connection.read(&mut [0]).map_err(|error| error.kind());
        assert_ne!(read, Err(ErrorKind::WouldBlock));
    }
}

#[test]
fn grants_can_have_chosen_tokens() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant_with("access 1", String::from("refresh/1"));
    assert_eq!(grant.access_token(), "access 1");
    assert_eq!(grant.refresh_token(), "refresh/1");
    assert!(sandbox.is_live("access 1") && sandbox.is_live("refresh/1"));
    assert_eq!(revoke(&sandbox, "refresh/1").status(), 200);
    assert!(!sandbox.is_live("access 1"));
    sandbox.verify();
}

#[test]
fn grants_with_unusable_tokens_are_refused_without_quoting_them() {
    let sandbox = Sandbox::start();
    let issued = sandbox.issue_grant();
    sandbox.issue_grant_with("one", "two");
    for (access, refresh, reason) in [
        ("", "b", "the access token is invalid: "),
        ("a", "sécret", "the refresh token is invalid: "),
        ("a", "secret\n", "the refresh token is invalid: "),
        (
            "secret",
            "secret",
            "the access token is equal to the refresh token",
        ),
        (
            issued.refresh_token(),
            "b",
            "the access token is already issued",
        ),
        ("a", "one", "the refresh token is already issued"),
    ] {
        let error = sandbox.try_issue_grant_with(access, refresh).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with(reason), "{message}");
        assert!(
            !message.contains("cret\n") && !message.contains("sécret"),
            "{message}"
        );
        let panicking = || sandbox.issue_grant_with(access, refresh);
        catch_unwind(AssertUnwindSafe(panicking)).unwrap_err();
    }
    assert_eq!(sandbox.last_grants(usize::MAX).len(), 2);
    assert!(!sandbox.is_live("a") && !sandbox.is_live("b"));
}

#[test]
fn grants_are_listed_with_their_state() {
    let sandbox = Sandbox::start();
    let [first, second] = [(); 2].map(|()| sandbox.issue_grant());
    revoke(&sandbox, second.refresh_token());
    let grants = sandbox.last_grants(usize::MAX);
    let listed: Vec<_> = grants.iter().map(|one| (one.number, one.live)).collect();
    assert_eq!(listed, [(1, true), (2, false)]);
    assert_eq!(grants[0].grant.access_token(), first.access_token());
    assert_eq!(grants[0].grant.refresh_token(), first.refresh_token());
    assert_eq!(
        format!("{:?}", grants[0]),
        "GrantStatus { number: 1, live: true, grant: Grant(…) }"
    );
    assert_eq!(sandbox.live_grants(), 1);
    let last = sandbox.last_grants(1);
    assert_eq!((last.len(), last[0].number), (1, 2));
    assert_eq!(sandbox.last_grants(0).len(), 0);
}

fn texts(sandbox: &Sandbox, grants: &[Grant]) -> Vec<String> {
    let tokens = grants
        .iter()
        .flat_map(|grant| [grant.access_token(), grant.refresh_token()]);
    let own = [sandbox.client_id(), sandbox.client_secret()];
    own.into_iter().chain(tokens).map(str::to_owned).collect()
}

#[test]
fn credentials_and_tokens_are_a_function_of_the_seed() {
    let run = |seed| {
        let sandbox = Sandbox::builder().seed(seed).start();
        texts(&sandbox, &[sandbox.issue_grant(), sandbox.issue_grant()])
    };
    assert_eq!(run(7), run(7));
    let all: HashSet<String> = run(7).into_iter().chain(run(8)).collect();
    assert_eq!(all.len(), 12);
    let explicit = Sandbox::builder().client("id", "secret").seed(7).start();
    assert_eq!(explicit.client_secret(), "secret");
}

#[test]
fn generated_tokens_differ_from_chosen_tokens() {
    let next = Sandbox::builder().seed(7).start().issue_grant();
    let sandbox = Sandbox::builder().seed(7).start();
    sandbox.issue_grant_with(next.access_token(), "b");
    assert_ne!(sandbox.issue_grant().access_token(), next.access_token());
    assert_eq!(sandbox.last_grants(usize::MAX).len(), 2);
}

#[test]
fn reset_forgets_all_but_the_credentials() {
    let sandbox = Sandbox::builder().seed(7).start();
    let secret = sandbox.client_secret().to_owned();
    let before = sandbox.issue_grant();
    sandbox.issue_grant_with("a", "b");
    revoke(&sandbox, "a");
    reqwest::blocking::get(sandbox.base_url()).unwrap();
    sandbox.fail_next(Fault::status(503));
    sandbox.fail_randomly(1, 1.0, Fault::status(503));
    sandbox.reset();

    assert_eq!(sandbox.requests(), 0);
    assert_eq!(sandbox.exchanges().len(), 0);
    assert_eq!(sandbox.coverage().covered(), [""; 0]);
    assert_eq!(sandbox.last_grants(usize::MAX).len(), 0);
    assert_eq!(sandbox.live_grants(), 0);
    assert!(!sandbox.is_live(before.access_token()));
    sandbox.verify();
    assert_eq!(sandbox.client_secret(), secret);

    let after = sandbox.issue_grant_with("a", "b");
    assert_eq!(revoke(&sandbox, after.access_token()).status(), 200);
    assert_eq!(sandbox.exchanges()[0].number(), 1);
    // Tokens from before the reset are not issued again.
    assert_ne!(sandbox.issue_grant().access_token(), before.access_token());
}

#[test]
fn reset_can_keep_the_coverage() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    revoke(&sandbox, grant.access_token());
    reqwest::blocking::get(sandbox.base_url()).unwrap();
    let before = sandbox.coverage().to_string();
    sandbox.reset_keeping_coverage();
    assert_eq!(sandbox.coverage().to_string(), before);
    assert_eq!(sandbox.requests(), 0);
    assert_eq!(sandbox.live_grants(), 0);
    sandbox.verify();
    revoke(&sandbox, grant.access_token());
    sandbox.require_coverage(["status:200", "status:400", "status:404"]);
    sandbox.reset();
    assert_eq!(sandbox.coverage().covered(), [""; 0]);
}

#[test]
fn many_grants_have_distinct_tokens() {
    let sandbox = Sandbox::start();
    let grants = sandbox.issue_grants(1_000);
    let tokens: HashSet<&str> = grants
        .iter()
        .flat_map(|grant| [grant.access_token(), grant.refresh_token()])
        .collect();
    assert_eq!(tokens.len(), 2_000);
    assert!(tokens.iter().all(|token| sandbox.is_live(token)));
    assert_eq!(revoke(&sandbox, grants[999].refresh_token()).status(), 200);
    assert_eq!(sandbox.live_grants(), 999);
}

#[test]
fn public_url_is_shown_instead_of_the_address() {
    let sandbox = Sandbox::builder()
        .public_url("http://sandbox.test:4010/")
        .start();
    assert_eq!(sandbox.base_url(), "http://sandbox.test:4010");
    let path = "/public/oauth2/1/revoke";
    assert_eq!(sandbox.endpoint(), format!("{}{path}", sandbox.base_url()));
    let url = format!("http://{}{path}", sandbox.address());
    assert_eq!(reqwest::blocking::get(url).unwrap().status(), 405);
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

#[test]
fn every_change_is_notified() {
    let sandbox = Sandbox::start();
    let changes: [&dyn Fn(); 6] = [
        &|| drop(sandbox.issue_grant()),
        &|| sandbox.fail_next(Fault::status(503)),
        &|| drop(revoke(&sandbox, "abc")),
        &|| drop(reqwest::blocking::get(sandbox.base_url()).unwrap()),
        &|| sandbox.clear_faults(),
        &|| sandbox.reset(),
    ];
    let mut revision = 0;
    for change in changes {
        let mut waiting = pin!(sandbox.changed_since(revision));
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        change();
        let Poll::Ready(next) = waiting.as_mut().poll(&mut context) else {
            panic!("not notified");
        };
        assert_ne!(next, revision);
        revision = next;
    }
    // A revision of another sandbox counts as a change.
    assert_eq!(block_on(sandbox.changed_since(u64::MAX)), revision);
}

#[test]
fn listens_on_the_chosen_address() {
    let sandbox = Sandbox::builder().address(Ipv4Addr::UNSPECIFIED).start();
    assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
    assert_eq!(revoke(&sandbox, "abc").status(), 400);
    // Other systems have only one address of the loopback interface.
    if cfg!(target_os = "linux") {
        let other = Sandbox::builder().address(Ipv4Addr::new(127, 0, 0, 2));
        let other = other.start();
        assert!(other.base_url().starts_with("http://127.0.0.2:"));
        assert_eq!(revoke(&other, "abc").status(), 400);
    }
    // If the system has IPv6.
    if let Ok(sandbox) = Sandbox::builder().address(Ipv6Addr::LOCALHOST).try_start() {
        assert!(sandbox.base_url().starts_with("http://[::1]:"));
        assert_eq!(revoke(&sandbox, "abc").status(), 400);
    }
    // An address of no interface (RFC 5737).
    let elsewhere = Sandbox::builder().address(Ipv4Addr::new(192, 0, 2, 1));
    elsewhere.try_start().unwrap_err();
}

#[test]
fn port_in_use_is_an_error() {
    let first = Sandbox::start();
    let port = first.address().port();
    let second = Sandbox::builder().port(port).try_start();
    assert_eq!(second.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
}
