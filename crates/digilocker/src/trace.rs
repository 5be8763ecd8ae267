//! What a call leaves in the caller's traces: one span a call, one event an attempt. No token, no
//! secret, no header and no body, at any level.

use tracing::instrument::{Instrument as _, Instrumented};
#[cfg(feature = "blocking")]
use tracing::instrument::{WithDispatch, WithSubscriber as _};

use crate::Revoked;
use crate::error::Report;

pub(crate) fn call<F: Future>(server: &str, attempts: F) -> Instrumented<F> {
    attempts.instrument(tracing::info_span!("revoke", server))
}

/// For what runs on a thread of its own: its traces belong to the thread that asked for it.
#[cfg(feature = "blocking")]
pub(crate) fn from_here<F: Future>(task: F) -> WithDispatch<Instrumented<F>> {
    task.in_current_span().with_current_subscriber()
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
