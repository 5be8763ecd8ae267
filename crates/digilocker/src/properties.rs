//! Properties that hold for any input. They run as ordinary tests; CONTRIBUTING says how to fuzz with them.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bolero::check;
use http::header::{CONTENT_ENCODING, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use digilocker_client::types::{RevocationError, RevocationSuccess};

use crate::config::credentials::Authentication;
use crate::redact::{Encodings, Secrets, is_hidden};
use crate::response::Response;
use crate::response::headers::Head;
use crate::response::reply::Reply;
use crate::{Credentials, Environment, ErrorKind, Token, TokenState};

const TOKEN: &str = "2YotnFZFEjr1zCsicMWpAA";

/// A response of any status, any body, any `Retry-After`, encoded or not.
#[test]
fn any_response_is_classified_safely() {
    check!()
        .with_type::<(u16, Vec<u8>, Vec<u8>, bool)>()
        .for_each(|(status, body, wait, encoded)| {
            check_classification(*status, body, wait, *encoded);
        });
}

/// The same, with bodies that are nearly valid.
#[test]
fn any_json_response_is_classified_safely() {
    const PARTS: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"success\"",
        "\"revoked\"",
        "\"error\"",
        "\"code\"",
        "\"message\"",
        "\"data\"",
        "\"id\"",
        "\"created_at\"",
        "\"error_description\"",
        "\"errors\"",
        "\"status\"",
        "\"ok\"",
        "\"title\"",
        "\"\u{202e}x\"",
        "true",
        "false",
        "null",
        "0",
        "\"invalid_token\"",
        "\"VALIDATION_ERROR\"",
        "\"2025-01-01T00:00:00Z\"",
        "\"2YotnFZFEjr1zCsicMWpAA\"",
        " ",
        "\\u0000",
    ];
    check!()
        .with_type::<(u16, Vec<u8>)>()
        .for_each(|(status, parts)| {
            let body: String = parts
                .iter()
                .map(|part| PARTS[*part as usize % PARTS.len()])
                .collect();
            check_classification(*status, body.as_bytes(), b"", false);
        });
}

#[track_caller]
fn check_classification(status: u16, body: &[u8], wait: &[u8], encoded: bool) {
    let Ok(status) = StatusCode::from_u16(100 + status % 900) else {
        return;
    };
    let mut headers = HeaderMap::new();
    if let Ok(wait) = HeaderValue::from_bytes(wait) {
        headers.insert(RETRY_AFTER, wait);
    }
    if encoded {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let head = Head { status, headers };
    // As the generated method does, for the statuses that the spec documents.
    let reply = match status.as_u16() {
        200 => serde_json::from_slice::<RevocationSuccess>(body).map(Reply::from),
        _ => serde_json::from_slice::<RevocationError>(body).map(Reply::from),
    };
    let reply = reply.unwrap_or_else(|_| Reply::read(body));
    let none = Encodings::default();
    let response = Response {
        head: &head,
        secrets: Secrets::new(&none, TOKEN),
        sends_credentials: false,
    };
    match response.interpret(Ok(reply)) {
        Ok(revoked) => {
            assert!(
                matches!(status.as_u16(), 200 | 201 | 203 | 204 | 205),
                "{status}"
            );
            if let Ok(Value::Object(body)) = serde_json::from_slice(body) {
                for member in ["success", "revoked"] {
                    assert!(body.get(member).is_none_or(|value| {
                        [json!(true), json!("true"), json!(1), json!(null)].contains(value)
                    }));
                }
            }
            assert!(!revoked.id().is_some_and(|id| id.contains(TOKEN)));
        }
        Err(error) => {
            assert_eq!(error.status(), Some(status));
            assert_eq!(error.kind() == ErrorKind::Redirect, status.is_redirection());
            if status == 503 {
                assert_eq!(error.token_state(), TokenState::Live);
                assert!(error.is_retryable());
            }
            if error.token_state() == TokenState::NotRecognised {
                assert!(status == 400 || status.is_success(), "{status}");
            }
            for text in [error.code(), error.message()].into_iter().flatten() {
                assert!(!text.contains(TOKEN), "{text}");
                assert!(!text.contains(is_hidden), "{text:?}");
                assert!(text.len() <= 1024);
            }
        }
    }
}

#[test]
fn any_retry_after_is_a_bounded_wait_or_none() {
    check!()
        .with_type::<(Vec<u8>, u64)>()
        .for_each(|(value, now)| {
            let Ok(value) = HeaderValue::from_bytes(value) else {
                return;
            };
            let head = Head {
                status: StatusCode::OK,
                headers: HeaderMap::from_iter([(RETRY_AFTER, value)]),
            };
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now % (1 << 40));
            if let Some(wait) = head.retry_after(now) {
                assert!(wait <= Duration::from_secs(1 << 31));
            }
        });
}

