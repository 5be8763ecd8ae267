//! What the responses of a revocation mean: the one place that knows. The status first, then what the
//! body adds.

use std::time::SystemTime;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use digilocker_client::types::{Revocation, RevocationError, RevocationSuccess};
use http::header::{CONTENT_ENCODING, TRANSFER_ENCODING};
use http::{HeaderMap, StatusCode};

use super::error_body::{ErrorBody, Says};
use crate::ErrorKind;
use crate::pipeline::attempt::{Body, Head};
use crate::pipeline::failure::{Effect, Failure};
use crate::pipeline::redact::Secrets;
use crate::pipeline::{request_id, retry_after};

/// Maximum lengths of what is kept of a response, in bytes. Ids count as codes.
const MAX_CODE: usize = 128;
const MAX_MESSAGE: usize = 1024;

/// What the classification needs beside the response.
pub(crate) struct Context<'a> {
    pub(crate) secrets: Secrets<'a>,
    pub(crate) sends_credentials: bool,
}

/// What a success says of the revocation.
#[derive(Debug, PartialEq)]
pub(crate) struct Confirmation {
    pub(crate) id: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) is_confirmed: bool,
    pub(crate) status: StatusCode,
    pub(crate) request_id: Option<String>,
}

/// Kind, effect and retryability, which belong together.
#[derive(Clone, Copy)]
struct Classification {
    kind: ErrorKind,
    effect: Effect,
    is_retryable: bool,
}

