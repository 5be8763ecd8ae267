//! W3C trace context: extracted from sign-out requests, injected into calls to DigiLocker.

use digilocker::http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Sets the parent of the span from the headers of a request.
pub(crate) fn set_parent(span: &Span, headers: &HeaderMap) {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    // Fails if the span is filtered out and needs no parent.
    let _ = span.set_parent(parent);
}

/// The `traceparent` header of the current span. `tracestate` is omitted: it is meant for the tracing vendors
/// of this service, not for DigiLocker.
pub(crate) fn header_of_current_span() -> Option<(HeaderName, HeaderValue)> {
    let mut headers = HeaderMap::new();
    let context = Span::current().context();
    TraceContextPropagator::new().inject_context(&context, &mut HeaderInjector(&mut headers));
    Some((TRACEPARENT, headers.remove(TRACEPARENT)?))
}
