//! Logs on standard error, spans on standard output.

use std::io;

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The level of this service and of `digilocker`. The HTTP stack stays at `warn`, whatever is set: at
/// `trace`, such libraries log what they send.
fn filter(level: LevelFilter) -> Targets {
    Targets::new()
        .with_default(LevelFilter::WARN.min(level))
        .with_target("logout_service", level)
        .with_target("digilocker", level)
}

/// Exports spans in batches. In a service of yours, `opentelemetry-otlp` takes the place of
/// `opentelemetry-stdout`: this is the one line that changes.
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
