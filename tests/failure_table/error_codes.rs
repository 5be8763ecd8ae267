//! Error codes: the code determines the kind, within the limits of the status.

use digilocker::ErrorKind::{
    self, InvalidRequest, InvalidToken, Protocol, RateLimited, Redirect, Server, Unauthorized,
    Unavailable, UnsupportedTokenType,
};
use digilocker::TokenState::{self, Live, NotRecognised, Unknown};

use super::bodies::{JSON, documented_error, oauth_error};
use super::{Row, failed};
use crate::response;

/// A code and a status, and the error kind, the token state, and whether the error is retryable.
type Meaning = (&'static str, u16, ErrorKind, TokenState, bool);

const UNSUPPORTED: &str = "unsupported_token_type";
const UNRESPONSIVE: &str = "partner_service_unresponsive";

/// In the error body of the published reference.
const DOCUMENTED: &[Meaning] = &[
    // The only documented code. Gateways and mocks send it with every status.
    ("VALIDATION_ERROR", 200, InvalidRequest, Live, false),
    ("VALIDATION_ERROR", 201, InvalidRequest, Live, false),
    ("VALIDATION_ERROR", 202, InvalidRequest, Live, false),
    ("VALIDATION_ERROR", 400, InvalidRequest, Live, false),
    ("VALIDATION_ERROR", 401, Unauthorized, Live, false),
    ("VALIDATION_ERROR", 403, Unauthorized, Live, false),
    ("VALIDATION_ERROR", 404, InvalidRequest, Live, false),
    ("VALIDATION_ERROR", 408, Unavailable, Live, true),
    ("VALIDATION_ERROR", 425, Unavailable, Live, true),
    ("VALIDATION_ERROR", 429, RateLimited, Live, true),
    ("VALIDATION_ERROR", 500, Server, Unknown, true),
    ("VALIDATION_ERROR", 501, Server, Unknown, false),
    ("VALIDATION_ERROR", 502, Unavailable, Unknown, true),
    ("VALIDATION_ERROR", 503, Unavailable, Live, true),
    ("VALIDATION_ERROR", 504, Unavailable, Unknown, true),
    ("VALIDATION_ERROR", 600, Protocol, Unknown, false),
    ("invalid_request", 400, InvalidRequest, Live, false),
    ("invalid_token", 400, InvalidToken, NotRecognised, false),
    ("invalid_token", 401, InvalidToken, Unknown, false),
    ("invalid_token", 503, InvalidToken, Live, true),
    ("INVALID_TOKEN", 400, InvalidToken, NotRecognised, false),
    // Unknown codes: the status decides.
    ("E_42", 400, InvalidRequest, Live, false),
    ("E_42", 401, Unauthorized, Live, false),
    ("E_42", 503, Unavailable, Live, true),
    ("invalid_client", 401, Unauthorized, Live, false),
    ("temporarily_unavailable", 503, Unavailable, Live, true),
];

/// In the error body of RFC 6749.
const OAUTH: &[Meaning] = &[
    // Under statuses other than 400 and 2xx, a gateway may mean the request (RFC 6750 §3.1).
    ("invalid_token", 200, InvalidToken, NotRecognised, false),
    ("invalid_token", 201, InvalidToken, NotRecognised, false),
    ("invalid_token", 202, InvalidToken, NotRecognised, false),
    ("invalid_token", 400, InvalidToken, NotRecognised, false),
    ("invalid_token", 401, InvalidToken, Unknown, false),
    ("invalid_token", 403, InvalidToken, Unknown, false),
    ("invalid_token", 404, InvalidToken, Unknown, false),
    ("invalid_token", 408, InvalidToken, Unknown, true),
    ("invalid_token", 425, InvalidToken, Unknown, true),
    ("invalid_token", 429, InvalidToken, Unknown, true),
    ("invalid_token", 500, InvalidToken, Unknown, true),
    ("invalid_token", 501, InvalidToken, Unknown, false),
    ("invalid_token", 502, InvalidToken, Unknown, true),
    ("invalid_token", 503, InvalidToken, Live, true),
    ("invalid_token", 504, InvalidToken, Unknown, true),
    // The token is no longer valid, or was issued to another client.
    ("invalid_grant", 400, InvalidToken, Unknown, false),
    ("invalid_request", 400, InvalidRequest, Live, false),
    ("invalid_request", 401, Unauthorized, Live, false),
    ("invalid_request", 429, RateLimited, Live, true),
    ("invalid_request", 500, Server, Unknown, true),
    ("invalid_request", 503, Unavailable, Live, true),
    ("invalid_client", 400, Unauthorized, Live, false),
    // From the vendor's OpenAPI document, as are `unexpected_error` and `partner_service_unresponsive`.
    ("invalid_client_id", 200, Unauthorized, Live, false),
    ("invalid_client_id", 400, Unauthorized, Live, false),
    ("invalid_client_id", 401, Unauthorized, Live, false),
    ("invalid_client_id", 500, Unauthorized, Unknown, true),
    ("unauthorized_client", 400, Unauthorized, Live, false),
    ("access_denied", 400, Unauthorized, Live, false),
    (UNSUPPORTED, 400, UnsupportedTokenType, Live, false),
    (UNSUPPORTED, 401, UnsupportedTokenType, Live, false),
    (UNSUPPORTED, 500, UnsupportedTokenType, Unknown, true),
    ("slow_down", 400, RateLimited, Live, true),
    ("slow_down", 501, RateLimited, Unknown, true),
    ("temporarily_unavailable", 400, Unavailable, Live, true),
    ("temporarily_unavailable", 500, Unavailable, Unknown, true),
    ("server_error", 400, Server, Unknown, true),
    ("server_error", 503, Server, Live, true),
    ("unexpected_error", 200, Server, Unknown, true),
    ("unexpected_error", 400, Server, Unknown, true),
    ("unexpected_error", 500, Server, Unknown, true),
    ("unexpected_error", 503, Server, Live, true),
    (UNRESPONSIVE, 200, Unavailable, Unknown, true),
    (UNRESPONSIVE, 400, Unavailable, Unknown, true),
    (UNRESPONSIVE, 404, Unavailable, Unknown, true),
    (UNRESPONSIVE, 500, Unavailable, Unknown, true),
    (UNRESPONSIVE, 503, Unavailable, Live, true),
];

pub(super) fn rows() -> Vec<Row> {
    let documented = |&meaning| row(meaning, "", documented_error);
    let oauth = |&meaning| row(meaning, " (RFC 6749)", oauth_error);
    let mut rows: Vec<Row> = DOCUMENTED.iter().map(documented).collect();
    rows.extend(OAUTH.iter().map(oauth));
    rows.push(Row::response(
        "302 `invalid_token`: bodies of redirects are ignored",
        response(302, JSON, documented_error("invalid_token")),
        failed(Redirect, 302, 1, false, Live),
    ));
    rows
}

fn row(meaning: Meaning, shape: &str, body: fn(&str) -> String) -> Row {
    let (code, status, kind, state, is_retryable) = meaning;
    let attempts = if is_retryable { 3 } else { 1 };
    Row::response(
        format!("{status} `{code}`{shape}"),
        response(status, JSON, body(code)),
        failed(kind, status, attempts, is_retryable, state).code(code),
    )
}
