//! Classifies the responses of a revocation: by status, then by body.

use std::time::SystemTime;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use digilocker_client::types::{Revocation, RevocationError, RevocationSuccess};
use http::header::{CONTENT_ENCODING, TRANSFER_ENCODING};
use http::{HeaderMap, StatusCode};

use super::error_body::{ErrorBody, Flag};
use crate::ErrorKind;
use crate::pipeline::attempt::{Body, Head};
use crate::pipeline::failure::{Effect, Failure};
use crate::pipeline::redact::Secrets;
use crate::pipeline::{request_id, retry_after};

/// Maximum lengths of texts that are kept of a response, in bytes. `MAX_CODE` applies to ids, too.
const MAX_CODE: usize = 128;
const MAX_MESSAGE: usize = 1024;

/// What the classification needs in addition to the response.
pub(crate) struct Context<'a> {
    pub(crate) secrets: Secrets<'a>,
    pub(crate) sends_credentials: bool,
}

/// The contents of a success.
#[derive(Debug, PartialEq)]
pub(crate) struct Confirmation {
    pub(crate) id: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) is_confirmed: bool,
    pub(crate) status: StatusCode,
    pub(crate) request_id: Option<String>,
}

/// The kind, effect and retryability of a failure.
#[derive(Clone, Copy)]
struct Classification {
    kind: ErrorKind,
    effect: Effect,
    is_retryable: bool,
}

const fn class(kind: ErrorKind, effect: Effect, is_retryable: bool) -> Classification {
    Classification {
        kind,
        effect,
        is_retryable,
    }
}

impl From<Classification> for Failure {
    fn from(classification: Classification) -> Self {
        let Classification {
            kind,
            effect,
            is_retryable,
        } = classification;
        Self::new(kind, effect, is_retryable)
    }
}

pub(crate) fn classify(
    head: &Head,
    response: Result<RevocationSuccess, Body<RevocationError>>,
    now: impl FnOnce() -> SystemTime,
    context: &Context<'_>,
) -> Result<Confirmation, Box<Failure>> {
    match response {
        // The documented success. Unknown members are ignored (RFC 6749 §5.1).
        Ok(RevocationSuccess { data, .. }) => {
            let Revocation { id, created_at } = data;
            Ok(confirmation(
                head,
                Some(id),
                Some(created_at),
                true,
                context,
            ))
        }
        Err(body) => classify_other(head, body, context).map_err(|mut failure| {
            failure.status = Some(head.status);
            failure.retry_after = retry_after::parse(&head.headers, now());
            failure.request_id = redacted_request_id(head, context);
            failure
        }),
    }
}

fn confirmation(
    head: &Head,
    id: Option<String>,
    created_at: Option<DateTime<Utc>>,
    is_confirmed: bool,
    context: &Context<'_>,
) -> Confirmation {
    Confirmation {
        id: id.map(|id| context.secrets.redact(id, MAX_CODE)),
        created_at,
        is_confirmed,
        status: head.status,
        request_id: redacted_request_id(head, context),
    }
}

fn redacted_request_id(head: &Head, context: &Context<'_>) -> Option<String> {
    request_id::find(&head.headers).map(|id| context.secrets.redact(id.to_owned(), MAX_CODE))
}

/// Any response but the documented success.
#[cold]
fn classify_other(
    head: &Head,
    body: Body<RevocationError>,
    context: &Context<'_>,
) -> Result<Confirmation, Box<Failure>> {
    let status = head.status;
    if status.is_redirection() {
        // The body of a redirect is ignored.
        return Err(Failure::from(by_status(status, false)).into());
    }
    match body {
        Body::Error(error) => {
            Err(refusal(&error.into(), by_status(status, false), status, context).into())
        }
        Body::Unexpected(bytes) if status.is_success() => {
            let body = ErrorBody::read(&bytes);
            success(head, &bytes, body, context)
        }
        Body::Unexpected(bytes) => {
            let by_status = by_status(status, bytes.is_empty());
            Err(refusal(&ErrorBody::read(&bytes), by_status, status, context).into())
        }
        incomplete => Err(without_body(status, incomplete).into()),
    }
}

/// A response whose body could not be read completely.
fn without_body(status: StatusCode, body: Body<RevocationError>) -> Failure {
    let unless_refused = |kind, is_retryable| {
        if status.is_success() {
            class(kind, Effect::Unknown, is_retryable)
        } else {
            by_status(status, false)
        }
    };
    let failure = |classification: Classification| Failure::from(classification);
    match body {
        Body::TooLarge => failure(unless_refused(ErrorKind::TooLarge, false))
            .detail("the body is larger than `max_response_bytes`"),
        Body::TimedOut => failure(unless_refused(ErrorKind::Timeout, true))
            .detail("the response was not complete in time"),
        Body::Broken(cause) => failure(unless_refused(ErrorKind::Protocol, true))
            .detail("the connection broke before the end of the response")
            .source(cause),
        Body::Error(_) | Body::Unexpected(_) => failure(by_status(status, false)),
    }
}

