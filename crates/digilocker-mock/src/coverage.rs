//! Which parts of the contract a run has exercised.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::body;
use crate::contract::Contract;
use crate::dialect::Dialect;

/// Keys that can be exercised, but are outside the contract of some or all dialects.
const OUTSIDE: [&str; 6] = [
    "hint:other",
    "encoding:json",
    "encoding:form",
    "auth:body",
    "auth:public",
    "auth:other",
];

/// How often each key was exercised.
pub(crate) struct Counts {
    contract: Vec<String>,
    counts: BTreeMap<String, u64>,
}

impl Counts {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            contract: contract_keys(dialect),
            counts: BTreeMap::new(),
        }
    }

    pub(crate) fn add(&mut self, keys: impl IntoIterator<Item = String>) {
        for key in keys {
            *self.counts.entry(key).or_default() += 1;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.counts.clear();
    }

    /// Descriptions of the keys that are accepted, but outside the contract.
    pub(crate) fn deviations(&self, keys: &[String]) -> Vec<String> {
        keys.iter()
            .filter(|key| !self.contract.contains(key))
            .filter_map(|key| match key.as_str() {
                "encoding:form" => Some("form encoding".to_owned()),
                "auth:body" => Some("credentials in the body".to_owned()),
                "auth:public" => Some("public client".to_owned()),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn coverage(&self) -> Coverage {
        let row = |key: &str, in_contract| CoverageRow {
            key: key.to_owned(),
            count: self.counts.get(key).copied().unwrap_or_default(),
            in_contract,
        };
        let outside = self
            .counts
            .keys()
            .filter(|key| !self.contract.contains(key));
        let contract = self.contract.iter().map(|key| row(key, true));
        let mut rows: Vec<_> = contract.chain(outside.map(|key| row(key, false))).collect();
        // A stable sort, to keep the order of the contract within a kind.
        rows.sort_by_key(|row| kind(&row.key));
        Coverage { rows }
    }
}

fn kind(key: &str) -> usize {
    let kinds = ["status:", "hint:", "encoding:", "auth:"];
    let found = kinds.iter().position(|kind| key.starts_with(kind));
    found.unwrap_or(kinds.len())
}

fn contract_keys(dialect: Dialect) -> Vec<String> {
    let contract = Contract::get();
    let mut keys: Vec<String> = contract.statuses().map(|s| format!("status:{s}")).collect();
    keys.extend(contract.hints().iter().map(|hint| format!("hint:{hint}")));
    if contract.hint_is_optional() {
        keys.push("hint:none".to_owned());
    }
    for media_type in contract.media_types() {
        keys.push(format!("encoding:{}", body::encoding(media_type)));
    }
    if contract.basic().is_some() {
        keys.push("auth:basic".to_owned());
    }
    if contract.authentication_is_optional() {
        keys.push("auth:none".to_owned());
    }
    let added_by_dialect: &[&str] = match dialect {
        Dialect::Documented => &[],
        Dialect::Rfc6749 => &["encoding:form"],
        Dialect::Partner => &["encoding:form", "auth:body"],
    };
    for key in added_by_dialect {
        if !keys.iter().any(|known| known == key) {
            keys.push((*key).to_owned());
        }
    }
    keys
}

/// Which parts of the contract the requests to a sandbox have exercised.
///
/// The contract is the spec and what the [`Dialect`] adds to it. Its keys are `status:200`, `:400`,
/// `:401` and `:503` (responses sent, faults included), `hint:access_token`, `:refresh_token` and
/// `:none` (of bodies that could be decoded), `encoding:json`, `auth:basic` and `auth:none`. Keys outside
/// the contract, such as `encoding:form` or `status:404`, can be covered, but are never missing.
///
/// ```
/// use digilocker_mock::Sandbox;
///
/// let sandbox = Sandbox::start();
/// # reqwest::blocking::Client::new()
/// #     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
/// #     .form(&[("token", "unknown")])
/// #     .send()?;
/// // After a request with a form, without credentials and without a hint:
/// let coverage = sandbox.coverage();
/// assert_eq!(coverage.covered(), ["status:401", "hint:none", "encoding:form", "auth:none"]);
/// assert!(coverage.missing().contains(&"status:200"));
/// println!("{coverage}");
/// # Ok::<(), reqwest::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Coverage {
    rows: Vec<CoverageRow>,
}

/// One key of a [`Coverage`].
#[derive(Clone, Debug, Serialize)]
pub struct CoverageRow {
    key: String,
    count: u64,
    in_contract: bool,
}

impl Coverage {
    /// All keys: those of the contract, and those exercised outside it.
    #[must_use]
    pub fn rows(&self) -> &[CoverageRow] {
        &self.rows
    }

    /// The keys that were exercised.
    #[must_use]
    pub fn covered(&self) -> Vec<&str> {
        self.keys(|row| row.count > 0)
    }

    /// The keys of the contract that were not exercised.
    #[must_use]
    pub fn missing(&self) -> Vec<&str> {
        self.keys(|row| row.count == 0)
    }

    fn keys(&self, filter: impl Fn(&CoverageRow) -> bool) -> Vec<&str> {
        let rows = self.rows.iter().filter(|row| filter(row));
        rows.map(|row| row.key.as_str()).collect()
    }

    /// Those of the given keys that were not exercised.
    ///
    /// # Panics
    ///
    /// For a key that cannot be exercised.
    #[track_caller]
    pub(crate) fn missing_of<'a>(&self, keys: &[&'a str]) -> Vec<&'a str> {
        let covered = self.covered();
        for key in keys {
            assert!(
                self.is_known(key),
                "unknown coverage key `{key}`: use {}, or `status:` with a number from 200 to 999",
                self.known()
            );
        }
        let missing = keys.iter().filter(|key| !covered.contains(key));
        missing.copied().collect()
    }

    fn is_known(&self, key: &str) -> bool {
        let status = key.strip_prefix("status:").filter(|code| code.len() == 3);
        let status = status.and_then(|code| code.parse::<u16>().ok());
        self.rows.iter().any(|row| row.key == key)
            || OUTSIDE.contains(&key)
            || status.is_some_and(|code| (200..=999).contains(&code))
    }

    /// All keys but statuses outside the contract, for a message.
    fn known(&self) -> String {
        let contract = self.rows.iter().filter(|row| row.in_contract);
        let mut keys: Vec<String> = contract.map(|row| format!("`{}`", row.key)).collect();
        for key in OUTSIDE.map(|key| format!("`{key}`")) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys.join(", ")
    }
}

impl CoverageRow {
    /// The key, such as `status:200`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How often the key was exercised.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether the contract has the key.
    #[must_use]
    pub fn in_contract(&self) -> bool {
        self.in_contract
    }
}

/// A table of keys and counts.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.rows.iter().map(|row| row.key.len()).max().unwrap_or(0);
        write!(f, "{:key$}  {:>8}", "key", "count")?;
        for row in &self.rows {
            write!(f, "\n{:key$}  {:>8}", row.key, row.count)?;
            match (row.count, row.in_contract) {
                (0, _) => f.write_str("  missing")?,
                (_, false) => f.write_str("  outside the contract")?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// As `{"covered": […], "missing": […], "rows": [{"key", "count", "in_contract"}]}`.
impl Serialize for Coverage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Document<'a> {
            covered: Vec<&'a str>,
            missing: Vec<&'a str>,
            rows: &'a [CoverageRow],
        }
        let document = Document {
            covered: self.covered(),
            missing: self.missing(),
            rows: &self.rows,
        };
        document.serialize(serializer)
    }
}
