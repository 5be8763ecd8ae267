//! Spans and events: one span per call, one event per attempt. `observability.md` lists them. They never
//! contain a token, a secret, a header or a body, at any level.

use tracing::field::Empty;
use tracing::{Level, Span};
use url::Url;

use crate::Revoked;
use crate::error::{Error, GiveUp, TokenState};

/// The operation's id and method in the spec. Samplers need them when a span begins, before the generated
/// client has built the request.
const OPERATION: &str = "revoke_token";
const METHOD: &str = "POST";

/// The span of a call.
///
/// Fields are recorded on it and never on `Span::current()`: if a filter disables this span, the current
/// span is the caller's, and may have fields of the same names.
// Integers are `i64`, the only integers of OpenTelemetry: `tracing-opentelemetry` exports `u64` as text.
pub(crate) fn call(server: Option<&Url>) -> Span {
    tracing::info_span!(
        target: "digilocker",
        "digilocker.call",
        otel.name = OPERATION,
        otel.kind = "client",
        otel.status_code = Empty,
        operation = OPERATION,
        http.request.method = METHOD,
        // Without the brackets of an IPv6 address in a URL.
        server.address = server.and_then(Url::host_str).map(|host| host.trim_matches(['[', ']'])),
        server.port = server.and_then(Url::port_or_known_default).map(i64::from),
        http.response.status_code = Empty,
        error.type = Empty,
        attempts = Empty,
        token_state = Empty,
    )
}

/// Records the result of a call on its span.
pub(crate) fn end(span: &Span, result: &Result<Revoked, Error>) {
    let (attempts, state) = match result {
        Ok(revoked) => (revoked.attempts(), "revoked"),
        Err(error) => {
            span.record("error.type", error.kind().as_str());
            if error.token_state() != TokenState::NotRecognised {
                span.record("otel.status_code", "ERROR");
            }
            (error.attempts(), error.token_state().as_str())
        }
    };
    span.record("http.response.status_code", status(result.as_ref()))
        .record("attempts", i64::from(attempts))
        .record("token_state", state);
}

/// The event of an attempt, with the reason why no further one is made.
pub(crate) fn attempt(result: Result<&Revoked, &Error>, attempt: u32, give_up: Option<GiveUp>) {
    let error = result.err();
    // The level and the text of an event are fixed at compile time.
    macro_rules! event {
        ($level:expr, $text:literal) => {
            tracing::event!(
                name: "digilocker.attempt",
                target: "digilocker",
                $level,
                {
                    http.response.status_code = status(result),
                    // Absent for the first attempt, which is not a resend.
                    http.request.resend_count = (attempt > 1).then(|| i64::from(attempt) - 1),
                    error.type = error.map(|error| error.kind().as_str()),
                    cause = error.and_then(Error::cause).as_deref()
                        .or(error.and_then(|error| error.details.detail.as_deref())),
                    give_up = give_up.map(GiveUp::as_str),
                },
                $text
            )
        };
    }
    match error.map(Error::token_state) {
        None => event!(Level::DEBUG, "attempt succeeded"),
        // The token is already gone, as the caller wants.
        Some(TokenState::NotRecognised) => event!(Level::DEBUG, "attempt failed"),
        Some(TokenState::Live | TokenState::Unknown) => event!(Level::WARN, "attempt failed"),
    }
}

fn status(result: Result<&Revoked, &Error>) -> Option<i64> {
    let status = match result {
        Ok(revoked) => Some(revoked.status()),
        Err(error) => error.status(),
    };
    status.map(|status| status.as_u16().into())
}
