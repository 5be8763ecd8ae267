//! W3C trace context: in from the request of a sign-out, out to DigiLocker.

use digilocker::http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Makes the sender of a request the parent of the span.
pub(crate) fn adopt(span: &Span, headers: &HeaderMap) {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    // It fails when the span is filtered out: then nothing has a parent.
    let _ = span.set_parent(parent);
}

/// The header that names the current span. `tracestate` is left out: it is for the vendors of this
/// service's own traces, and DigiLocker is another party.
pub(crate) fn header_of_current_span() -> Option<(HeaderName, HeaderValue)> {
    let mut headers = HeaderMap::new();
    let context = Span::current().context();
    TraceContextPropagator::new().inject_context(&context, &mut HeaderInjector(&mut headers));
    Some((TRACEPARENT, headers.remove(TRACEPARENT)?))
}
