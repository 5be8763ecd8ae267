//! What a call leaves in the caller's traces: one span a call, one event an attempt. Without the
//! feature `tracing`, nothing. No token, no secret, no header and no body, at any level.

#[cfg(feature = "tracing")]
pub(crate) use on::{call, failed, succeeded};

#[cfg(not(feature = "tracing"))]
pub(crate) use off::{call, failed, succeeded};

#[cfg(feature = "tracing")]
mod on {
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
}

#[cfg(not(feature = "tracing"))]
mod off {
    use crate::Revoked;
    use crate::error::Report;

    pub(crate) fn call<F: Future>(_server: &str, attempts: F) -> F {
        attempts
    }

    pub(crate) fn succeeded(_: &Revoked) {}

    pub(crate) fn failed(_: &Report) {}
}