#[test]
fn any_base_url_is_private_and_bare() {
    check!()
        .with_type::<(u8, String)>()
        .for_each(|(scheme, rest)| {
            let scheme = [
                "https://",
                "http://",
                "http://localhost",
                "https://[::1]",
                "",
            ][*scheme as usize % 5];
            let text = format!("{scheme}{rest}");
            let Ok(environment) = text.parse::<Environment>() else {
                return;
            };
            let base = environment.base_url();
            let url = url::Url::parse(base).unwrap();
            assert!(
                url.scheme() == "https"
                    || matches!(url.host_str(), Some("localhost" | "[::1]"))
                    || url.host_str().is_some_and(|host| host.starts_with("127.")),
                "{base}"
            );
            assert!(
                url.username().is_empty() && url.password().is_none(),
                "{base}"
            );
            assert!(url.query().is_none() && url.fragment().is_none(), "{base}");
            assert!(!base.ends_with('/'), "{base}");
            assert_eq!(base.parse::<Environment>().unwrap().base_url(), base);
        });
}

#[test]
fn any_token_is_kept_or_refused() {
    check!().with_type::<String>().for_each(|text| {
        let allowed = !text.is_empty()
            && text.chars().all(|character| matches!(character, ' '..='~'))
            && text.trim_matches(' ') == text
            && !text.to_ascii_lowercase().starts_with("bearer ")
            && !['"', '\'']
                .iter()
                .any(|quote| text.len() > 1 && text.starts_with(*quote) && text.ends_with(*quote));
        match Token::new(text.as_str()) {
            Ok(token) => {
                assert!(allowed, "{text:?}");
                assert_eq!(token.expose_secret(), text);
                assert_eq!(format!("{token:?}"), "Token(…)");
            }
            Err(_) => assert!(!allowed, "{text:?}"),
        }
    });
}

#[test]
fn any_basic_credentials_can_be_decoded() {
    check!()
        .with_type::<(String, String)>()
        .for_each(|(id, secret)| {
            let credentials = Credentials::basic(id.as_str(), secret.as_str());
            let Ok(Authentication { header, .. }) = credentials.prepare() else {
                let is_refused = |text: &str| text.is_empty() || text.contains(char::is_control);
                assert!(is_refused(id) || is_refused(secret));
                return;
            };
            let header = header.unwrap();
            assert!(header.is_sensitive());
            let encoded = header.to_str().unwrap().strip_prefix("Basic ").unwrap();
            let pair = String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap();
            assert!(!pair.contains(' ') && !pair.contains('+'), "{pair}");
            let (found_id, found_secret) = pair.split_once(':').unwrap();
            assert_eq!(
                percent_decode_str(found_id).decode_utf8().unwrap(),
                id.as_str()
            );
            assert_eq!(
                percent_decode_str(found_secret).decode_utf8().unwrap(),
                secret.as_str()
            );
        });
}

#[test]
fn no_secret_is_left_after_redaction() {
    check!()
        .with_type::<(String, String, String)>()
        .for_each(|(secret, before, after)| {
            if secret.is_empty() {
                return;
            }
            let clean = Secrets::new(&Encodings::default(), secret)
                .redact(format!("{before}{secret}{after}"), 1024);
            assert!(clean.len() <= 1024);
            // The text around a secret, or its replacement, may happen to contain it.
            if !"[redacted]".contains(secret.as_str()) && secret.len() > 3 {
                let rest = clean.replace("[redacted]", "");
                assert!(
                    !rest.contains(secret.as_str()) || !clean.contains(secret.as_str()),
                    "{clean:?}"
                );
            }
        });
}
