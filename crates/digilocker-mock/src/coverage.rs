//! Which parts of the contract a run has exercised.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::json;

use crate::body;
use crate::contract::Contract;
use crate::dialect::Dialect;

/// Keys that can be exercised, but are outside the contract of some or all dialects, with their names as
/// deviations.
const OUTSIDE: [(&str, Option<&str>); 5] = [
    ("hint:other", None),
    ("encoding:form", Some("form encoding")),
    ("auth:body", Some("credentials in the body")),
    ("auth:public", Some("public client")),
    ("auth:other", None),
];

/// Which parts of the contract the requests to a sandbox have exercised.
///
/// The contract is the spec and what the [`Dialect`] adds to it. Its keys are the statuses of the spec
/// (`status:200`, …: responses sent, faults included), its hints and `hint:none` (of bodies that could be
/// decoded), its media types (`encoding:json`), and the ways to authenticate (`auth:basic`, `auth:none`).
/// Keys outside the contract, such as `encoding:form` or `status:404`, can be covered, but are never missing.
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
#[non_exhaustive]
pub struct CoverageRow {
    /// The key, such as `status:200`.
    pub key: String,
    /// How often the key was exercised.
    pub count: u64,
    /// Whether the contract has the key.
    pub in_contract: bool,
}

impl Coverage {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let contract = Contract::get();
        let statuses = contract.statuses().map(|status| format!("status:{status}"));
        let hints = contract.hints.iter().map(|hint| format!("hint:{hint}"));
        let encodings = contract.media_types.iter().map(|name| body::encoding(name));
        let encodings = encodings.map(|encoding| format!("encoding:{encoding}"));
        let others = [
            (contract.hint_is_optional, "hint:none"),
            (dialect != Dialect::Documented, "encoding:form"),
            (contract.basic.is_some(), "auth:basic"),
            (contract.authentication_is_optional, "auth:none"),
            (dialect == Dialect::Partner, "auth:body"),
        ];
        let others = others.into_iter().filter(|(in_contract, _)| *in_contract);
        let others = others.map(|(_, key)| key.to_owned());
        let mut coverage = Self { rows: Vec::new() };
        for key in statuses.chain(hints).chain(encodings).chain(others) {
            coverage.row(&key).in_contract = true;
        }
        coverage
    }

    pub(crate) fn add(&mut self, key: &str) {
        self.row(key).count += 1;
    }

    pub(crate) fn clear(&mut self) {
        self.rows.retain(|row| row.in_contract);
        self.rows.iter_mut().for_each(|row| row.count = 0);
    }

    /// The row of the key. A new one comes after those of its kind.
    fn row(&mut self, key: &str) -> &mut CoverageRow {
        let known = self.rows.iter().position(|row| row.key == key);
        let index = known.unwrap_or_else(|| {
            let row = CoverageRow {
                key: key.to_owned(),
                count: 0,
                in_contract: false,
            };
            let index = self.rows.partition_point(|row| kind(&row.key) <= kind(key));
            self.rows.insert(index, row);
            index
        });
        &mut self.rows[index]
    }

    /// The name of a key that is accepted, but outside the contract.
    pub(crate) fn deviation(&self, key: &str) -> Option<String> {
        let row = self.rows.iter().find(|row| row.key == key)?;
        let (_, name) = OUTSIDE.iter().find(|(outside, _)| *outside == key)?;
        name.filter(|_| !row.in_contract).map(str::to_owned)
    }

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

    /// As [`Sandbox::require_coverage`](crate::Sandbox::require_coverage).
    #[track_caller]
    pub(crate) fn require(&self, keys: &[&str]) {
        let mut known = self.keys(|row| row.in_contract);
        known.extend(OUTSIDE.map(|(key, _)| key));
        for key in keys {
            assert!(
                known.contains(key) || is_status(key),
                "unknown coverage key `{key}`: use `{}`, or `status:` with a number from 200 to 999",
                known.join("`, `")
            );
        }
        let covered = self.covered();
        let missing = keys.iter().filter(|key| !covered.contains(key));
        let missing = missing.copied().collect::<Vec<_>>().join(", ");
        assert!(
            missing.is_empty(),
            "the contract is not covered: {missing}\n\n{self}"
        );
    }
}

fn is_status(key: &str) -> bool {
    let code = key.strip_prefix("status:").filter(|code| code.len() == 3);
    let code = code.and_then(|code| code.parse::<u16>().ok());
    code.is_some_and(|code| (200..=999).contains(&code))
}

fn kind(key: &str) -> Option<usize> {
    let kinds = ["status:", "hint:", "encoding:", "auth:"];
    kinds.iter().position(|kind| key.starts_with(kind))
}

/// A table of keys and counts.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.key.len()).max();
        let width = width.unwrap_or_default();
        write!(f, "{:width$}  {:>8}", "key", "count")?;
        for row in &self.rows {
            let note = match (row.count, row.in_contract) {
                (0, _) => "  missing",
                (_, false) => "  outside the contract",
                _ => "",
            };
            write!(f, "\n{:width$}  {:>8}{note}", row.key, row.count)?;
        }
        Ok(())
    }
}

/// As `{"covered": […], "missing": […], "rows": [{"key", "count", "in_contract"}]}`.
impl Serialize for Coverage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (covered, missing) = (self.covered(), self.missing());
        json!({ "covered": covered, "missing": missing, "rows": self.rows }).serialize(serializer)
    }
}
