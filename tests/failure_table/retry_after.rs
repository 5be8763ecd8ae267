//! 503 with `Retry-After`.

use std::time::Duration;

use digilocker::ErrorKind::Unavailable;
use digilocker::TokenState::Live;

use super::{Outcome, Row, failed};
use crate::response;

/// The server sends this value, and the date 2025-01-01 00:00:00.
fn row(name: &str, value: &str, expected: Outcome) -> Row {
    let value = format!("retry-after: {value}");
    let headers = ["date: Wed, 01 Jan 2025 00:00:00 GMT", &value];
    // Shorter than each wait that ends the call.
    Row::response(name, response(503, &headers, ""), expected)
        .configure(|builder| builder.timeout(Duration::from_secs(30)))
}

pub(super) fn rows() -> Vec<Row> {
    let retried = || failed(Unavailable, 503, 3, true, Live);
    let not_retried = |seconds| failed(Unavailable, 503, 1, true, Live).retry_after(seconds);
    vec![
        row("`Retry-After: 0`", "0", retried().retry_after(0)),
        row(
            "`Retry-After: 3600`, past the deadline: fails at once",
            "3600",
            not_retried(3600),
        ),
        row(
            "`Retry-After` with a date 120 s after the response's `Date`",
            "Wed, 01 Jan 2025 00:02:00 GMT",
            not_retried(120),
        ),
        row(
            "`Retry-After` with a past date",
            "Tue, 31 Dec 2024 23:00:00 GMT",
            retried().retry_after(0),
        ),
        row(
            "`Retry-After` with a number that overflows",
            "99999999999999999999999",
            not_retried(1 << 31),
        ),
        row("`Retry-After: -5`", "-5", retried()),
        row("`Retry-After: soon`", "soon", retried()),
    ]
}
