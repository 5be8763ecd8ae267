//! What a call leaves in the caller's traces: one span a call, one event an attempt. No token, no
//! secret, no header and no body, at any level.

use tracing::instrument::{Instrument as _, Instrumented};

use crate::Revoked;
use crate::error::Report;

pub(crate) fn call<F: Future>(server: &str, attempts: F) -> Instrumented<F> {
    attempts.instrument(tracing::info_span!("revoke", server))
}

pub(crate) fn succeeded(revoked: &Revoked) {
    let status = revoked.status().as_u16();
    tracing::debug!(attempt = revoked.attempts(), status, "revoked");
}

pub(crate) fn failed(report: &Report) {
    tracing::warn!(
        attempt = report.attempts,
        status = report.status.map(|status| status.as_u16()),
        kind = ?report.kind,
        token_state = ?report.state,
        stop = ?report.stop,
        "attempt failed",
    );
}
