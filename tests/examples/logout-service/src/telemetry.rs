//! Logs on standard error, spans on standard output.

use std::io;

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Applies the level to this service and to `digilocker` only. The HTTP stack logs at most warnings, because at
/// `trace` it may log request data.
fn filter(level: LevelFilter) -> Targets {
    Targets::new()
        .with_default(LevelFilter::WARN.min(level))
        .with_target("logout_service", level)
        .with_target("digilocker", level)
}

/// Exports spans in batches. In your service, replace the exporter of `opentelemetry-stdout` by that of
/// `opentelemetry-otlp`.
pub(crate) fn init(level: LevelFilter) -> anyhow::Result<SdkTracerProvider> {
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(opentelemetry_stdout::SpanExporter::default())
        .with_resource(
            Resource::builder()
                .with_service_name("logout-service")
                .build(),
        )
        .build();
    let spans = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("logout-service"))
        .with_location(false)
        .with_threads(false);
    let logs = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(io::stderr);
    tracing_subscriber::registry()
        .with(filter(level))
        .with(logs)
        .with(spans)
        .try_init()
        .context("cannot set up the logs")?;
    Ok(provider)
}
