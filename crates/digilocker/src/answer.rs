//! From an answer to what it means: the one place that knows.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use digilocker_client::types::RevocationSuccess;
use http::header::{CONTENT_ENCODING, TRANSFER_ENCODING};
use http::{HeaderMap, StatusCode};

use crate::envelope::{Envelope, Success};
use crate::error::Report;
use crate::redact::Secrets;
use crate::{ErrorKind, TokenState, retry_after};

/// The longest code and the longest message that an error keeps, in bytes.
const CODE_LIMIT: usize = 128;
const MESSAGE_LIMIT: usize = 1024;

/// What the server answered, as far as it could be read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// The body of an answer, or why there is none.
#[derive(Debug)]
pub(crate) enum Body {
    Whole(Vec<u8>),
    TooLarge,
    TimedOut,
    Broken(reqwest::Error),
}

/// What a successful answer tells of the revocation.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Receipt {
    pub(crate) id: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
}

/// Kind, state and retryability: the three that belong together.
type Verdict = (ErrorKind, TokenState, bool);

/// Reads an answer: the status class first, since a redirect is never a success; then the error
/// code, then the status (RFC 6749 §5.2: servers disagree on which status goes with a code).
pub(crate) fn classify(
    answer: Answer,
    now: SystemTime,
    secrets: &Secrets<'_>,
) -> Result<Receipt, Report> {
    let Answer {
        status,
        headers,
        body,
    } = answer;
    let mut report = match body {
        Body::Whole(body) => match (status.as_u16(), body) {
            // 200 means done whatever the body is (RFC 7009 §2.2), and so do the other statuses
            // that say "carried out" (RFC 9110 §15.3). 202 says "not yet".
            (200 | 201 | 203 | 204 | 205, body) => match success(&headers, &body, secrets) {
                Ok(receipt) => return Ok(receipt),
                Err(report) => report,
            },
            (300..400, _) => report(verdict_of(status, false)),
            (_, body) => failure(status, &body, secrets),
        },
        Body::TooLarge => {
            let (_, state, retryable) = verdict_of(status, false);
            Report::new(ErrorKind::TooLarge, state, retryable)
        }
        Body::TimedOut | Body::Broken(_) if is_informative(status) => {
            report(verdict_of(status, false))
        }
        Body::TimedOut => Report::new(ErrorKind::Timeout, TokenState::Unknown, true)
            .detail("the answer began, but did not end in time"),
        Body::Broken(cause) => Report::new(ErrorKind::Protocol, TokenState::Unknown, true)
            .detail("the answer broke off")
            .because(cause),
    };
    report.status = Some(status);
    report.retry_after = retry_after::parse(&headers, now);
    Err(report)
}

/// Whether the status alone says what happened, without a body.
fn is_informative(status: StatusCode) -> bool {
    status.is_redirection() || status.is_client_error() || status.is_server_error()
}

fn report((kind, state, retryable): Verdict) -> Report {
    Report::new(kind, state, retryable)
}

/// A 200, or one of its like: done, unless the body takes it back.
fn success(headers: &HeaderMap, body: &[u8], secrets: &Secrets<'_>) -> Result<Receipt, Report> {
    // The documented answer, read by the generated type: what every call but the odd one gets.
    if let Ok(RevocationSuccess { data, .. }) = serde_json::from_slice(body) {
        return Ok(Receipt {
            id: Some(secrets.clean(&data.id, CODE_LIMIT)),
            created_at: Some(data.created_at),
        });
    }
    // No request of ours asks for an encoded body, so that none can be decoded.
    if !body.is_empty() && is_encoded(headers) {
        return Err(unreadable("its body is encoded, which was not asked for"));
    }
    let envelope = Envelope::read(body);
    match envelope.success {
        Success::Unreadable => Err(unreadable("its member `success` cannot be read")),
        // Not even the status can make a success of a body that says otherwise.
        Success::False => Err(refusal(
            envelope,
            (ErrorKind::Server, TokenState::Live, false),
            secrets,
        )),
        Success::Absent if envelope.is_error => Err(refusal(
            envelope,
            (ErrorKind::Server, TokenState::Unknown, false),
            secrets,
        )),
        Success::True | Success::Absent => Ok(Receipt {
            id: envelope.id.map(|id| secrets.clean(&id, CODE_LIMIT)),
            created_at: envelope.created_at,
        }),
    }
}

