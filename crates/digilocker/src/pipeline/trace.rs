//! Spans and events: one span a call, one event an attempt, in the names of OpenTelemetry's stable
//! semantic conventions for HTTP clients. Never a token, a secret, a header or a body, at any level.
//!
//! Without the feature `tracing`, nothing.

use http::StatusCode;

use super::failure::Failure;
use super::run::{GiveUp, Operation};

/// The server as spans name it.
#[cfg_attr(
    not(feature = "tracing"),
    allow(dead_code, reason = "only spans name the server")
)]
#[derive(Clone, Debug)]
pub(crate) struct Server {
    address: String,
    port: Option<u16>,
}

impl Server {
    pub(crate) fn new(base_url: &str) -> Self {
        let url = url::Url::parse(base_url).ok();
        let address = url.as_ref().and_then(|url| url.host_str());
        Self {
            address: address.unwrap_or_default().to_owned(),
            port: url.as_ref().and_then(url::Url::port_or_known_default),
        }
    }
}

#[cfg(feature = "tracing")]
mod on {
    use tracing::field::Empty;
    use tracing::instrument::{Instrument as _, Instrumented};
    use tracing::{Level, Span};

    use super::{Failure, GiveUp, Operation, Server, StatusCode};
    use crate::pipeline::failure::{Effect, source_chain};

    const CALL: &str = "digilocker.call";

    /// The span of a call.
    pub(crate) fn call<F: Future>(
        server: &Server,
        operation: Operation,
        call: F,
    ) -> Instrumented<F> {
        call.instrument(tracing::info_span!(
            target: "digilocker",
            CALL,
            otel.name = operation.id,
            otel.kind = "client",
            operation = operation.id,
            http.request.method = Empty,
            server.address = server.address,
            server.port = server.port,
            attempts = Empty,
            token_state = Empty,
        ))
    }

    /// The span of this call. None if it is filtered out: the current one is the caller's then, and may
    /// have fields of the same names.
    fn current_call() -> Span {
        let span = Span::current();
        match span.metadata() {
            Some(metadata) if metadata.name() == CALL => span,
            _ => Span::none(),
        }
    }

    /// What a call that ends leaves on its span.
    pub(crate) fn end_call(attempts: u32, token_state: &'static str) {
        let span = current_call();
        span.record("attempts", attempts);
        span.record("token_state", token_state);
    }

    pub(crate) fn method(method: &http::Method) {
        current_call().record("http.request.method", method.as_str());
    }

    pub(crate) fn attempt_succeeded(status: StatusCode, attempt: u32) {
        tracing::event!(
            target: "digilocker",
            Level::DEBUG,
            { http.response.status_code = status.as_u16(), http.request.resend_count = attempt - 1 },
            "attempt succeeded"
        );
    }

    pub(crate) fn attempt_failed(failure: &Failure, attempt: u32, give_up: Option<GiveUp>) {
        // The levels of an event are fixed at compile time.
        macro_rules! event {
            ($level:expr) => {
                tracing::event!(
                    target: "digilocker",
                    $level,
                    {
                        http.response.status_code = failure.status.map(|status| status.as_u16()),
                        http.request.resend_count = attempt - 1,
                        error.type = failure.kind.as_str(),
                        cause = failure.source.as_ref().map(cause),
                        give_up = give_up.map(GiveUp::as_str),
                    },
                    "attempt failed"
                )
            };
        }
        if failure.effect == Effect::Conclusive {
            // The token is gone already: that is what the caller wants.
            event!(Level::DEBUG);
        } else {
            event!(Level::WARN);
        }
    }

    /// The last source says what went wrong; those before it, only where.
    fn cause(error: &reqwest::Error) -> String {
        source_chain(error)
            .last()
            .map_or_else(String::new, ToString::to_string)
    }

    /// For a future that runs on a thread of its own: its spans belong to the caller's.
    #[cfg(feature = "blocking")]
    pub(crate) fn propagate<F: Future>(
        future: F,
    ) -> tracing::instrument::WithDispatch<Instrumented<F>> {
        use tracing::instrument::WithSubscriber as _;

        future.in_current_span().with_current_subscriber()
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use super::{Failure, GiveUp, Operation, Server, StatusCode};

    pub(crate) fn call<F: Future>(_: &Server, _: Operation, call: F) -> F {
        call
    }

    pub(crate) fn end_call(_attempts: u32, _token_state: &'static str) {}

    pub(crate) fn method(_: &http::Method) {}

    pub(crate) fn attempt_succeeded(_: StatusCode, _attempt: u32) {}

    pub(crate) fn attempt_failed(_: &Failure, _attempt: u32, _: Option<GiveUp>) {}

    #[cfg(feature = "blocking")]
    pub(crate) fn propagate<F: Future>(future: F) -> F {
        future
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) use off::*;
#[cfg(feature = "tracing")]
pub(crate) use on::*;

#[cfg(test)]
#[cfg(feature = "tracing")]
#[path = "trace_tests.rs"]
mod tests;
