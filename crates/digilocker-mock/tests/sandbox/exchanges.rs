use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use digilocker_mock::{Exchange, Fault, Sandbox};
use serde_json::json;

use crate::support::{authenticated, client, invalid_hint, post, revoke, spec, url};

fn last(sandbox: &Sandbox) -> Exchange {
    sandbox.exchanges().pop().unwrap()
}

/// Sends the same request many times over one connection.
fn send_many(sandbox: &Sandbox, count: usize) {
    let address = sandbox.base_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    for batch in 0..count.div_ceil(100) {
        let requests = (count - batch * 100).min(100);
        let request = "GET /unknown HTTP/1.1\r\nhost: sandbox\r\n\r\n";
        stream
            .write_all(request.repeat(requests).as_bytes())
            .unwrap();
        let mut received = Vec::new();
        while received
            .windows(13)
            .filter(|w| w == b"HTTP/1.1 404 ")
            .count()
            < requests
            || !received.ends_with(b"}")
        {
            let mut buffer = vec![0; 65_536];
            let n = stream.read(&mut buffer).unwrap();
            assert_ne!(n, 0);
            received.extend_from_slice(&buffer[..n]);
        }
    }
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
fn only_documented_hints_are_shown() {
    let sandbox = Sandbox::start();
    for (hint, shown) in [
        (json!("access_token"), Some("access_token")),
        (json!(invalid_hint()), Some("other")),
        (json!(null), Some("other")),
    ] {
        let body = json!({ "token": "abc", "token_type_hint": hint });
        post(&sandbox).json(&body).send().unwrap();
        assert_eq!(last(&sandbox).hint(), shown);
    }
    revoke(&sandbox, "abc");
    assert_eq!(last(&sandbox).hint(), None);
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
fn deviations_are_recorded_and_verify_accepts_them() {
    let sandbox = Sandbox::builder().public_client().start();
    let form = [
        ("token", "abc"),
        ("client_id", sandbox.client_id()),
        ("client_secret", sandbox.client_secret()),
    ];
    assert_eq!(post(&sandbox).form(&form).send().unwrap().status(), 400);
    assert_eq!(
        last(&sandbox).deviations(),
        ["form encoding", "credentials in the body"]
    );
    let public = json!({ "token": "abc", "client_id": sandbox.client_id() });
    post(&sandbox).json(&public).send().unwrap();
    assert_eq!(last(&sandbox).deviations(), ["public client"]);
    sandbox.verify();
}

#[test]
fn the_number_of_exchanges_and_violations_is_limited() {
    let sandbox = Sandbox::start();
    send_many(&sandbox, 10_000);
    let exchanges = sandbox.exchanges();
    assert_eq!(exchanges.len(), 1_000);
    assert_eq!(exchanges[0].number(), 9_001);
    assert_eq!(exchanges[999].number(), 10_000);
    let violations = sandbox.violations();
    assert_eq!(violations.len(), 1_001);
    assert_eq!(violations[0], "earlier violations, no longer kept: 9000");
    assert!(
        violations[1].starts_with("request 9001: "),
        "{violations:?}"
    );
    assert_eq!(sandbox.requests(), 10_000);
    let message = verify_message(&sandbox);
    assert!(
        message.contains("\n  earlier violations, no longer kept: 9000\n"),
        "{message}"
    );
}

fn verify_message(sandbox: &Sandbox) -> String {
    let verify = std::panic::AssertUnwindSafe(|| sandbox.verify());
    let panic = std::panic::catch_unwind(verify).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

#[test]
fn journal_of_size_zero_keeps_nothing_and_verify_still_panics() {
    let sandbox = Sandbox::builder().journal_size(0).start();
    reqwest::blocking::get(sandbox.base_url()).unwrap();
    assert_eq!(sandbox.exchanges().len(), 0);
    assert_eq!(
        sandbox.violations(),
        ["earlier violations, no longer kept: 1"]
    );
    assert!(verify_message(&sandbox).ends_with("earlier violations, no longer kept: 1"));
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
fn violations_are_located_in_the_spec() {
    let sandbox = Sandbox::start();
    let locate = |request: reqwest::blocking::RequestBuilder| {
        request.send().unwrap();
        let exchange = last(&sandbox);
        exchange.violations()[0].spec_location.clone()
    };
    let operation = "#/paths/~1public~1oauth2~11~1revoke/post";
    for (request, location) in [
        (client().get(sandbox.base_url()), "#/paths".to_owned()),
        (
            client().get(url(&sandbox)),
            "#/paths/~1public~1oauth2~11~1revoke".into(),
        ),
        (
            authenticated(&sandbox),
            format!("{operation}/requestBody/content"),
        ),
        (
            authenticated(&sandbox).query(&[("a", "b")]),
            operation.into(),
        ),
        (
            authenticated(&sandbox).header("accept", "text/html"),
            format!("{operation}/responses"),
        ),
        (authenticated(&sandbox).header("x-a", "b"), operation.into()),
        (
            post(&sandbox)
                .bearer_auth("a")
                .json(&json!({ "token": "a" })),
            format!("{operation}/security"),
        ),
        (
            post(&sandbox)
                .header("authorization", "Basic !")
                .json(&json!({ "token": "a" })),
            "#/components/securitySchemes/clientBasic".into(),
        ),
        (
            authenticated(&sandbox).json(&json!({})),
            "#/components/schemas/RevocationRequest/required".into(),
        ),
        (
            authenticated(&sandbox).json(&json!({ "token": "\n" })),
            "#/components/schemas/Token/pattern".into(),
        ),
        (
            authenticated(&sandbox).json(&json!({ "token": "a", "token_type_hint": "b" })),
            "#/components/schemas/TokenTypeHint/enum".into(),
        ),
    ] {
        assert_eq!(locate(request), Some(location));
    }
    // A rule of OAuth 2.0 that is not in the document.
    let secret_only = post(&sandbox).form(&[("token", "a"), ("client_secret", "a")]);
    assert_eq!(locate(secret_only), None);

    let exchanges = sandbox.exchanges();
    for violation in exchanges.iter().flat_map(Exchange::violations) {
        if let Some(location) = &violation.spec_location {
            let pointer = location.strip_prefix('#').unwrap();
            assert!(spec().pointer(pointer).is_some(), "{location}");
        }
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

/// Headers that HTTP libraries, proxies and tracing add are not violations.
#[test]
fn headers_of_http_and_tracing_are_accepted() {
    let sandbox = Sandbox::start();
    let grant = sandbox.issue_grant();
    let mut request = authenticated(&sandbox).json(&json!({ "token": grant.access_token() }));
    for name in [
        "http2-settings",
        "x-request-id",
        "x-correlation-id",
        "b3",
        "x-b3-traceid",
        "x-amzn-trace-id",
    ] {
        request = request.header(name, "1");
    }
    request.send().unwrap();
    sandbox.verify();
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
