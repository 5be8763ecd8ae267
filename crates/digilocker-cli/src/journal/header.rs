//! The header of a journal, which identifies its run. It is text, so that `head -1` shows it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::exit::Failure;

/// A multiple of the size of a record.
pub(crate) const HEADER_BYTES: usize = 2048;
/// The checksum in hexadecimal, and a line break.
const TAIL: usize = 9;
const FORMAT: &str = "digilocker revoke-all journal";
const VERSION: u32 = 1;
/// The first bytes of every header.
pub(crate) const START: &str = r#"{"format":"digilocker revoke-all journal","#;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    // The first field: `START` relies on it.
    format: String,
    version: u32,
    /// Identifies the key without revealing it.
    pub(crate) key: String,
    /// The index of this shard, from 0, and the number of shards.
    pub(crate) shard: (u32, u32),
    pub(crate) environment: String,
    /// A hash of the client id: a journal may become part of an incident report.
    pub(crate) client: String,
    /// The name of the input, for display.
    pub(crate) input: String,
    /// Unix time.
    pub(crate) created: u32,
}

/// The settings that a journal belongs to. A run that resumes it must have the same, but for `input`.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) shard: (u32, u32),
    pub(crate) environment: String,
    pub(crate) client_id: Option<String>,
    pub(crate) input: String,
}

impl Header {
    pub(crate) fn new(settings: &Settings, key: String, created: u32) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            key,
            shard: settings.shard,
            environment: settings.environment.clone(),
            client: digest(settings.client_id.as_deref()),
            input: settings.input.chars().take(100).collect(),
            created,
        }
    }

    pub(crate) fn encode(&self) -> Result<[u8; HEADER_BYTES], Failure> {
        let text = serde_json::to_string(self)
            .map_err(|error| Failure::io(format!("cannot write JSON: {error}")))?;
        let end = HEADER_BYTES - TAIL;
        if text.len() > end {
            return Err(Failure::usage("`--env` is too long for a journal"));
        }
        let mut bytes = [b' '; HEADER_BYTES];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        let checksum = format!("{:08x}\n", crc32fast::hash(&bytes[..end]));
        bytes[end..].copy_from_slice(checksum.as_bytes());
        Ok(bytes)
    }

    /// Fails with the reason if this version cannot read the header.
    pub(crate) fn decode(bytes: &[u8; HEADER_BYTES]) -> Result<Self, &'static str> {
        let (text, tail) = bytes.split_at(HEADER_BYTES - TAIL);
        if tail != format!("{:08x}\n", crc32fast::hash(text)).as_bytes() {
            return Err("it is not a journal, or its header is damaged");
        }
        let header: Self =
            serde_json::from_slice(text).map_err(|_| "another version of this command wrote it")?;
        if header.format != FORMAT || header.version != VERSION {
            return Err("another version of this command wrote it");
        }
        Ok(header)
    }

    /// Refuses to resume the journal of another run.
    pub(crate) fn check(&self, settings: &Settings, key: &str) -> Result<(), String> {
        if self.key != key {
            return Err("its key file belongs to another journal".to_owned());
        }
        if self.shard != settings.shard {
            let ((index, count), (i, n)) = (self.shard, settings.shard);
            return Err(format!(
                "it belongs to shard {index}/{count}, and this run is shard {i}/{n}"
            ));
        }
        if self.environment != settings.environment {
            return Err(format!(
                "it belongs to the environment `{}`, and this run uses `{}`",
                self.environment, settings.environment
            ));
        }
        if self.client != digest(settings.client_id.as_deref()) {
            return Err("it belongs to another client id".to_owned());
        }
        Ok(())
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

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            shard: (1, 3),
            environment: "beta".to_owned(),
            client_id: Some("id".to_owned()),
            input: "é".repeat(1000),
        }
    }

    #[test]
    fn headers_round_trip_and_every_flipped_byte_is_detected() {
        let header = Header::new(&settings(), "key".to_owned(), 7);
        let bytes = header.encode().unwrap();
        assert!(bytes.starts_with(START.as_bytes()) && bytes.ends_with(b"\n"));
        assert_eq!(Header::decode(&bytes), Ok(header));
        for at in 0..HEADER_BYTES {
            let mut damaged = bytes;
            damaged[at] ^= 1;
            assert!(Header::decode(&damaged).is_err(), "byte {at}");
        }
    }

    #[test]
    fn another_version_is_refused() {
        let mut header = Header::new(&settings(), "key".to_owned(), 7);
        header.version += 1;
        let bytes = header.encode().unwrap();
        assert_eq!(
            Header::decode(&bytes),
            Err("another version of this command wrote it")
        );
    }

    #[test]
    fn environment_that_does_not_fit_is_refused() {
        let mut settings = settings();
        settings.environment = "x".repeat(HEADER_BYTES);
        let failure = Header::new(&settings, "key".to_owned(), 7)
            .encode()
            .unwrap_err();
        assert_eq!(failure.message, "`--env` is too long for a journal");
    }
}
