//! Revokes DigiLocker tokens at sign-out, without making the user wait.
//!
//! `POST /logout` writes the tokens of a session to an encrypted queue on disk and responds. A task then
//! revokes them. Tokens that may still be alive stay in the queue, and a drain revokes them.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests: a panic says where"))]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use digilocker::Client;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout_at};

use crate::config::Config;
use crate::queue::Queue;
use crate::revocations::{CALL_TIMEOUT, Revocations};

mod config;
mod drain;
mod gate;
mod http;
mod queue;
mod revocations;
mod rule;
mod secret;
mod signal;
mod telemetry;
mod trace_context;

fn main() -> anyhow::Result<ExitCode> {
    let traces = telemetry::init(config::log_level()?)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let result = runtime.block_on(serve());
    // Ends the remaining tasks and their spans.
    runtime.shutdown_timeout(Duration::from_secs(1));
    let code = match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    };
    traces.shutdown()?;
    Ok(code)
}

async fn serve() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    let client = Client::builder(config.environment)
        .credentials(config.credentials)
        .attempt_timeout(CALL_TIMEOUT / 2)
        .timeout(CALL_TIMEOUT)
        .build()?;
    let previous = config.previous_queue_key.as_ref();
    let queue = Queue::open(&config.queue, &config.queue_key, previous)?;
    let revocations = Revocations::new(client, queue, config.concurrency, config.backoff);
    let revocations = Arc::new(revocations);

    let signal = signal::shutdown().context("cannot handle signals")?;
    let drain = drain::run(Arc::clone(&revocations), config.drain_interval);
    let mut drain = revocations.tasks.spawn(drain);
    let listener = TcpListener::bind(config.listen)
        .await
        .context("cannot listen")?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    let server = axum::serve(listener, http::router(Arc::clone(&revocations)))
        .with_graceful_shutdown(revocations.shutdown.clone().cancelled_owned());
    let mut server = tokio::spawn(server.into_future());

    // Drain and server run until the shutdown. If one ends earlier, the service must stop.
    let ended = tokio::select! {
        result = signal => result.context("cannot wait for signals"),
        _ = &mut drain => Err(anyhow::anyhow!("the drain ended")),
        _ = &mut server => Err(anyhow::anyhow!("the server ended")),
    };
    tracing::info!("shutting down");
    revocations.shutdown.cancel();
    revocations.tasks.close();
    let deadline = Instant::now() + config.shutdown;
    let all = async {
        if ended.is_ok() {
            let _ = server.await;
        }
        revocations.tasks.wait().await;
    };
    if timeout_at(deadline, all).await.is_err() {
        tracing::warn!("some calls did not finish in time: their tokens stay in the queue");
    }
    ended
}
