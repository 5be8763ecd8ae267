//! Error codes: the code determines the kind, within the limits of the status.

use digilocker::ErrorKind::{
    self, InvalidRequest, InvalidToken, Protocol, RateLimited, Redirect, Server, Unauthorized,
    Unavailable, UnsupportedTokenType,
};
use digilocker::TokenState::{self, Live, NotRecognised, Unknown};

use super::bodies::{JSON, documented_error, oauth_error};
use super::{Row, failed};
use crate::response;

/// A code, and its result under several statuses.
type Code = (&'static str, &'static [Meaning]);

/// Status, error kind, token state, and whether the error is retryable.
type Meaning = (u16, ErrorKind, TokenState, bool);

/// In the error body of the published reference.
const DOCUMENTED: &[Code] = &[
    // The only documented code. Gateways and mocks send it with every status.
    (
        "VALIDATION_ERROR",
        &[
            (200, InvalidRequest, Live, false),
            (201, InvalidRequest, Live, false),
            (202, InvalidRequest, Live, false),
            (400, InvalidRequest, Live, false),
            (401, Unauthorized, Live, false),
            (403, Unauthorized, Live, false),
            (404, InvalidRequest, Live, false),
            (408, Unavailable, Live, true),
            (425, Unavailable, Live, true),
            (429, RateLimited, Live, true),
            (500, Server, Unknown, true),
            (501, Server, Unknown, false),
            (502, Unavailable, Unknown, true),
            (503, Unavailable, Live, true),
            (504, Unavailable, Unknown, true),
            (600, Protocol, Unknown, false),
        ],
    ),
    ("invalid_request", &[(400, InvalidRequest, Live, false)]),
    (
        "invalid_token",
        &[
            (400, InvalidToken, NotRecognised, false),
            (401, InvalidToken, Unknown, false),
            (503, InvalidToken, Live, true),
        ],
    ),
    (
        "INVALID_TOKEN",
        &[(400, InvalidToken, NotRecognised, false)],
    ),
    // Unknown codes: the status decides.
    (
        "E_42",
        &[
            (400, InvalidRequest, Live, false),
            (401, Unauthorized, Live, false),
            (503, Unavailable, Live, true),
        ],
    ),
    ("invalid_client", &[(401, Unauthorized, Live, false)]),
    ("temporarily_unavailable", &[(503, Unavailable, Live, true)]),
];

/// In the error body of RFC 6749.
const OAUTH: &[Code] = &[
    // Under statuses other than 400 and 2xx, a gateway may mean the request (RFC 6750 §3.1).
    (
        "invalid_token",
        &[
            (200, InvalidToken, NotRecognised, false),
            (201, InvalidToken, NotRecognised, false),
            (202, InvalidToken, NotRecognised, false),
            (400, InvalidToken, NotRecognised, false),
            (401, InvalidToken, Unknown, false),
            (403, InvalidToken, Unknown, false),
            (404, InvalidToken, Unknown, false),
            (408, InvalidToken, Unknown, true),
            (425, InvalidToken, Unknown, true),
            (429, InvalidToken, Unknown, true),
            (500, InvalidToken, Unknown, true),
            (501, InvalidToken, Unknown, false),
            (502, InvalidToken, Unknown, true),
            (503, InvalidToken, Live, true),
            (504, InvalidToken, Unknown, true),
        ],
    ),
    // The token is no longer valid, or was issued to another client.
    ("invalid_grant", &[(400, InvalidToken, Unknown, false)]),
    (
        "invalid_request",
        &[
            (400, InvalidRequest, Live, false),
            (401, Unauthorized, Live, false),
            (429, RateLimited, Live, true),
            (500, Server, Unknown, true),
            (503, Unavailable, Live, true),
        ],
    ),
    ("invalid_client", &[(400, Unauthorized, Live, false)]),
    // From the vendor's OpenAPI document, as are `unexpected_error` and `partner_service_unresponsive`.
    (
        "invalid_client_id",
        &[
            (200, Unauthorized, Live, false),
            (400, Unauthorized, Live, false),
            (401, Unauthorized, Live, false),
            (500, Unauthorized, Unknown, true),
        ],
    ),
    ("unauthorized_client", &[(400, Unauthorized, Live, false)]),
    ("access_denied", &[(400, Unauthorized, Live, false)]),
    (
        "unsupported_token_type",
        &[
            (400, UnsupportedTokenType, Live, false),
            (401, UnsupportedTokenType, Live, false),
            (500, UnsupportedTokenType, Unknown, true),
        ],
    ),
    (
        "slow_down",
        &[
            (400, RateLimited, Live, true),
            (501, RateLimited, Unknown, true),
        ],
    ),
    (
        "temporarily_unavailable",
        &[
            (400, Unavailable, Live, true),
            (500, Unavailable, Unknown, true),
        ],
    ),
    (
        "server_error",
        &[(400, Server, Unknown, true), (503, Server, Live, true)],
    ),
    (
        "unexpected_error",
        &[
            (200, Server, Unknown, true),
            (400, Server, Unknown, true),
            (500, Server, Unknown, true),
            (503, Server, Live, true),
        ],
    ),
    (
        "partner_service_unresponsive",
        &[
            (200, Unavailable, Unknown, true),
            (400, Unavailable, Unknown, true),
            (404, Unavailable, Unknown, true),
            (500, Unavailable, Unknown, true),
            (503, Unavailable, Live, true),
        ],
    ),
];

pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (code, meanings) in DOCUMENTED {
        let row = |&meaning| row(code, meaning, "", documented_error(code));
        rows.extend(meanings.iter().map(row));
    }
    for (code, meanings) in OAUTH {
        let row = |&meaning| row(code, meaning, " (RFC 6749)", oauth_error(code));
        rows.extend(meanings.iter().map(row));
    }
    rows.push(Row::response(
        "302 `invalid_token`: bodies of redirects are ignored",
        response(302, JSON, documented_error("invalid_token")),
        failed(Redirect, 302, 1, false, Live),
    ));
    rows
}

fn row(code: &str, meaning: Meaning, shape: &str, body: String) -> Row {
    let (status, kind, state, is_retryable) = meaning;
    let attempts = if is_retryable { 3 } else { 1 };
    Row::response(
        format!("{status} `{code}`{shape}"),
        response(status, JSON, body),
        failed(kind, status, attempts, is_retryable, state).code(code),
    )
}
