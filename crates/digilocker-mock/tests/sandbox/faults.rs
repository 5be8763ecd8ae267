use std::panic;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use digilocker_mock::{Fault, Sandbox, SandboxError};
use serde_json::{Value, json};

use crate::support::{authenticated, post, revoke, violations, wait_for_request};

#[test]
fn faults_are_queued_and_then_responses_are_real() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    sandbox.fail_next(Fault::status(500).times(0));
    sandbox.fail_next(Fault::status(503).times(2));
    sandbox.fail_next(Fault::status(429));
    let statuses: Vec<u16> = (0..5)
        .map(|_| revoke(&sandbox, grant.access_token()).status().as_u16())
        .collect();
    assert_eq!(statuses, [503, 503, 429, 200, 400]);
    sandbox.verify();
}

#[test]
fn requests_with_faults_are_validated() {
    let sandbox = Sandbox::start();
    sandbox.fail_next(Fault::disconnect());
    post(&sandbox).send().unwrap_err();
    assert_eq!(violations(&sandbox), ["`Content-Type` is missing"]);
}

#[test]
fn undocumented_status_has_no_body() {
    let sandbox = Sandbox::start();
    sandbox.fail_next(Fault::status(599));
    let response = revoke(&sandbox, "abc");
    assert!(!response.headers().contains_key("content-type"));
    assert_eq!(response.text().unwrap(), "");
}

#[test]
fn bodies_and_headers_are_sent_as_given() {
    let sandbox = Sandbox::start();
    sandbox.fail_next(
        Fault::status(503)
            .body(vec![0xff, 0x00])
            .header("x-twice", "1")
            .header("x-twice", [0xe9]),
    );
    let response = revoke(&sandbox, "abc");
    assert!(!response.headers().contains_key("content-type"));
    let twice: Vec<&[u8]> = response
        .headers()
        .get_all("x-twice")
        .iter()
        .map(reqwest::header::HeaderValue::as_bytes)
        .collect();
    assert_eq!(twice, [&b"1"[..], &b"\xe9"[..]]);
    assert_eq!(*response.bytes().unwrap(), [0xff, 0x00]);
}

#[test]
fn errors_can_have_both_formats() {
    let sandbox = Sandbox::start();
    sandbox.fail_next(Fault::envelope(418, "TEAPOT", "Short and stout"));
    sandbox.fail_next(Fault::rfc6749(418, "teapot", "Short and stout"));
    let bodies: Vec<Value> = (0..2)
        .map(|_| revoke(&sandbox, "abc").json().unwrap())
        .collect();
    assert_eq!(
        bodies,
        [
            json!({ "success": false, "error": { "code": "TEAPOT", "message": "Short and stout" } }),
            json!({ "error": "teapot", "error_description": "Short and stout" }),
        ]
    );
}

#[test]
fn retry_after_is_whole_seconds_rounded_up() {
    let sandbox = Sandbox::start();
    let longest = u64::MAX.to_string();
    for (wait, seconds) in [
        (Duration::ZERO, "0"),
        (Duration::from_millis(1), "1"),
        (Duration::from_secs(1), "1"),
        (Duration::from_millis(1001), "2"),
        (Duration::MAX, &longest),
    ] {
        sandbox.fail_next(Fault::status(503).retry_after(wait));
        assert_eq!(revoke(&sandbox, "abc").headers()["retry-after"], seconds);
    }
}

#[test]
fn lost_success_revokes_and_plain_disconnect_does_not() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    let send = || {
        authenticated(&sandbox)
            .json(&json!({ "token": grant.access_token() }))
            .send()
    };
    sandbox.fail_next(Fault::disconnect());
    send().unwrap_err();
    assert!(sandbox.is_live(grant.access_token()));
    sandbox.fail_next(Fault::lost_success());
    send().unwrap_err();
    assert!(!sandbox.is_live(grant.refresh_token()));
    assert_eq!(send().unwrap().status(), 400);
    assert_eq!(sandbox.requests(), 3);
    sandbox.verify();
}

