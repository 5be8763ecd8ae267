//! Configuration from environment variables. No error quotes a value, which may be a misplaced secret.

use std::env;
use std::fmt::Display;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context as _;
use digilocker::{Credentials, Environment};
use tracing_subscriber::filter::LevelFilter;
use zeroize::Zeroizing;

use crate::queue::Key;

#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) environment: Environment,
    pub(crate) credentials: Credentials,
    pub(crate) listen: SocketAddr,
    pub(crate) queue: PathBuf,
    pub(crate) queue_key: Key,
    pub(crate) backoff: Duration,
    pub(crate) log_level: LevelFilter,
}

impl Config {
    pub(crate) fn from_env() -> anyhow::Result<Self> {
        let id: String = required("DIGILOCKER_CLIENT_ID")?;
        let secret: Zeroizing<String> = required::<String>("DIGILOCKER_CLIENT_SECRET")?.into();
        let backoff = Duration::try_from_secs_f64(optional("LOGOUT_BACKOFF_SECONDS", 1.0)?);
        Ok(Self {
            environment: required("DIGILOCKER_ENV")?,
            credentials: Credentials::basic(id, secret.as_str()),
            listen: optional("LOGOUT_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8080)))?,
            queue: optional("LOGOUT_QUEUE", PathBuf::from("logout-queue.db"))?,
            queue_key: required("LOGOUT_QUEUE_KEY")?,
            backoff: backoff.context("`LOGOUT_BACKOFF_SECONDS` is invalid")?,
            log_level: optional("LOGOUT_LOG", LevelFilter::INFO)?,
        })
    }
}

fn required<T: FromStr<Err: Display>>(variable: &str) -> anyhow::Result<T> {
    read(variable)?.with_context(|| format!("`{variable}` is not set"))
}

fn optional<T: FromStr<Err: Display>>(variable: &str, default: T) -> anyhow::Result<T> {
    Ok(read(variable)?.unwrap_or(default))
}

fn read<T: FromStr<Err: Display>>(variable: &str) -> anyhow::Result<Option<T>> {
    let Some(text) = env::var_os(variable) else {
        return Ok(None);
    };
    let text = text
        .to_str()
        .with_context(|| format!("`{variable}` is not UTF-8"))?;
    let value = text.parse().map(Some);
    value.map_err(|error| anyhow::anyhow!("`{variable}` is invalid: {error}"))
}
