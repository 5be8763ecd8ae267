//! Spans and events: one span per call, one event per attempt. `observability.md` lists them. They never
//! contain a token, a secret, a header or a body, at any level.
//!
//! Without the feature `tracing`, these functions do nothing.

use http::StatusCode;

use super::failure::Failure;
use super::run::{GiveUp, GivenUp, Operation};

/// The host and port of the server, for spans.
#[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "for spans only"))]
#[derive(Clone, Debug)]
pub(crate) struct Server {
    address: String,
    port: Option<u16>,
}

impl Server {
    pub(crate) fn new(base_url: &str) -> Self {
        let url = url::Url::parse(base_url).ok();
        let address = url
            .as_ref()
            .and_then(url::Url::host)
            .map(|host| match host {
                // Without the brackets of a URL.
                url::Host::Ipv6(address) => address.to_string(),
                host => host.to_string(),
            });
        Self {
            address: address.unwrap_or_default(),
            port: url.as_ref().and_then(url::Url::port_or_known_default),
        }
    }
}

#[cfg(feature = "tracing")]
mod on {
    use tracing::field::Empty;
    use tracing::instrument::{Instrument as _, Instrumented};
    use tracing::{Level, Span};

    use super::{Failure, GiveUp, GivenUp, Operation, Server, StatusCode};
    use crate::pipeline::failure::{Effect, source_chain};

    /// Maximum length of a cause, in characters: a certificate may name any number of hosts.
    const MAX_CAUSE: usize = 256;

    /// The span of a call.
    ///
    /// Fields are recorded on it and never on `Span::current()`: if a filter disables this span, the current
    /// span is the caller's, and may have fields of the same names.
    pub(crate) struct Call(Span);

    // Integers are `i64`, the only integers of OpenTelemetry: `tracing-opentelemetry` exports `u64` as text.
    impl Call {
        pub(crate) fn new(server: &Server, operation: Operation) -> Self {
            Self(tracing::info_span!(
                target: "digilocker",
                "digilocker.call",
                otel.name = operation.id,
                otel.kind = "client",
                otel.status_code = Empty,
                operation = operation.id,
                http.request.method = operation.method,
                server.address = server.address,
                server.port = server.port.map(i64::from),
                http.response.status_code = Empty,
                error.type = Empty,
                attempts = Empty,
                token_state = Empty,
            ))
        }

        pub(crate) fn instrument<F: Future>(&self, call: F) -> Instrumented<F> {
            call.instrument(self.0.clone())
        }

        pub(crate) fn succeeded(&self, status: StatusCode, attempts: u32, state: &'static str) {
            self.end(Some(status), attempts, state);
        }

        pub(crate) fn failed(&self, given_up: &GivenUp, state: &'static str) {
            self.0.record("error.type", given_up.failure.kind.as_str());
            if given_up.effect != Effect::Conclusive {
                self.0.record("otel.status_code", "ERROR");
            }
            self.end(given_up.failure.status, given_up.attempts, state);
        }

        fn end(&self, status: Option<StatusCode>, attempts: u32, state: &'static str) {
            self.0
                .record("http.response.status_code", status.map(code))
                .record("attempts", i64::from(attempts))
                .record("token_state", state);
        }
    }

    pub(crate) fn attempt_succeeded(status: StatusCode, attempt: u32) {
        tracing::event!(
            name: "digilocker.attempt",
            target: "digilocker",
            Level::DEBUG,
            {
                http.response.status_code = code(status),
                http.request.resend_count = resend_count(attempt),
            },
            "attempt succeeded"
        );
    }

    pub(crate) fn attempt_failed(failure: &Failure, attempt: u32, give_up: Option<GiveUp>) {
        // The level of an event is fixed at compile time.
        macro_rules! event {
            ($level:expr) => {
                tracing::event!(
                    name: "digilocker.attempt",
                    target: "digilocker",
                    $level,
                    {
                        http.response.status_code = failure.status.map(code),
                        http.request.resend_count = resend_count(attempt),
                        error.type = failure.kind.as_str(),
                        cause = cause(failure),
                        give_up = give_up.map(GiveUp::as_str),
                    },
                    "attempt failed"
                )
            };
        }
        if failure.effect == Effect::Conclusive {
            // The token is already gone, as the caller wants.
            event!(Level::DEBUG);
        } else {
            event!(Level::WARN);
        }
    }

    fn code(status: StatusCode) -> i64 {
        status.as_u16().into()
    }

    /// Absent for the first attempt, which is not a resend.
    fn resend_count(attempt: u32) -> Option<i64> {
        (attempt > 1).then(|| i64::from(attempt) - 1)
    }

    /// The text of the last source, which says what went wrong. Those before it only say where.
    fn cause(failure: &Failure) -> Option<String> {
        let source = failure.source.as_ref();
        let last = source.and_then(|error| source_chain(error).last());
        let cause = match (last, &failure.detail) {
            (Some(source), _) => source.to_string(),
            (None, Some(detail)) => return Some(detail.clone().into_owned()),
            (None, None) => return None,
        };
        // The peer may control part of the text, so it is limited to one short line.
        let printable = |c: char| if c.is_control() { ' ' } else { c };
        Some(cause.chars().map(printable).take(MAX_CAUSE).collect())
    }

    /// For a future that runs on another thread: its spans become children of the caller's span.
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
    use super::{Failure, GiveUp, GivenUp, Operation, Server, StatusCode};

    pub(crate) struct Call;

    #[allow(clippy::unused_self, reason = "the span of `on`")]
    impl Call {
        pub(crate) fn new(_: &Server, _: Operation) -> Self {
            Self
        }

        pub(crate) fn instrument<F: Future>(&self, call: F) -> F {
            call
        }

        pub(crate) fn succeeded(&self, _: StatusCode, _attempts: u32, _state: &'static str) {}

        pub(crate) fn failed(&self, _: &GivenUp, _state: &'static str) {}
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

#[cfg(test)]
#[cfg(feature = "tracing")]
#[path = "trace_tests.rs"]
mod tests;