/// A 2xx that is not the documented success.
fn success(
    head: &Head,
    bytes: &Bytes,
    body: ErrorBody,
    context: &Context<'_>,
) -> Result<Confirmation, Box<Failure>> {
    let status = head.status;
    let protocol = class(ErrorKind::Protocol, Effect::Unknown, false);
    let invalid = |detail| Err(described(protocol, &body, context).detail(detail).into());
    // No request asks for an encoded body, so there is no decoder.
    if !bytes.is_empty() && is_encoded(&head.headers) {
        return invalid("the body has an encoding that was not requested");
    }
    match body.revocation_flag() {
        Flag::Unclear => invalid(
            "`success` or `revoked` in the body is not a boolean, or they contradict each other",
        ),
        Flag::True if body.is_error => invalid("the body contains both a success and an error"),
        Flag::False => {
            let refused = class(ErrorKind::Server, Effect::Refused, false);
            Err(refusal(&body, refused, status, context).into())
        }
        Flag::Absent if body.is_error => {
            let unknown = class(ErrorKind::Server, Effect::Unknown, false);
            Err(refusal(&body, unknown, status, context).into())
        }
        // 200 means revoked, whatever the body is (RFC 7009 §2.2). So do the other statuses for completed
        // requests (RFC 9110 §15.3). 202 means not yet, and 206 is a partial response.
        Flag::True | Flag::Absent if !matches!(status.as_u16(), 200 | 201 | 203 | 204 | 205) => {
            invalid("the status does not mean that the token was revoked")
        }
        Flag::True | Flag::Absent => {
            let is_confirmed = body.revocation_flag() == Flag::True && body.is_complete;
            let ErrorBody { id, created_at, .. } = body;
            Ok(confirmation(head, id, created_at, is_confirmed, context))
        }
    }
}

/// Whether the body has a coding other than `chunked`, which hyper decodes.
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

/// An error response. Its code decides the kind, since servers disagree on the status (RFC 6749 §5.2). The
/// status limits what a code can mean.
fn refusal(
    body: &ErrorBody,
    by_status: Classification,
    status: StatusCode,
    context: &Context<'_>,
) -> Failure {
    let classification = match body.code.as_deref() {
        Some(code) => by_code(&code.to_ascii_lowercase(), by_status, status),
        None => by_status,
    };
    let mut failure = described(classification, body, context);
    if classification.kind == ErrorKind::Unauthorized && !context.sends_credentials {
        failure =
            failure.detail("no credentials were sent; set them with `ClientBuilder::credentials`");
    }
    failure
}

/// A failure with the code and the message of the body.
fn described(classification: Classification, body: &ErrorBody, context: &Context<'_>) -> Failure {
    let redacted = |text: &Option<String>, limit| {
        (text.as_ref()).map(|text| context.secrets.redact(text.clone(), limit))
    };
    let mut failure = Failure::from(classification);
    failure.code = redacted(&body.code, MAX_CODE);
    failure.message = redacted(&body.message, MAX_MESSAGE);
    failure
}

/// What an error code (in lower case) means under a status (RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1,
/// RFC 7009 §2.2.1, RFC 8628 §3.5, the documented error, and the vendor's OpenAPI document).
fn by_code(code: &str, by_status: Classification, status: StatusCode) -> Classification {
    use Effect::{Conclusive, Refused, Unknown};
    use ErrorKind::{
        InvalidRequest, InvalidToken, RateLimited, Server, Unauthorized, Unavailable,
        UnsupportedTokenType,
    };
    let is_about_token = status == StatusCode::BAD_REQUEST || status.is_success();
    let by_code = match code {
        // The only documented code: gateways and mocks send it with every status.
        "validation_error" | "invalid_request" if !is_about_token => return by_status,
        "validation_error" | "invalid_request" => class(InvalidRequest, Refused, false),
        "invalid_client" | "invalid_client_id" | "unauthorized_client" | "access_denied" => {
            class(Unauthorized, Refused, false)
        }
        "invalid_token" if is_about_token => class(InvalidToken, Conclusive, false),
        // Under another status it may be about the token that authorises the request, not the one in the
        // body (RFC 6750 §3.1).
        "invalid_token" => class(InvalidToken, Unknown, by_status.is_retryable),
        // Also sent for a live token of another client.
        "invalid_grant" => class(InvalidToken, Unknown, false),
        "unsupported_token_type" => class(UnsupportedTokenType, Refused, false),
        "slow_down" => class(RateLimited, Refused, true),
        "temporarily_unavailable" => class(Unavailable, Refused, true),
        "partner_service_unresponsive" => class(Unavailable, Unknown, true),
        "server_error" | "unexpected_error" => class(Server, Unknown, true),
        _ => return by_status,
    };
    if status.is_success() || status.is_client_error() {
        return by_code;
    }
    // A failing server does not know what it did. After a 503 the token still exists (RFC 7009 §2.2.1).
    Classification {
        kind: by_code.kind,
        effect: by_status.effect,
        is_retryable: by_code.is_retryable || by_status.is_retryable,
    }
}

/// What a status means without a known error code.
fn by_status(status: StatusCode, is_empty: bool) -> Classification {
    use Effect::{Refused, Unknown};
    use ErrorKind::{
        InvalidRequest, InvalidToken, Protocol, RateLimited, Redirect, Server, Unauthorized,
        Unavailable,
    };
    match status.as_u16() {
        // Often the response to a processed POST (RFC 9110 §15.4.4).
        303 => class(Redirect, Unknown, false),
        300..400 => class(Redirect, Refused, false),
        // The vendor documents it as "the token is invalid". But any gateway may send a 400 without a
        // body, and callers drop tokens that are not recognised.
        400 if is_empty => class(InvalidToken, Unknown, false),
        401 | 403 => class(Unauthorized, Refused, false),
        408 | 425 | 503 => class(Unavailable, Refused, true),
        429 => class(RateLimited, Refused, true),
        400..500 => class(InvalidRequest, Refused, false),
        // Not implemented, HTTP version not supported: no retry helps.
        501 | 505 => class(Server, Unknown, false),
        502 | 504 => class(Unavailable, Unknown, true),
        500..600 => class(Server, Unknown, true),
        _ => class(Protocol, Unknown, false),
    }
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
