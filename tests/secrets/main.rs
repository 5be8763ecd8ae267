//! No secret appears in a result or in the log, whatever the server does.
//!
//! A separate test binary, because the subscriber of the log is global.

#![allow(clippy::unwrap_used, reason = "tests: a panic says where")]

use std::error::Error as _;
use std::fmt::{Debug, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use digilocker::{Credentials, Error, Revoked};
use futures_util::{StreamExt as _, stream};
use integration_tests::failure_table::{Outcome, Row, sections};
use integration_tests::{Log, SECRET, TOKEN, response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that form encoding leaves unchanged.
const FORM: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'*')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_');

/// The secret in every encoding in which it could appear.
fn encodings(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).unwrap();
    let json = json.trim_matches('"').to_owned();
    let form = serde_urlencoded::to_string([("", secret)]).unwrap();
    vec![
        secret.to_owned(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        form.trim_start_matches('=').to_owned(),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        format!("{json:?}").trim_matches('"').to_owned(),
        json,
        format!("{secret:?}").trim_matches('"').to_owned(),
    ]
}

/// The secrets and the credentials of the `Authorization` header, in all encodings.
fn all_encodings() -> Vec<String> {
    let encoded = |text| utf8_percent_encode(text, FORM).to_string();
    let mut all = encodings(TOKEN);
    all.extend(encodings(SECRET));
    all.push(STANDARD_NO_PAD.encode(format!("client-id:{}", encoded(SECRET))));
    all.push(STANDARD_NO_PAD.encode(format!("client-id:{SECRET}")));
    all
}

/// The secrets truncated, as servers quote them.
fn prefixes() -> [String; 2] {
    [TOKEN, SECRET].map(|secret| secret[..14].to_owned())
}

#[track_caller]
fn assert_clean(what: &str, text: &str) {
    let text = text.to_ascii_lowercase();
    for encoding in all_encodings().into_iter().chain(prefixes()) {
        assert!(
            !text.contains(&encoding.to_ascii_lowercase()),
            "{what}: {encoding} is in {text}"
        );
    }
}

fn all_output(result: &Result<Revoked, Error>) -> String {
    fn debug(value: &impl Debug) -> String {
        format!("{value:?}\n{value:#?}\n")
    }
    match result {
        Ok(revoked) => debug(revoked),
        Err(error) => {
            let mut text = format!("{error}\n{error:#}\n{}", debug(error));
            let mut source = error.source();
            while let Some(error) = source {
                writeln!(text, "{error}\n{error:#}\n{error:?}\n{error:#?}").unwrap();
                source = error.source();
            }
            text
        }
    }
}

/// A placeholder: the outcome of these rows is not checked.
const IGNORED: Outcome = Outcome::Revoked {
    status: 0,
    attempts: 0,
    is_confirmed: false,
};

/// Rows in which the server echoes a secret.
fn echoes() -> Vec<Row> {
    let mut rows = Vec::new();
    for echo in all_encodings().into_iter().chain(prefixes()) {
        let echo = serde_json::to_string(&format!("no such token: {echo}")).unwrap();
        for status in [200, 400, 401, 500] {
            for body in [
                format!(r#"{{"success": false, "error": {{"code": "E", "message": {echo}}}}}"#),
                format!(r#"{{"success": false, "error": {{"code": {echo}, "message": "m"}}}}"#),
                format!(r#"{{"error": {echo}, "error_description": {echo}}}"#),
                format!(
                    r#"{{"success": true, "data": {{"id": {echo}, "created_at": "2025-01-01T00:00:00Z"}}}}"#
                ),
                format!(r#"{{"success": true, "data": {{"id": {echo}}}}}"#),
                echo.clone(),
            ] {
                rows.push(Row::response("echo", response(status, &[], body), IGNORED));
            }
        }
    }
    for (status, name) in [
        (302, "location"),
        (200, "x-request-id"),
        (500, "x-request-id"),
    ] {
        let header = format!("{name}: /?token={TOKEN}");
        let response = response(status, &[&header], "");
        rows.push(Row::response("echo", response, IGNORED));
    }
    rows
}

/// A builder that logs what each connection sends and receives.
fn verbose_connection() -> Row {
    Row::response("verbose connection", response(200, &[], ""), IGNORED)
        .configure(|builder| builder.http(reqwest::Client::builder().connection_verbose(true)))
}

#[tokio::test]
async fn no_secret_appears_in_results_or_logs() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    let _ = tracing_log::LogTracer::init();
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let table = sections().into_iter().flat_map(|section| section.rows);
    let credentials: [fn() -> Credentials; 3] = [
        || Credentials::basic("client-id", SECRET),
        || Credentials::basic_unencoded("client-id", SECRET),
        || Credentials::body("client-id", SECRET),
    ];
    let rows = table.chain(echoes()).chain([verbose_connection()]);
    let rows = rows.enumerate().map(|(number, row)| {
        // One method per row: three runs of every row would take longer and find nothing more.
        let credentials = credentials[number % credentials.len()]();
        let name = row.name.clone();
        async move {
            let (result, requests) = row.run(Some(credentials)).await;
            assert_clean(&name, &all_output(&result));
            requests.iter().filter(|request| is_marked(request)).count()
        }
    });
    // Concurrent, because some rows wait for a timeout.
    let marked: usize = stream::iter(rows)
        .buffer_unordered(16)
        .fold(0, |sum, marked| async move { sum + marked })
        .await;
    let log = log.text();
    assert_clean("log", &log);

    // The test proves nothing unless requests carried the token and the log has spans and events.
    assert!(marked > 500, "{marked} requests contained the token");
    // The names of OpenTelemetry's semantic conventions for HTTP clients.
    for field in [
        r#"server.address="127.0.0.1""#,
        r#"http.request.method="POST""#,
        "http.response.status_code=200",
        "http.request.resend_count=1",
        r#"error.type="unavailable""#,
        r#"token_state="unknown""#,
    ] {
        assert!(log.contains(field), "no {field}");
    }
}

fn is_marked(request: &str) -> bool {
    let encodings = encodings(TOKEN);
    encodings.iter().any(|encoding| request.contains(encoding))
}
