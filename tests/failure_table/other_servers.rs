//! Members of other servers and gateways under 2xx, and a misused header.

use digilocker::ErrorKind::{Protocol, Server};
use digilocker::TokenState::Unknown;

use super::bodies::ok;
use super::{Outcome, Row, confirmed, failed, revoked};
use crate::response;

pub(super) fn rows() -> Vec<Row> {
    let mut rows = zero_values();
    rows.extend(failures());
    for coding in ["utf-8", "UTF-8"] {
        let header = format!("content-encoding: {coding}");
        rows.push(Row::response(
            format!("200 `{{\"revoked\": true}}` with `{header}`, which is not an encoding"),
            response(200, &[&header], r#"{"revoked": true}"#),
            confirmed(200, 1),
        ));
    }
    rows
}

fn body(body: &str, expected: Outcome) -> Row {
    Row::response(format!("200 `{body}`"), ok(body), expected)
}

/// Beside a success they are no error, and alone they say nothing.
fn zero_values() -> Vec<Row> {
    let members = [
        r#""error": """#,
        r#""error": 0"#,
        r#""error": false"#,
        r#""error": []"#,
        r#""error": {"code": "", "message": ""}"#,
        r#""error": {"code": 0}"#,
        r#""error": {"code": null, "details": {}}"#,
        r#""error_description": """#,
        r#""errors": []"#,
        r#""errors": {"token": ""}"#,
        r#""status": "ok""#,
        r#""ok": true"#,
    ];
    let mut rows = Vec::new();
    for member in members {
        let with_success = format!(r#"{{"success": true, {member}}}"#);
        rows.push(body(&with_success, confirmed(200, 1)));
        rows.push(body(&format!("{{{member}}}"), revoked(200, 1)));
    }
    rows
}

/// They speak of a failure: alone the state is unknown, and beside a success they contradict it.
fn failures() -> Vec<Row> {
    let members = [
        r#""errors": ["m"]"#,
        r#""errors": [{"status": "422"}]"#,
        r#""errors": {"token": "m"}"#,
        r#""status": "error""#,
        r#""status": "ERROR""#,
        r#""status": "fail""#,
        r#""status": "failed""#,
        r#""status": "failure""#,
        r#""ok": false"#,
        r#""error": [0]"#,
    ];
    let mut rows = Vec::new();
    for member in members {
        let unknown = failed(Server, 200, 1, false, Unknown);
        rows.push(body(&format!("{{{member}}}"), unknown));
        let contradictory = failed(Protocol, 200, 1, false, Unknown);
        let with_success = format!(r#"{{{member}, "success": true}}"#);
        rows.push(body(&with_success, contradictory));
    }
    rows
}
