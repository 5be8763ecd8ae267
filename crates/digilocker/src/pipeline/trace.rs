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

    /// The span of a call.
    ///
    /// Fields are recorded on it and never on `Span::current()`: where a filter disables this span, that
    /// is a span of the caller's, and may have fields of the same names.
    pub(crate) struct Call(Span);

    impl Call {
        pub(crate) fn new(server: &Server, operation: Operation) -> Self {
            Self(tracing::info_span!(
                target: "digilocker",
                "digilocker.call",
                otel.name = operation.id,
                otel.kind = "client",
                operation = operation.id,
                http.request.method = operation.method,
                server.address = server.address,
                server.port = server.port,
                attempts = Empty,
                token_state = Empty,
            ))
        }

        pub(crate) fn instrument<F: Future>(&self, call: F) -> Instrumented<F> {
            call.instrument(self.0.clone())
        }

        pub(crate) fn end(&self, attempts: u32, token_state: &'static str) {
            self.0
                .record("attempts", attempts)
                .record("token_state", token_state);
        }
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
        // The level of an event is fixed at compile time.
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

    pub(crate) struct Call;

    #[allow(clippy::unused_self, reason = "the span of `on`")]
    impl Call {
        pub(crate) fn new(_: &Server, _: Operation) -> Self {
            Self
        }

        pub(crate) fn instrument<F: Future>(&self, call: F) -> F {
            call
        }

        pub(crate) fn end(&self, _attempts: u32, _token_state: &'static str) {}
    }

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
