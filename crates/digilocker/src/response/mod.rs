//! What a response means: its status first, then what the body adds.

use std::time::SystemTime;

use http::StatusCode;

use self::headers::Head;
use self::reply::{BodyShape, Flag, Reply};
use crate::Revoked;
use crate::error::Error;
use crate::error::ErrorKind::{
    InvalidRequest, InvalidToken, Protocol, RateLimited, Redirect, Server, Unauthorized,
    Unavailable, UnsupportedTokenType,
};
use crate::error::TokenState::{Live, NotRecognised, Unknown};
use crate::redact::Secrets;

pub(crate) mod headers;
pub(crate) mod reply;

/// Maximum lengths of texts that are kept of a response, in bytes. `MAX_CODE` applies to ids, too.
const MAX_CODE: usize = 128;
const MAX_MESSAGE: usize = 1024;

/// A response without its body, and what is known of its request.
pub(crate) struct Response<'a> {
    pub(crate) head: &'a Head,
    pub(crate) secrets: Secrets<'a>,
    pub(crate) sends_credentials: bool,
}

impl Response<'_> {
    /// Interprets the response. `reply` is its body, or why the body could not be read.
    pub(crate) fn interpret(&self, reply: Result<Reply, Error>) -> Result<Revoked, Error> {
        let status = self.head.status;
        let result = match reply {
            Ok(reply) if status.is_success() => self.success(reply),
            Ok(reply) => Err(self.refusal(&reply, by_status(status))),
            Err(incomplete) if status.is_success() => Err(incomplete),
            Err(incomplete) => Err(Error {
                details: incomplete.details,
                ..by_status(status)
            }),
        };
        result.map_err(|mut error| {
            error.details.status = Some(status);
            error.details.retry_after = self.head.retry_after(SystemTime::now());
            error.details.request_id = self.request_id();
            error
        })
    }

    /// A 2xx: a success, unless its body says otherwise.
    fn success(&self, reply: Reply) -> Result<Revoked, Error> {
        let status = self.head.status;
        let invalid = |detail| {
            let error = Error::not_retryable(Protocol, Unknown);
            Err(self.describe(error, &reply).with_detail(detail))
        };
        let refused = |state| Err(self.refusal(&reply, Error::not_retryable(Server, state)));
        match reply.revoked {
            _ if self.is_encoded(&reply) => invalid(ENCODED),
            Flag::Unclear => invalid(
                "`success` or `revoked` in the body is not a boolean, or they contradict each other",
            ),
            Flag::True if reply.is_error => {
                invalid("the body contains both a success and an error")
            }
            Flag::False => refused(Live),
            Flag::Absent if reply.is_error => refused(Unknown),
            // 200 means revoked, whatever the body is (RFC 7009 §2.2). So do the other statuses for completed
            // requests (RFC 9110 §15.3). 202 means not yet, and 206 is a partial response.
            _ if !matches!(status.as_u16(), 200 | 201 | 203 | 204 | 205) => {
                invalid("the status does not mean that the token was revoked")
            }
            Flag::True | Flag::Absent => Ok(Revoked {
                is_confirmed: reply.is_confirmed(),
                id: reply.id.map(|id| self.secrets.redact(id, MAX_CODE)),
                created_at: reply.created_at,
                attempts: 1,
                status,
                request_id: self.request_id(),
            }),
        }
    }

    /// An error response. Its code decides the kind, since servers disagree on the status (RFC 6749 §5.2).
    /// The status limits what a code can mean.
    #[cold]
    fn refusal(&self, reply: &Reply, by_status: Error) -> Error {
        let status = self.head.status;
        if status.is_redirection() {
            // The body of a redirect is ignored.
            return by_status;
        }
        let error = match &reply.code {
            Some(code) => by_code(&code.to_ascii_lowercase(), by_status, status),
            // The vendor documents it as "the token is invalid". But any gateway may send a 400 without a
            // body, and callers drop tokens that are not recognised.
            None if status == StatusCode::BAD_REQUEST && reply.body == BodyShape::Empty => {
                Error::not_retryable(InvalidToken, Unknown)
            }
            None => by_status,
        };
        let error = self.describe(error, reply);
        if self.is_encoded(reply) {
            error.with_detail(ENCODED)
        } else if error.kind() == Unauthorized && !self.sends_credentials {
            error
                .with_detail("no credentials were sent; set them with `ClientBuilder::credentials`")
        } else {
            error
        }
    }

    /// Adds the code and the message of the body.
    #[cold]
    fn describe(&self, mut error: Error, reply: &Reply) -> Error {
        let redacted = |text: &String, limit| self.secrets.redact(text.clone(), limit);
        error.details.code = reply.code.as_ref().map(|code| redacted(code, MAX_CODE));
        error.details.message = (reply.message()).map(|message| redacted(message, MAX_MESSAGE));
        error
    }

    /// Whether the body cannot be read: no request asks for an encoding, so there is no decoder.
    fn is_encoded(&self, reply: &Reply) -> bool {
        matches!(reply.body, BodyShape::Object | BodyShape::Other) && self.head.is_encoded()
    }

    fn request_id(&self) -> Option<String> {
        let id = self.head.request_id()?.to_owned();
        Some(self.secrets.redact(id, MAX_CODE))
    }
}

