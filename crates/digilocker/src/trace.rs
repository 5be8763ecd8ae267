//! What a call leaves in the caller's traces: one span a call, one event an attempt. Without the
//! feature `tracing`, nothing. No token, no secret, no header and no body, at any level.

#[cfg(feature = "tracing")]
pub(crate) use on::{call, failed, succeeded, within};

#[cfg(not(feature = "tracing"))]
pub(crate) use off::{call, failed, succeeded, within};

#[cfg(feature = "tracing")]
mod on {
    use tracing::instrument::{Instrument as _, Instrumented};

    use crate::Revoked;
    use crate::error::Report;

    pub(crate) fn call(server: &str) -> tracing::Span {
        tracing::info_span!("revoke", server)
    }

    pub(crate) fn within<F: Future>(span: tracing::Span, call: F) -> Instrumented<F> {
        call.instrument(span)
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

    pub(crate) fn call(_server: &str) {}

    pub(crate) fn within<F: Future>((): (), call: F) -> F {
        call
    }

    pub(crate) fn succeeded(_: &Revoked) {}

    pub(crate) fn failed(_: &Report) {}
}
