//! Configuration from environment variables. No error quotes a value, which may be a misplaced secret.

use std::env;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context as _;
use digilocker::{Credentials, Environment};
use tracing_subscriber::filter::LevelFilter;

use crate::queue::Key;
use crate::rule::Backoff;
use crate::secret;

#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) environment: Environment,
    pub(crate) credentials: Credentials,
    pub(crate) listen: SocketAddr,
    pub(crate) queue: PathBuf,
    pub(crate) queue_key: Key,
    pub(crate) previous_queue_key: Option<Key>,
    pub(crate) concurrency: usize,
    pub(crate) drain_interval: Duration,
    pub(crate) backoff: Backoff,
    pub(crate) shutdown: Duration,
}

impl Config {
    pub(crate) fn from_env() -> anyhow::Result<Self> {
        let id: String = required("DIGILOCKER_CLIENT_ID")?;
        let secret = secret::read("DIGILOCKER_CLIENT_SECRET")?
            .context("`DIGILOCKER_CLIENT_SECRET` or `DIGILOCKER_CLIENT_SECRET_FILE` is not set")?;
        let concurrency = optional("LOGOUT_CONCURRENCY", 16)?;
        anyhow::ensure!(concurrency > 0, "`LOGOUT_CONCURRENCY` is zero");
        Ok(Self {
            environment: required("DIGILOCKER_ENV")?,
            credentials: Credentials::basic(id, secret.as_str()),
            listen: optional("LOGOUT_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8080)))?,
            queue: optional("LOGOUT_QUEUE", PathBuf::from("logout-queue.db"))?,
            queue_key: key("LOGOUT_QUEUE_KEY")?
                .context("`LOGOUT_QUEUE_KEY` or `LOGOUT_QUEUE_KEY_FILE` is not set")?,
            previous_queue_key: key("LOGOUT_QUEUE_KEY_PREVIOUS")?,
            concurrency,
            drain_interval: seconds("LOGOUT_DRAIN_SECONDS", 5)?,
            backoff: Backoff {
                min: seconds("LOGOUT_BACKOFF_SECONDS", 1)?,
                max: seconds("LOGOUT_BACKOFF_MAX_SECONDS", 300)?,
            },
            shutdown: seconds("LOGOUT_SHUTDOWN_SECONDS", 15)?,
        })
    }
}

/// The level of the logs.
pub(crate) fn log_level() -> anyhow::Result<LevelFilter> {
    optional("LOGOUT_LOG", LevelFilter::INFO)
}

fn key(variable: &str) -> anyhow::Result<Option<Key>> {
    let text = secret::read(variable)?;
    let key = text.map(|text| text.parse()).transpose();
    key.with_context(|| format!("`{variable}` is invalid"))
}

fn required<T: FromStr<Err: fmt::Display>>(variable: &str) -> anyhow::Result<T> {
    variable_of(variable)?.with_context(|| format!("`{variable}` is not set"))
}

fn optional<T: FromStr<Err: fmt::Display>>(variable: &str, default: T) -> anyhow::Result<T> {
    Ok(variable_of(variable)?.unwrap_or(default))
}

fn variable_of<T: FromStr<Err: fmt::Display>>(variable: &str) -> anyhow::Result<Option<T>> {
    let Some(text) = env::var_os(variable) else {
        return Ok(None);
    };
    let text = text
        .to_str()
        .with_context(|| format!("`{variable}` is not UTF-8"))?;
    let value = text.parse();
    value
        .map(Some)
        .map_err(|error| anyhow::anyhow!("`{variable}` is invalid: {error}"))
}

fn seconds(variable: &str, default: u64) -> anyhow::Result<Duration> {
    let Some(seconds) = variable_of(variable)? else {
        return Ok(Duration::from_secs(default));
    };
    let duration = Duration::try_from_secs_f64(seconds).ok();
    duration
        .filter(|duration| !duration.is_zero())
        .with_context(|| format!("`{variable}` is invalid: expected a positive number of seconds"))
}
