use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use digilocker_mock::{Exchange, Fault, Sandbox};
use serde_json::json;

use crate::support::{authenticated, client, post, revoke};

fn last(sandbox: &Sandbox) -> Exchange {
    sandbox.exchanges().pop().unwrap()
}

#[test]
fn exchange_describes_request_and_response() {
    let sandbox = Sandbox::start();
    let before: chrono::DateTime<chrono::Utc> = SystemTime::now().into();
    authenticated(&sandbox)
        .header(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        )
        .json(&json!({ "token": "abc", "token_type_hint": "refresh_token" }))
        .send()
        .unwrap();
    let exchange = last(&sandbox);
    assert_eq!(exchange.number(), 1);
    assert!((before..=SystemTime::now().into()).contains(&exchange.at()));
    assert_eq!(exchange.method(), "POST");
    assert_eq!(exchange.path(), "/public/oauth2/1/revoke");
    assert_eq!(exchange.encoding(), Some("json"));
    assert_eq!(exchange.authentication(), "basic");
    assert_eq!(exchange.hint(), Some("refresh_token"));
    assert_eq!(exchange.status(), Some(400));
    assert_eq!(exchange.fault(), None);
    assert_eq!(exchange.violations(), []);
    assert_eq!(exchange.deviations(), [""; 0]);
    let headers: Vec<_> = exchange.headers().collect();
    for expected in [
        ("content-type", Some("application/json")),
        ("accept", Some("*/*")),
        (
            "traceparent",
            Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ),
        ("authorization", None),
        ("host", None),
    ] {
        assert!(headers.contains(&expected), "{headers:?}");
    }
    let document = serde_json::to_value(&exchange).unwrap();
    assert_eq!(document["status"], 400);
    assert_eq!(document["violations"], json!([]));
}

#[test]
fn authentication_is_classified() {
    let sandbox = Sandbox::start();
    let check = |request: reqwest::blocking::RequestBuilder, expected: &str| {
        request.send().unwrap();
        assert_eq!(last(&sandbox).authentication(), expected);
    };
    let id = ("client_id", "x");
    let secret = ("client_secret", "y");
    check(post(&sandbox).form(&[("token", "a")]), "none");
    check(post(&sandbox).form(&[id, secret]), "body");
    check(post(&sandbox).form(&[id]), "public");
    check(post(&sandbox).form(&[secret]), "other");
    check(
        post(&sandbox).basic_auth("x", Some("y")).form(&[id]),
        "basic",
    );
    check(
        post(&sandbox)
            .basic_auth("x", Some("y"))
            .form(&[id, secret]),
        "other",
    );
    check(post(&sandbox).bearer_auth("x").form(&[id]), "other");
    check(post(&sandbox), "unknown");
    check(post(&sandbox).basic_auth("x", Some("y")), "basic");
}

#[test]
fn faults_and_lost_responses_are_recorded() {
    let sandbox = Sandbox::start();
    let token = sandbox.issue_grant().access_token().to_owned();
    sandbox.fail_next(Fault::status(503).delay(Duration::from_millis(1)).times(2));
    sandbox.fail_next(Fault::lost_success().for_token(&token));
    sandbox.fail_randomly(1, 0.5, Fault::slow(Duration::from_millis(2)));
    assert_eq!(
        sandbox.pending_faults(),
        [
            "status 503, delayed by 1ms, 2 times",
            "disconnect, after revoking, for one token",
            "real response, delayed by 2ms, at random (ratio 0.5)",
        ]
    );
    revoke(&sandbox, &token);
    assert_eq!(last(&sandbox).fault(), Some("status 503, delayed by 1ms"));
    assert_eq!(last(&sandbox).status(), Some(503));
    assert_eq!(sandbox.pending_faults()[0], "status 503, delayed by 1ms");
    revoke(&sandbox, &token);
    let lost = authenticated(&sandbox).json(&json!({ "token": token }));
    lost.send().unwrap_err();
    assert_eq!(last(&sandbox).status(), None);
    assert_eq!(
        last(&sandbox).fault(),
        Some("disconnect, after revoking, for one token")
    );
    assert_eq!(sandbox.pending_faults().len(), 1);
    sandbox.clear_faults();
    assert_eq!(sandbox.pending_faults(), [""; 0]);
}

