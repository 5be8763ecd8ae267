//! Whatever happens, what comes out holds no secret: not the results, not the logs.

use std::error::Error as _;
use std::fmt::{Debug, Write as _};
use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use digilocker::{Credentials, Error, Revoked};
use integration_tests::{SECRET, TOKEN, answer};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tracing_subscriber::fmt::MakeWriter;

use crate::table::{Row, Server, rows, run_with};

/// What a form leaves as it is.
const FORM: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'*')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_');

/// Each form in which a secret could come out.
fn forms(secret: &str) -> Vec<String> {
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

/// What must not come out: the secrets, and the header that holds them.
fn all_forms() -> Vec<String> {
    let encoded = |text| utf8_percent_encode(text, FORM).to_string();
    let mut all = forms(TOKEN);
    all.extend(forms(SECRET));
    all.push(STANDARD_NO_PAD.encode(format!("client-id:{}", encoded(SECRET))));
    all.push(STANDARD_NO_PAD.encode(format!("client-id:{SECRET}")));
    all
}

#[track_caller]
fn assert_clean(what: &str, text: &str) {
    let text = text.to_ascii_lowercase();
    for form in all_forms() {
        assert!(
            !text.contains(&form.to_ascii_lowercase()),
            "{what}: {form} is in {text}"
        );
    }
}

fn everything(result: &Result<Revoked, Error>) -> String {
    fn debug(value: &impl Debug) -> String {
        format!("{value:?}\n{value:#?}\n")
    }
    match result {
        Ok(revoked) => debug(revoked),
        Err(error) => {
            let mut text = format!("{error}\n{error:#}\n{}", debug(error));
            let mut source = error.source();
            while let Some(cause) = source {
                writeln!(text, "{cause}\n{cause:#}\n{cause:?}\n{cause:#?}").unwrap();
                source = cause.source();
            }
            text
        }
    }
}

/// What the subscriber wrote.
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

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Rows in which the server says what it was told.
fn echoes() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut echoed = all_forms();
    // Cut short, as a server would quote it.
    echoed.push(TOKEN[..14].to_owned());
    echoed.push(SECRET[..14].to_owned());
    for echo in echoed {
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
                rows.push(super::http::row(
                    "",
                    answer(status, &[], body),
                    super::table::revoked(0, 0),
                ));
            }
        }
    }
    let header = format!("location: /?token={TOKEN}");
    rows.push(super::http::row(
        "",
        answer(302, &[&header], ""),
        super::table::revoked(0, 0),
    ));
    rows
}

#[tokio::test]
async fn no_fault_brings_a_secret_out() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(log.clone())
        .finish();
    let _ = tracing_log::LogTracer::init();
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let table = rows().into_iter().flat_map(|(_, rows)| rows);
    let ways: [fn() -> Credentials; 3] = [
        || Credentials::basic("client-id", SECRET),
        || Credentials::basic_unencoded("client-id", SECRET),
        || Credentials::body("client-id", SECRET),
    ];
    let mut answered = 0;
    for (number, Row { fault, server, .. }) in table.chain(echoes()).enumerate() {
        // The way changes from row to row: three times all rows would only take longer.
        let credentials = ways[number % ways.len()]();
        let sent = matches!(server, Server::Wire(_));
        let (result, requests) = run_with(server, Some(credentials)).await;
        assert_clean(fault, &everything(&result));
        answered += requests
            .iter()
            .filter(|request| sent && is_marked(request))
            .count();
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_clean("log", &log);

    // What this test is about did happen.
    assert!(answered > 500, "{answered} requests held the token");
    assert!(log.contains("revoke{server=\"http://127.0.0.1:"), "no span");
    assert!(log.contains("attempt failed"), "no event of a failure");
    assert!(
        log.contains(": revoked attempt=1 status=200"),
        "no event of a success"
    );
}

fn is_marked(request: &str) -> bool {
    let forms = forms(TOKEN);
    forms.iter().any(|form| request.contains(form))
}
