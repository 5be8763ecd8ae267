//! The settings of a run in its journal, which a run that resumes it must share.

use std::fmt::Write as _;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::key::Key;

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) shard: (u32, u32),
    pub(crate) environment: String,
    pub(crate) client_id: Option<String>,
    pub(crate) input: String,
}

/// The column `settings` of table `run`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredSettings {
    pub(crate) environment: String,
    /// A hash of the client id: a journal may become part of an incident report.
    pub(crate) client: String,
    /// From 0.
    pub(crate) shard: u32,
    pub(crate) shards: u32,
    /// The name of the input, for display.
    pub(crate) input: String,
    /// Identifies the key without revealing it.
    pub(crate) key: String,
}

impl StoredSettings {
    pub(super) fn new(settings: &Settings, key: &Key) -> Self {
        Self {
            environment: settings.environment.clone(),
            client: digest(settings.client_id.as_deref()),
            shard: settings.shard.0,
            shards: settings.shard.1,
            input: settings.input.clone(),
            key: key.id(),
        }
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Refuses to resume the journal of another run.
    pub(super) fn check(&self, settings: &Settings, key: &Key) -> Result<(), String> {
        let (index, count) = settings.shard;
        Err(if self.key != key.id() {
            "its key file belongs to another journal".to_owned()
        } else if (self.shard, self.shards) != settings.shard {
            format!(
                "it belongs to shard {}/{}, and this run is shard {index}/{count}",
                self.shard, self.shards
            )
        } else if self.environment != settings.environment {
            format!(
                "it belongs to the environment `{}`, and this run uses `{}`",
                self.environment, settings.environment
            )
        } else if self.client != digest(settings.client_id.as_deref()) {
            "it belongs to another client id".to_owned()
        } else {
            return Ok(());
        })
    }
}

impl FromSql for StoredSettings {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map_err(|error| FromSqlError::Other(error.into()))
    }
}

fn digest(client_id: Option<&str>) -> String {
    let Some(id) = client_id else {
        return "none".to_owned();
    };
    let digest = Sha256::digest(id.as_bytes());
    digest[..8].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
