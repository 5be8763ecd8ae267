//! The log lines of a call.

use std::io;
use std::sync::{Arc, Mutex};

use tracing::Instrument as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::test_server::{response, serve};
use crate::{Client, RetryPolicy, Token};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The log of one call to a server with these responses, made inside a span of the caller.
async fn log(level: LevelFilter, responses: &[(u16, &str)]) -> String {
    let log = Log::default();
    let writer = log.clone();
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .without_time()
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone());
    let targets = Targets::new().with_default(LevelFilter::INFO);
    let targets = targets.with_target("digilocker", level);
    let subscriber = tracing_subscriber::registry().with(targets).with(layer);
    let _default = tracing::subscriber::set_default(subscriber);

    let responses = responses
        .iter()
        .map(|(status, body)| response(*status, body));
    let (url, _requests) = serve(responses.collect());
    let retry = RetryPolicy::default().max_attempts(2);
    let client = Client::builder(url.parse().unwrap())
        .retry(retry)
        .build()
        .unwrap();
    let span = tracing::info_span!(
        target: "caller",
        "caller",
        http.request.method = "GET",
        attempts = tracing::field::Empty,
        token_state = tracing::field::Empty
    );
    let call = async { client.revoke(Token::new("marker").unwrap()).await };
    let _ = call.instrument(span).await;
    drop(client);
    let log = log.0.lock().unwrap().clone();
    String::from_utf8(log).unwrap()
}

#[track_caller]
fn assert_contains(log: &str, parts: &[&str]) {
    for part in parts {
        assert!(log.contains(part), "{part}: {log}");
    }
}

#[tokio::test]
async fn a_call_is_one_span_with_one_event_an_attempt() {
    let log = log(LevelFilter::DEBUG, &[(503, ""), (200, "")]).await;
    let [failed, succeeded, call, _caller] = log.lines().collect::<Vec<_>>()[..] else {
        panic!("{log}")
    };
    assert_contains(
        failed,
        &[
            " WARN ",
            "attempt failed http.response.status_code=503 error.type=\"unavailable\"",
        ],
    );
    assert_contains(
        succeeded,
        &[
            "DEBUG ",
            "attempt succeeded http.response.status_code=200 http.request.resend_count=1",
        ],
    );
    assert_contains(
        call,
        &[
            "digilocker.call{otel.name=\"revoke_token\" otel.kind=\"client\" operation=\"revoke_token\"",
            "server.address=\"127.0.0.1\" server.port=",
            "http.request.method=\"POST\"",
            "attempts=2 token_state=\"revoked\"",
        ],
    );
}

#[tokio::test]
async fn the_last_failure_says_why_the_call_gives_up() {
    let log = log(LevelFilter::DEBUG, &[(503, ""), (503, "")]).await;
    assert_contains(
        &log,
        &[
            "http.request.resend_count=1 error.type=\"unavailable\" give_up=\"max_attempts\"",
            "attempts=2 token_state=\"live\"",
        ],
    );
}

#[tokio::test]
async fn a_failed_connection_is_logged_with_its_cause() {
    // A server without responses closes its port.
    let log = log(LevelFilter::DEBUG, &[]).await;
    assert_contains(&log, &["error.type=\"connect\" cause=\"Connection refused"]);
}

#[tokio::test]
async fn a_token_that_is_not_recognised_is_not_a_warning() {
    let log = log(
        LevelFilter::DEBUG,
        &[(400, r#"{"error": "invalid_token"}"#)],
    )
    .await;
    assert_contains(
        &log,
        &["DEBUG ", "attempt failed", "token_state=\"not_recognised\""],
    );
    assert!(!log.contains("WARN"), "{log}");
}

#[tokio::test]
async fn the_spans_of_the_caller_are_not_changed() {
    let log = log(LevelFilter::OFF, &[(200, "")]).await;
    let [caller] = log.lines().collect::<Vec<_>>()[..] else {
        panic!("{log}")
    };
    assert_contains(caller, &["caller{http.request.method=\"GET\"}: "]);
}