const fn is(kind: ErrorKind, effect: Effect, is_retryable: bool) -> Classification {
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
        // The documented success, whatever else is in it: members that are not known are ignored
        // (RFC 6749 §5.1).
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
        Err(body) => unexpected(head, body, context).map_err(|mut failure| {
            failure.status = Some(head.status);
            failure.retry_after = retry_after::parse(&head.headers, now());
            failure.request_id = cleaned_request_id(head, context);
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
        request_id: cleaned_request_id(head, context),
    }
}

fn cleaned_request_id(head: &Head, context: &Context<'_>) -> Option<String> {
    request_id::find(&head.headers).map(|id| context.secrets.redact(id.to_owned(), MAX_CODE))
}

#[cold]
fn unexpected(
    head: &Head,
    body: Body<RevocationError>,
    context: &Context<'_>,
) -> Result<Confirmation, Box<Failure>> {
    let status = head.status;
    if status.is_redirection() {
        // Its body is not looked at.
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
        lost => Err(without_body(status, lost).into()),
    }
}

/// A response whose body could not be read to its end.
fn without_body(status: StatusCode, body: Body<RevocationError>) -> Failure {
    let by_success = |kind, is_retryable| {
        if status.is_success() {
            is(kind, Effect::Unknown, is_retryable)
        } else {
            by_status(status, false)
        }
    };
    let failure = |classification: Classification| Failure::from(classification);
    match body {
        Body::TooLarge => failure(by_success(ErrorKind::TooLarge, false))
            .detail("the body is larger than `max_response_bytes`"),
        Body::TimedOut => failure(by_success(ErrorKind::Timeout, true))
            .detail("the response began, but did not end in time"),
        Body::Broken(cause) => failure(by_success(ErrorKind::Protocol, true))
            .detail("the response broke off")
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
    let protocol = is(ErrorKind::Protocol, Effect::Unknown, false);
    let invalid = |detail| Err(described(protocol, &body, context).detail(detail).into());
    // No request asks for an encoded body, so none can be decoded.
    if !bytes.is_empty() && is_encoded(&head.headers) {
        return invalid("the body is encoded, which was not asked for");
    }
    match body.says() {
        Says::Unclear => invalid(
            "`success` or `revoked` in the body is not a boolean, or one contradicts the other",
        ),
        Says::Yes if body.is_error => invalid("the body says both success and an error"),
        Says::No => {
            let refused = is(ErrorKind::Server, Effect::Refused, false);
            Err(refusal(&body, refused, status, context).into())
        }
        Says::Nothing if body.is_error => {
            let unknown = is(ErrorKind::Server, Effect::Unknown, false);
            Err(refusal(&body, unknown, status, context).into())
        }
        // 200 means done whatever the body is (RFC 7009 §2.2), and so do the others that say "carried
        // out" (RFC 9110 §15.3). 202 says "not yet", and 206 is a part of something.
        Says::Yes | Says::Nothing if !matches!(status.as_u16(), 200 | 201 | 203 | 204 | 205) => {
            invalid("the status does not say that the token was revoked")
        }
        Says::Yes | Says::Nothing => {
            let is_confirmed = body.says() == Says::Yes && body.is_complete;
            let ErrorBody { id, created_at, .. } = body;
            Ok(confirmation(head, id, created_at, is_confirmed, context))
        }
    }
}

/// Whether the body has a content coding that hyper, which undoes chunks, leaves on it.
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

/// An error: its code names the kind (RFC 6749 §5.2: servers disagree on the status), within the
/// limits of its status.
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

/// What an error code in lower case means under a status (RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1,
/// RFC 7009 §2.2.1, RFC 8628 §3.5, the documented error, and the vendor's OpenAPI document).
fn by_code(code: &str, by_status: Classification, status: StatusCode) -> Classification {
    use Effect::{Conclusive, Refused, Unknown};
    use ErrorKind::{
        InvalidRequest, InvalidToken, RateLimited, Server, Unauthorized, Unavailable,
        UnsupportedTokenType,
    };
    let says_of_token = status == StatusCode::BAD_REQUEST || status.is_success();
    let by_code = match code {
        // The one documented code: gateways and mocks send it with every status.
        "validation_error" | "invalid_request" if !says_of_token => return by_status,
        "validation_error" | "invalid_request" => is(InvalidRequest, Refused, false),
        "invalid_client" | "invalid_client_id" | "unauthorized_client" | "access_denied" => {
            is(Unauthorized, Refused, false)
        }
        "invalid_token" if says_of_token => is(InvalidToken, Conclusive, false),
        // Under another status it may be a gateway's word on what authorises the request, and not on
        // the token in its body (RFC 6750 §3.1).
        "invalid_token" => is(InvalidToken, Unknown, by_status.is_retryable),
        // Also said of a token that belongs to another client, and is live.
        "invalid_grant" => is(InvalidToken, Unknown, false),
        "unsupported_token_type" => is(UnsupportedTokenType, Refused, false),
        "slow_down" => is(RateLimited, Refused, true),
        "temporarily_unavailable" => is(Unavailable, Refused, true),
        "partner_service_unresponsive" => is(Unavailable, Unknown, true),
        "server_error" | "unexpected_error" => is(Server, Unknown, true),
        _ => return by_status,
    };
    if status.is_success() || status.is_client_error() {
        return by_code;
    }
    // A failing server does not know what it did; 503 does, and says so (RFC 7009 §2.2.1).
    Classification {
        kind: by_code.kind,
        effect: by_status.effect,
        is_retryable: by_code.is_retryable || by_status.is_retryable,
    }
}

/// What a status means where no code says more.
fn by_status(status: StatusCode, is_empty: bool) -> Classification {
    use Effect::{Refused, Unknown};
    use ErrorKind::{
        InvalidRequest, InvalidToken, Protocol, RateLimited, Redirect, Server, Unauthorized,
        Unavailable,
    };
    match status.as_u16() {
        // It often follows a POST that was processed (RFC 9110 §15.4.4).
        303 => is(Redirect, Unknown, false),
        300..400 => is(Redirect, Refused, false),
        // The vendor's document: "400, the token is invalid", without a body. But any gateway sends a
        // bare 400, and a caller drops a token that is not recognised.
        400 if is_empty => is(InvalidToken, Unknown, false),
        401 | 403 => is(Unauthorized, Refused, false),
        408 | 425 | 503 => is(Unavailable, Refused, true),
        429 => is(RateLimited, Refused, true),
        400..500 => is(InvalidRequest, Refused, false),
        // Not implemented, HTTP version not supported: no retry helps.
        501 | 505 => is(Server, Unknown, false),
        502 | 504 => is(Unavailable, Unknown, true),
        500..600 => is(Server, Unknown, true),
        _ => is(Protocol, Unknown, false),
    }
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