#[test]
fn after_revoking_applies_to_valid_requests_only() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    sandbox.fail_next(Fault::status(504).after_revoking().times(2));
    let unauthenticated = post(&sandbox).json(&json!({ "token": grant.access_token() }));
    assert_eq!(unauthenticated.send().unwrap().status(), 504);
    assert!(sandbox.is_live(grant.access_token()));
    assert_eq!(revoke(&sandbox, grant.access_token()).status(), 504);
    assert!(!sandbox.is_live(grant.access_token()));
}

#[test]
fn delayed_response_blocks_no_other_request() {
    let sandbox = Sandbox::start();
    let [late, prompt] = [(); 2].map(|()| sandbox.issue_grant());
    sandbox.fail_next(Fault::slow(Duration::from_secs(3600)));
    let request = authenticated(&sandbox).json(&json!({ "token": late.access_token() }));
    thread::scope(|scope| {
        let (done, waiting) = mpsc::channel();
        scope.spawn(move || done.send(request.send().is_err()).unwrap());
        wait_for_request(&sandbox);
        assert_eq!(revoke(&sandbox, prompt.access_token()).status(), 200);
        assert!(!sandbox.is_live(late.access_token()));
        // Dropping the sandbox does not wait for delayed responses.
        drop(sandbox);
        assert!(waiting.recv().unwrap());
    });
}

#[test]
fn delayed_response_is_the_real_one() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    sandbox.fail_next(Fault::slow(Duration::from_millis(1)).header("x-late", "yes"));
    let response = revoke(&sandbox, grant.access_token());
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-late"], "yes");
    assert_eq!(response.json::<Value>().unwrap()["success"], true);
    sandbox.require_coverage(["status:200"]);
}

fn hits(seed: u64, ratio: f64) -> Vec<usize> {
    let sandbox = Sandbox::builder().unknown_tokens_succeed().start();
    sandbox.fail_randomly(seed, ratio, Fault::status(503));
    (0..60)
        .filter(|_| revoke(&sandbox, "abc").status() == 503)
        .collect()
}

#[test]
fn random_faults_are_a_function_of_the_seed() {
    let third = hits(1, 1.0 / 3.0);
    assert_eq!(third, hits(1, 1.0 / 3.0));
    assert_ne!(third, hits(2, 1.0 / 3.0));
    assert!((10..=30).contains(&third.len()), "{third:?}");
    assert_eq!(hits(1, 0.0).len(), 0);
    assert_eq!(hits(1, 1.0).len(), 60);
}

#[test]
fn queued_faults_come_before_random_faults() {
    let sandbox = Sandbox::start();
    sandbox.fail_randomly(1, 1.0, Fault::status(503));
    sandbox.fail_next(Fault::status(429));
    assert_eq!(revoke(&sandbox, "abc").status(), 429);
    assert_eq!(revoke(&sandbox, "abc").status(), 503);
    sandbox.fail_randomly(1, 0.0, Fault::status(503));
    assert_eq!(revoke(&sandbox, "abc").status(), 400);
    assert!(sandbox.pending_faults().is_empty());
}

#[test]
fn faults_that_http_does_not_allow_are_refused() {
    for status in [0, 100, 199, 1000] {
        panic::catch_unwind(|| Fault::status(status)).unwrap_err();
    }
    panic::catch_unwind(|| Fault::status(200).header("a b", "")).unwrap_err();
    panic::catch_unwind(|| Fault::status(200).header("a", "\n")).unwrap_err();
    // The server sets these two, and panics if they do not fit the body.
    for name in ["Content-Length", "transfer-encoding"] {
        panic::catch_unwind(|| Fault::status(200).header(name, "7")).unwrap_err();
    }
    let reason = |result: Result<Fault, SandboxError>| result.unwrap_err().to_string();
    assert_eq!(
        reason(Fault::try_status(100)),
        "a response cannot have the status 100: use one from 200 to 999"
    );
    let header = |name, value: &str| reason(Fault::status(200).try_header(name, value));
    assert_eq!(header("a b", ""), "not a valid header name: `a b`");
    assert_eq!(
        header("a", "secret\n"),
        "not a valid value of the header `a`"
    );
    assert_eq!(
        header("Content-Length", "7"),
        "`content-length` is set by the server: leave it out"
    );
    let sandbox = Sandbox::start();
    for ratio in [-0.1, 1.1, f64::NAN] {
        let fail = panic::AssertUnwindSafe(|| {
            sandbox.fail_randomly(1, ratio, Fault::disconnect());
        });
        panic::catch_unwind(fail).unwrap_err();
    }
}

