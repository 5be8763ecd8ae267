//! Bodies under other statuses than 200.

use digilocker::ErrorKind::{
    InvalidRequest, InvalidToken, RateLimited, Redirect, Server, TooLarge, Unauthorized,
    Unavailable, UnsupportedTokenType,
};
use digilocker::TokenState::{Live, NotRecognised, Unknown};

use super::success_bodies::{DOCUMENTED, JSON, error_body};
use super::{Outcome, Row, failed};
use crate::response;

pub(super) fn rows() -> Vec<Row> {
    let code = |fault, status, code: &str, expected: Outcome| {
        Row::response(
            fault,
            response(status, JSON, error_body(code)),
            expected.code(code),
        )
    };
    let oauth = |fault, status, code: &str, expected: Outcome| {
        let body = format!(r#"{{"error": "{code}", "error_description": "d"}}"#);
        Row::response(fault, response(status, JSON, body), expected.code(code))
    };
    let refused = || failed(InvalidRequest, 400, 1, false, Live);
    vec![
        code(
            "400, the documented error",
            400,
            "VALIDATION_ERROR",
            refused(),
        ),
        code("400 `invalid_request`", 400, "invalid_request", refused()),
        code(
            "400 `invalid_token`",
            400,
            "invalid_token",
            failed(InvalidToken, 400, 1, false, NotRecognised),
        ),
        code(
            "400 `INVALID_TOKEN`",
            400,
            "INVALID_TOKEN",
            failed(InvalidToken, 400, 1, false, NotRecognised),
        ),
        oauth(
            "401 `invalid_token`: about the request's own authorization (RFC 6750 §3.1)",
            401,
            "invalid_token",
            failed(InvalidToken, 401, 1, false, Unknown),
        ),
        code("400 with an unknown code", 400, "E_42", refused()),
        oauth(
            "400 `invalid_token`, an RFC 6749 error",
            400,
            "invalid_token",
            failed(InvalidToken, 400, 1, false, NotRecognised),
        ),
        oauth(
            "400 `invalid_client`: rejected credentials under the wrong status",
            400,
            "invalid_client",
            failed(Unauthorized, 400, 1, false, Live),
        ),
        oauth(
            "400 `unauthorized_client`",
            400,
            "unauthorized_client",
            failed(Unauthorized, 400, 1, false, Live),
        ),
        oauth(
            "400 `invalid_grant`: no longer valid, or issued to another client",
            400,
            "invalid_grant",
            failed(InvalidToken, 400, 1, false, Unknown),
        ),
        oauth(
            "400 `unsupported_token_type`",
            400,
            "unsupported_token_type",
            failed(UnsupportedTokenType, 400, 1, false, Live),
        ),
        oauth(
            "401 `unsupported_token_type`, under the wrong status",
            401,
            "unsupported_token_type",
            failed(UnsupportedTokenType, 401, 1, false, Live),
        ),
        oauth(
            "400 `slow_down`",
            400,
            "slow_down",
            failed(RateLimited, 400, 3, true, Live),
        ),
        oauth(
            "400 `temporarily_unavailable`",
            400,
            "temporarily_unavailable",
            failed(Unavailable, 400, 3, true, Live),
        ),
        oauth(
            "400 `server_error`",
            400,
            "server_error",
            failed(Server, 400, 3, true, Unknown),
        ),
        oauth(
            "500 `invalid_token`: a failing server does not know the state",
            500,
            "invalid_token",
            failed(InvalidToken, 500, 3, true, Unknown),
        ),
        oauth(
            "503 `invalid_token`: 503 means that the token was not revoked",
            503,
            "invalid_token",
            failed(InvalidToken, 503, 3, true, Live),
        ),
        Row::response(
            "400, the documented error and an RFC 6749 error in one body",
            response(
                400,
                JSON,
                r#"{"success": false, "error": {"code": "VALIDATION_ERROR", "message": "m"}, "error_description": "d"}"#,
            ),
            refused().code("VALIDATION_ERROR"),
        ),
        Row::response(
            "400, the documented success: the status takes precedence",
            response(400, JSON, DOCUMENTED),
            refused(),
        ),
        Row::response("400 `{}`", response(400, JSON, "{}"), refused()),
        Row::response("400 `null`", response(400, JSON, "null"), refused()),
        Row::response(
            "400 HTML",
            response(
                400,
                &["content-type: text/html"],
                "<html>bad request</html>",
            ),
            refused(),
        ),
        Row::response(
            "400, invalid UTF-8",
            response(400, JSON, b"\xff\xfe"),
            refused(),
        ),
        Row::response(
            "400, truncated JSON",
            response(400, JSON, r#"{"error": {"code": "x"#),
            refused(),
        ),
        Row::response(
            "400, nested 10,000 deep",
            response(400, JSON, "[".repeat(10_000)),
            refused(),
        ),
        Row::response(
            "400, 1 MiB",
            response(400, JSON, vec![b'x'; 1 << 20]),
            failed(TooLarge, 400, 1, false, Live),
        ),
        Row::response(
            "503, 1 MiB",
            response(503, &["content-type: text/html"], vec![b'x'; 1 << 20]),
            failed(TooLarge, 503, 3, true, Live),
        ),
        Row::response(
            "302, the documented success",
            response(302, &["location: /"], DOCUMENTED),
            failed(Redirect, 302, 1, false, Live),
        ),
        Row::response(
            "302 `invalid_token`: bodies of redirects are ignored",
            response(302, JSON, error_body("invalid_token")),
            failed(Redirect, 302, 1, false, Live),
        ),
        Row::response(
            "404 HTML",
            response(404, &["content-type: text/html"], "<html>"),
            failed(InvalidRequest, 404, 1, false, Live),
        ),
    ]
}
