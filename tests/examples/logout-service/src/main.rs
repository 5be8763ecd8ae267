//! Revokes DigiLocker tokens at sign-out, without making the user wait.
//!
//! `POST /logout` writes the tokens of a session to an encrypted queue on disk and responds. The drain revokes
//! them. Tokens that may still be live stay in the queue.

#![forbid(unsafe_code)]

mod config;
mod drain;
mod http;
mod queue;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use digilocker::Client;
use tokio::net::TcpListener;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::Config;
use crate::drain::Drain;
use crate::queue::Queue;

/// The timeout of a call, including all attempts: a shutdown waits for the calls in flight.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    log(config.log_level)?;
    let client = Client::builder(config.environment)
        .credentials(config.credentials)
        .attempt_timeout(CALL_TIMEOUT / 2)
        .timeout(CALL_TIMEOUT)
        .build()?;
    let queue = Queue::open(&config.queue, &config.queue_key)?;
    let drain = Arc::new(Drain::new(client, queue, config.backoff));

    let signal = shutdown().context("cannot handle signals")?;
    let listener = TcpListener::bind(config.listen)
        .await
        .context("cannot listen")?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    let server = async {
        let server = axum::serve(listener, http::router(Arc::clone(&drain)));
        let result = server.with_graceful_shutdown(signal).await;
        tracing::info!("shutting down");
        drain.stop();
        result
    };
    let (result, ()) = tokio::join!(server, drain.run());
    Ok(result?)
}

/// Logs to standard error. The level applies to this service and to `digilocker`. The HTTP stack logs at most
/// warnings, because at `trace` it may log request data.
fn log(level: LevelFilter) -> anyhow::Result<()> {
    let filter = Targets::new()
        .with_default(LevelFilter::WARN.min(level))
        .with_target("logout_service", level)
        .with_target("digilocker", level);
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(io::stderr);
    let subscriber = tracing_subscriber::registry().with(filter).with(layer);
    subscriber.try_init().context("cannot set up the logs")
}

/// Waits for Ctrl-C or SIGTERM. Once this returns, these signals no longer terminate the process by default.
#[cfg(unix)]
fn shutdown() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
fn shutdown() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!("cannot wait for signals: {error}");
        }
    })
}
