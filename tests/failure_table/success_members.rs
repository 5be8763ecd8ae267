//! The members `success` and `revoked` of a body under 2xx.

use digilocker::ErrorKind::{InvalidToken, Protocol, Server, Unavailable};
use digilocker::TokenState::{Live, NotRecognised, Unknown};

use super::bodies::{DOCUMENTED, JSON, ok};
use super::{Outcome, Row, confirmed, failed, revoked};
use crate::response;

pub(super) fn rows() -> Vec<Row> {
    let mut rows = values();
    rows.extend(combinations());
    rows.extend(beside_an_error());
    rows.extend(other_statuses());
    rows
}

fn refused(status: u16) -> Outcome {
    failed(Server, status, 1, false, Live)
}

fn contradictory(status: u16) -> Outcome {
    failed(Protocol, status, 1, false, Unknown)
}

/// A 200 with this body, named like it.
fn body(body: &str, expected: Outcome) -> Row {
    Row::response(format!("200 `{body}`"), ok(body), expected)
}

/// Each kind of value of one of the members.
fn values() -> Vec<Row> {
    let mut rows = Vec::new();
    for member in ["success", "revoked"] {
        let row = |value, expected| body(&format!(r#"{{"{member}": {value}}}"#), expected);
        rows.extend(["true", r#""true""#, "1"].map(|value| row(value, confirmed(200, 1))));
        rows.extend(["false", r#""false""#, "0"].map(|value| row(value, refused(200))));
        rows.extend(
            [r#""yes""#, r#""""#, "2", "0.5", "[true]", "{}"]
                .map(|value| row(value, contradictory(200))),
        );
        rows.push(row("null", revoked(200, 1)));
    }
    rows
}

/// Both members, or one of them twice.
fn combinations() -> Vec<Row> {
    let with_member = |member| DOCUMENTED.replacen('{', &format!("{{{member}, "), 1);
    vec![
        body(r#"{"success": true, "revoked": true}"#, confirmed(200, 1)),
        body(r#"{"success": null, "revoked": true}"#, confirmed(200, 1)),
        body(r#"{"success": true, "revoked": null}"#, confirmed(200, 1)),
        body(r#"{"success": false, "revoked": false}"#, refused(200)),
        body(r#"{"success": true, "revoked": false}"#, contradictory(200)),
        body(r#"{"success": false, "revoked": true}"#, contradictory(200)),
        body(r#"{"success": "true", "revoked": 0}"#, contradictory(200)),
        body(r#"{"success": true, "success": false}"#, contradictory(200)),
        body(r#"{"success": false, "success": true}"#, contradictory(200)),
        Row::response(
            "200, the documented success with `\"revoked\": false`: unknown members are ignored",
            ok(with_member(r#""revoked": false"#)),
            confirmed(200, 1),
        ),
        Row::response(
            "200, the documented success with `\"error\": \"E_42\"`: unknown members are ignored",
            ok(with_member(r#""error": "E_42""#)),
            confirmed(200, 1),
        ),
    ]
}

/// One of the members and an error.
fn beside_an_error() -> Vec<Row> {
    let unknown = || failed(Server, 200, 1, false, Unknown);
    vec![
        body(r#"{"success": true, "error": null}"#, confirmed(200, 1)),
        body(r#"{"success": true, "error": {}}"#, confirmed(200, 1)),
        body(r#"{"revoked": true, "error": null}"#, confirmed(200, 1)),
        body(
            r#"{"success": true, "error": {"code": "E_42", "message": "m"}}"#,
            contradictory(200).code("E_42"),
        ),
        body(
            r#"{"success": true, "error": {"message": "m"}}"#,
            contradictory(200),
        ),
        body(
            r#"{"revoked": true, "error": "invalid_token"}"#,
            contradictory(200).code("invalid_token"),
        ),
        body(
            r#"{"success": false, "error": {"code": "E_42", "message": "m"}}"#,
            refused(200).code("E_42"),
        ),
        body(
            r#"{"success": false, "error": {"code": "invalid_token", "message": "m"}}"#,
            failed(InvalidToken, 200, 1, false, NotRecognised).code("invalid_token"),
        ),
        body(
            r#"{"revoked": false, "error": "invalid_token"}"#,
            failed(InvalidToken, 200, 1, false, NotRecognised).code("invalid_token"),
        ),
        body(
            r#"{"revoked": "false", "error": "temporarily_unavailable"}"#,
            failed(Unavailable, 200, 3, true, Live).code("temporarily_unavailable"),
        ),
        body(
            r#"{"revoked": 0, "error": "server_error"}"#,
            failed(Server, 200, 3, true, Unknown).code("server_error"),
        ),
        body(r#"{"error": "E_42"}"#, unknown().code("E_42")),
        body(
            r#"{"success": null, "error": "E_42"}"#,
            unknown().code("E_42"),
        ),
        body(
            r#"{"revoked": null, "error": "E_42"}"#,
            unknown().code("E_42"),
        ),
        body(r#"{"error": {"code": 401, "message": "m"}}"#, unknown()),
        body(r#"{"error_description": "d"}"#, unknown()),
        body(r#"{"error": null}"#, revoked(200, 1)),
    ]
}

/// Statuses that mean success, and two that do not.
fn other_statuses() -> Vec<Row> {
    let row = |status, body: &str, expected: Outcome| {
        let response = response(status, JSON, body);
        Row::response(format!("{status} `{body}`"), response, expected)
    };
    vec![
        row(201, r#"{"revoked": true}"#, confirmed(201, 1)),
        row(203, r#"{"success": true}"#, confirmed(203, 1)),
        row(201, r#"{"revoked": false}"#, refused(201)),
        row(202, r#"{"revoked": false}"#, refused(202)),
        // Neither status says that the token is revoked already.
        row(202, r#"{"revoked": true}"#, contradictory(202)),
        row(206, r#"{"success": true}"#, contradictory(206)),
        Row::response(
            "202 `{\"success\": true, \"data\": {\"id\": \"abc123\", \"created_at\": \"2025-01-01T00:00:00Z\"}}`",
            response(202, JSON, &*DOCUMENTED),
            contradictory(202),
        ),
    ]
}