/// Whether the body is in a coding that hyper, which undoes chunks, has left on it.
fn is_encoded(headers: &HeaderMap) -> bool {
    [CONTENT_ENCODING, TRANSFER_ENCODING]
        .iter()
        .flat_map(|name| headers.get_all(name))
        .flat_map(|codings| codings.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .any(|coding| {
            let is_none = [&b""[..], b"identity", b"chunked"]
                .iter()
                .any(|none| coding.eq_ignore_ascii_case(none));
            !is_none
        })
}

fn unreadable(why: &str) -> Report {
    Report::new(ErrorKind::Protocol, TokenState::Unknown, false).detail(why)
}

/// Any other status: the error code names the kind, and where there is none, the status does.
fn failure(status: StatusCode, body: &[u8], secrets: &Secrets<'_>) -> Report {
    let by_status = verdict_of(status, body.is_empty());
    let mut report = refusal(Envelope::read(body), by_status, secrets);
    let (kind, state, retryable) = by_status;
    if !status.is_client_error() {
        // A server that fails does not know what it did, except for 503, which says so
        // (RFC 7009 §2.2.1): whatever code comes with it, the state is the status's, and a retry
        // is of use if either says so.
        report.state = state;
        report.retryable |= retryable;
    } else if report.state == TokenState::NotRecognised && is_about_the_request(kind) {
        // Under a 401, `invalid_token` is a gateway's word on what authorises the request, and not
        // on the token in its body (RFC 6750 §3.1). Whoever turns requests away has not looked.
        report.state = TokenState::Unknown;
        report.retryable |= retryable;
    }
    if status.is_success() {
        report.detail =
            Some("the status does not say that the revocation was carried out".to_owned());
    }
    report
}

/// Whether a 4xx that means this speaks of who asks, or when, and not of what is asked for.
fn is_about_the_request(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Unauthorized | ErrorKind::RateLimited | ErrorKind::Unavailable
    )
}

fn refusal(envelope: Envelope, by_status: Verdict, secrets: &Secrets<'_>) -> Report {
    let Envelope { code, message, .. } = envelope;
    let by_code = code.as_deref().and_then(verdict_of_code);
    let mut report = report(by_code.unwrap_or(by_status));
    report.code = code.map(|code| secrets.clean(&code, CODE_LIMIT));
    report.message = message.map(|message| secrets.clean(&message, MESSAGE_LIMIT));
    report
}

/// What an error code means (RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1, RFC 8628
/// §3.5, and the documented envelope). Case does not count: the documented code is upper case.
fn verdict_of_code(code: &str) -> Option<Verdict> {
    Some(match code.to_ascii_lowercase().as_str() {
        "validation_error" | "invalid_request" => {
            (ErrorKind::InvalidRequest, TokenState::Live, false)
        }
        "invalid_client" | "unauthorized_client" | "access_denied" => {
            (ErrorKind::Unauthorized, TokenState::Live, false)
        }
        "invalid_token" => (ErrorKind::InvalidToken, TokenState::NotRecognised, false),
        // Also said of a token that another client holds, and that is alive.
        "invalid_grant" => (ErrorKind::InvalidToken, TokenState::Unknown, false),
        "unsupported_token_type" => (ErrorKind::UnsupportedTokenType, TokenState::Live, false),
        "slow_down" => (ErrorKind::RateLimited, TokenState::Live, true),
        "temporarily_unavailable" => (ErrorKind::Unavailable, TokenState::Live, true),
        "server_error" => (ErrorKind::Server, TokenState::Unknown, true),
        _ => return None,
    })
}

/// What a status means where no code says more. A 4xx refuses the request; after a 5xx other than
/// 503 nobody knows.
fn verdict_of(status: StatusCode, without_body: bool) -> Verdict {
    match status.as_u16() {
        300..400 => (ErrorKind::Redirect, TokenState::Live, false),
        // The vendor's own document: "400, the token is invalid", without a body.
        400 if without_body => (ErrorKind::InvalidToken, TokenState::NotRecognised, false),
        401 | 403 => (ErrorKind::Unauthorized, TokenState::Live, false),
        408 | 425 | 503 => (ErrorKind::Unavailable, TokenState::Live, true),
        429 => (ErrorKind::RateLimited, TokenState::Live, true),
        400..500 => (ErrorKind::InvalidRequest, TokenState::Live, false),
        // Not implemented, HTTP version not supported: no retry mends that.
        501 | 505 => (ErrorKind::Server, TokenState::Unknown, false),
        502 | 504 => (ErrorKind::Unavailable, TokenState::Unknown, true),
        500..600 => (ErrorKind::Server, TokenState::Unknown, true),
        _ => (ErrorKind::Protocol, TokenState::Unknown, false),
    }
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
