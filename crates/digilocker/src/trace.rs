//! Spans and events: one span per call, one event per attempt. `observability.md` lists them. They never
//! contain a token, a secret, a header or a body, at any level.

use http::StatusCode;
use tracing::field::Empty;
use tracing::{Level, Span};

use crate::Revoked;
use crate::error::{Error, GiveUp, TokenState};

/// The operation's id and method in the spec. Samplers need them when a span begins, before the generated
/// client has built the request.
const OPERATION: &str = "revoke_token";
const METHOD: &str = "POST";

/// The host and port of the server, for spans.
#[derive(Debug)]
pub(crate) struct Server {
    address: String,
    port: Option<u16>,
}

impl Server {
    pub(crate) fn new(base_url: &str) -> Self {
        let url = url::Url::parse(base_url).ok();
        let host = url
            .as_ref()
            .and_then(url::Url::host_str)
            .unwrap_or_default();
        Self {
            // Without the brackets of an IPv6 address in a URL.
            address: host.trim_matches(['[', ']']).to_owned(),
            port: url.as_ref().and_then(url::Url::port_or_known_default),
        }
    }
}

/// The span of a call.
///
/// Fields are recorded on it and never on `Span::current()`: if a filter disables this span, the current
/// span is the caller's, and may have fields of the same names.
pub(crate) struct Call(Span);

// Integers are `i64`, the only integers of OpenTelemetry: `tracing-opentelemetry` exports `u64` as text.
impl Call {
    pub(crate) fn new(server: &Server) -> Self {
        Self(tracing::info_span!(
            target: "digilocker",
            "digilocker.call",
            otel.name = OPERATION,
            otel.kind = "client",
            otel.status_code = Empty,
            operation = OPERATION,
            http.request.method = METHOD,
            server.address = server.address,
            server.port = server.port.map(i64::from),
            http.response.status_code = Empty,
            error.type = Empty,
            attempts = Empty,
            token_state = Empty,
        ))
    }

    /// Runs this, such as one poll of the call, inside the span.
    pub(crate) fn in_scope<T>(&self, run: impl FnOnce() -> T) -> T {
        self.0.in_scope(run)
    }

    pub(crate) fn end(&self, result: &Result<Revoked, Error>) {
        let (status, attempts, state) = match result {
            Ok(revoked) => (Some(revoked.status()), revoked.attempts(), "revoked"),
            Err(error) => {
                self.0.record("error.type", error.kind().as_str());
                if error.token_state() != TokenState::NotRecognised {
                    self.0.record("otel.status_code", "ERROR");
                }
                let state = error.token_state().as_str();
                (error.status(), error.attempts(), state)
            }
        };
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

pub(crate) fn attempt_failed(error: &Error, attempt: u32, give_up: Option<GiveUp>) {
    // The level of an event is fixed at compile time.
    macro_rules! event {
        ($level:expr) => {
            tracing::event!(
                name: "digilocker.attempt",
                target: "digilocker",
                $level,
                {
                    http.response.status_code = error.status().map(code),
                    http.request.resend_count = resend_count(attempt),
                    error.type = error.kind().as_str(),
                    cause = error.cause().as_deref().or(error.0.detail.as_deref()),
                    give_up = give_up.map(GiveUp::as_str),
                },
                "attempt failed"
            )
        };
    }
    if error.token_state() == TokenState::NotRecognised {
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