#[test]
fn the_number_of_exchanges_and_violations_is_limited() {
    for size in [0, 2] {
        let sandbox = Sandbox::builder().journal_size(size).start();
        for _ in 0..5 {
            client().get(sandbox.base_url()).send().unwrap();
        }
        let numbers: Vec<_> = (sandbox.exchanges().iter()).map(Exchange::number).collect();
        assert_eq!(numbers, [4, 5][2 - size..]);
        assert_eq!(sandbox.requests(), 5);
        let first = format!("earlier violations, no longer kept: {}", 5 - size);
        assert_eq!(sandbox.violations()[0], first);
        assert_eq!(sandbox.violations().len(), 1 + size);
        let verify = std::panic::AssertUnwindSafe(|| sandbox.verify());
        let panic = std::panic::catch_unwind(verify).unwrap_err();
        let message = panic.downcast::<String>().unwrap();
        assert!(message.contains(&format!("\n  {first}")), "{message}");
    }
}

#[test]
fn a_public_client_is_a_deviation() {
    let sandbox = Sandbox::builder().public_client().start();
    let public = json!({ "token": "abc", "client_id": sandbox.client_id() });
    post(&sandbox).json(&public).send().unwrap();
    assert_eq!(last(&sandbox).deviations(), ["public client"]);
    sandbox.verify();
}

#[test]
fn violations_are_located_in_the_spec() {
    let sandbox = Sandbox::start();
    let operation = "#/paths/~1public~1oauth2~11~1revoke/post";
    for (request, location) in [
        (client().get(sandbox.base_url()), Some("#/paths".to_owned())),
        (
            authenticated(&sandbox),
            Some(format!("{operation}/requestBody/content")),
        ),
        (
            post(&sandbox)
                .header("authorization", "Basic !")
                .json(&json!({ "token": "a" })),
            Some("#/components/securitySchemes/clientBasic".to_owned()),
        ),
        (
            authenticated(&sandbox).json(&json!({ "token": "\n" })),
            Some("#/components/schemas/Token/pattern".to_owned()),
        ),
        // A rule of OAuth 2.0 that is not in the document.
        (
            post(&sandbox).form(&[("token", "a"), ("client_secret", "a")]),
            None,
        ),
    ] {
        request.send().unwrap();
        let exchange = last(&sandbox);
        assert_eq!(exchange.violations()[0].spec_location, location);
    }
}

#[test]
fn the_size_of_each_exchange_is_limited() {
    let sandbox = Sandbox::start();
    let mut request = authenticated(&sandbox);
    for n in 0..90 {
        request = request.header(format!("x-{n}"), "v".repeat(1_000));
    }
    let repeated = format!(
        "[{}{{}}]",
        r#"{"token":1,"token":2,"a":1,"a":2},"#.repeat(10_000)
    );
    request
        .header("user-agent", "word ".repeat(1_000))
        .header("content-type", "application/json")
        .body(repeated)
        .send()
        .unwrap();
    let path = "/segment".repeat(1_000);
    client()
        .get(format!("{}{path}", sandbox.base_url()))
        .send()
        .unwrap();
    for exchange in sandbox.exchanges() {
        let size = serde_json::to_string(&exchange).unwrap().len();
        assert!(size < 32_768, "{size}");
    }
}

#[test]
fn a_body_that_ends_early_is_a_violation_without_a_response() {
    let sandbox = Sandbox::start();
    let address = sandbox.base_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let path = "/public/oauth2/1/revoke";
    let head = format!("POST {path} HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n123");
    stream.write_all(head.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(stream.read(&mut [0; 1]).unwrap_or_default(), 0);
    let exchange = last(&sandbox);
    assert_eq!(exchange.status(), None);
    assert_eq!(exchange.violations()[0].what, "the body is incomplete");
    assert!(!sandbox.coverage().covered().contains(&"status:400"));
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let sandbox = Sandbox::start();
    for (size, status) in [(1024 * 1024, 400), (1024 * 1024 + 1, 413)] {
        let body = vec![b' '; size];
        let request = authenticated(&sandbox).header("content-type", "application/json");
        assert_eq!(
            request.body(body).send().unwrap().status(),
            status,
            "{size}"
        );
        assert_eq!(last(&sandbox).status(), Some(status), "{size}");
    }
    assert_eq!(
        last(&sandbox).violations()[0].what,
        "the body is larger than 1 MiB"
    );
}

#[test]
fn a_token_from_before_a_reset_stays_hidden() {
    let sandbox = Sandbox::start();
    let _grant = sandbox.issue_grant_with("tok.i-1", "tok.i-2");
    sandbox.reset();
    client()
        .get(format!("{}/tok.i-1", sandbox.base_url()))
        .send()
        .unwrap();
    assert_eq!(last(&sandbox).path(), "/…");
}