#[test]
fn fault_for_one_token_is_skipped_by_others() {
    let sandbox = Sandbox::start();
    let [first, second] = [(); 2].map(|()| sandbox.issue_grant());
    sandbox.fail_next(Fault::status(503).for_token(first.access_token()).times(2));
    sandbox.fail_next(Fault::status(429));
    assert_eq!(revoke(&sandbox, second.access_token()).status(), 429);
    assert_eq!(revoke(&sandbox, second.access_token()).status(), 200);
    // A request without a token does not get it either.
    assert_eq!(authenticated(&sandbox).send().unwrap().status(), 415);
    assert_eq!(revoke(&sandbox, first.access_token()).status(), 503);
    assert_eq!(revoke(&sandbox, first.refresh_token()).status(), 200);
    // A request without credentials gets it, too.
    let unauthenticated = post(&sandbox).json(&json!({ "token": first.access_token() }));
    assert_eq!(unauthenticated.send().unwrap().status(), 503);
    assert_eq!(revoke(&sandbox, first.access_token()).status(), 400);
}

#[test]
fn random_fault_can_be_for_one_token() {
    let sandbox = Sandbox::start();
    sandbox.fail_randomly(1, 1.0, Fault::status(503).for_token("abc"));
    assert_eq!(revoke(&sandbox, "abc").status(), 503);
    assert_eq!(revoke(&sandbox, "abcd").status(), 400);
}

#[test]
fn held_response_is_sent_on_release() {
    let sandbox = Sandbox::start();
    // Has no effect on later requests.
    sandbox.release_held();
    let [held, other] = [(); 2].map(|()| sandbox.issue_grant());
    sandbox.fail_next(Fault::held());
    thread::scope(|scope| {
        let call = scope.spawn(|| revoke(&sandbox, held.access_token()).status());
        wait_for_request(&sandbox);
        assert!(!sandbox.is_live(held.access_token()));
        assert_eq!(sandbox.exchanges()[0].fault(), Some("real response, held"));
        assert_eq!(revoke(&sandbox, other.access_token()).status(), 200);
        assert!(!call.is_finished());
        sandbox.release_held();
        assert_eq!(call.join().unwrap(), 200);
    });
}

/// A client that does not wait for a response does not see its status.
#[test]
fn any_fault_can_be_held_until_a_reset() {
    let sandbox = Sandbox::start();
    sandbox.fail_next(Fault::status(503).hold());
    assert_eq!(sandbox.pending_faults(), ["status 503, held"]);
    thread::scope(|scope| {
        let call = scope.spawn(|| revoke(&sandbox, "abc").status());
        wait_for_request(&sandbox);
        let coverage = sandbox.coverage();
        assert!(coverage.covered().contains(&"auth:basic"), "{coverage}");
        assert!(coverage.missing().contains(&"status:503"), "{coverage}");
        sandbox.reset();
        assert_eq!(call.join().unwrap(), 503);
    });
}

/// RFC 9110 section 15.5.2: a 401 must have a challenge.
#[test]
fn an_injected_401_has_a_challenge() {
    let sandbox = Sandbox::start();
    sandbox.fail_next(Fault::status(401));
    sandbox.fail_next(Fault::status(401).header("www-authenticate", "Bearer"));
    let challenges = |response: reqwest::blocking::Response| {
        let values = response
            .headers()
            .get_all("www-authenticate")
            .iter()
            .cloned();
        values.collect::<Vec<_>>()
    };
    assert_eq!(
        challenges(revoke(&sandbox, "abc")),
        ["Basic realm=\"digilocker\""]
    );
    assert_eq!(challenges(revoke(&sandbox, "abc")), ["Bearer"]);
}