const ENCODED: &str =
    "the body is compressed, or has another encoding, although no request asks for that";

/// What an error code (in lower case) means under a status (RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1,
/// RFC 7009 §2.2.1, RFC 8628 §3.5, the documented error, and the vendor's OpenAPI document).
fn by_code(code: &str, by_status: Error, status: StatusCode) -> Error {
    let is_about_token = status == StatusCode::BAD_REQUEST || status.is_success();
    let mut error = match code {
        // The only documented code: gateways and mocks send it with every status.
        "validation_error" | "invalid_request" if !is_about_token => return by_status,
        "validation_error" | "invalid_request" => Error::not_retryable(InvalidRequest, Live),
        "invalid_client" | "invalid_client_id" | "unauthorized_client" | "access_denied" => {
            Error::not_retryable(Unauthorized, Live)
        }
        "invalid_token" if is_about_token => Error::not_retryable(InvalidToken, NotRecognised),
        // Under another status it may be about the token that authorises the request, not the one in the
        // body (RFC 6750 §3.1).
        "invalid_token" => Error {
            kind: InvalidToken,
            token_state: Unknown,
            ..by_status
        },
        // Also sent for a live token of another client.
        "invalid_grant" => Error::not_retryable(InvalidToken, Unknown),
        "unsupported_token_type" => Error::not_retryable(UnsupportedTokenType, Live),
        "slow_down" => Error::retryable(RateLimited, Live),
        "temporarily_unavailable" => Error::retryable(Unavailable, Live),
        "partner_service_unresponsive" => Error::retryable(Unavailable, Unknown),
        "server_error" | "unexpected_error" => Error::retryable(Server, Unknown),
        _ => return by_status,
    };
    if !status.is_success() && !status.is_client_error() {
        // A failing server does not know what it did. After a 503 the token still exists (RFC 7009 §2.2.1).
        error.token_state = by_status.token_state;
        error.is_retryable |= by_status.is_retryable;
    }
    error
}

/// What a status means without a known error code.
#[cold]
fn by_status(status: StatusCode) -> Error {
    match status.as_u16() {
        // Often the response to a processed POST (RFC 9110 §15.4.4).
        303 => Error::not_retryable(Redirect, Unknown),
        300..400 => Error::not_retryable(Redirect, Live),
        401 | 403 => Error::not_retryable(Unauthorized, Live),
        408 | 425 | 503 => Error::retryable(Unavailable, Live),
        // Some servers send it for a token that is already revoked.
        409 => Error::not_retryable(InvalidRequest, Unknown),
        429 => Error::retryable(RateLimited, Live),
        400..500 => Error::not_retryable(InvalidRequest, Live),
        // Not implemented, HTTP version not supported: no retry helps.
        501 | 505 => Error::not_retryable(Server, Unknown),
        502 | 504 => Error::retryable(Unavailable, Unknown),
        500..600 => Error::retryable(Server, Unknown),
        _ => Error::not_retryable(Protocol, Unknown),
    }
}
