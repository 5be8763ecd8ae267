//! Grants and their tokens.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::contract::Contract;
use crate::random;

/// An access token and a refresh token that a user has granted to the client. They are revoked together.
/// `Debug` shows neither.
///
/// ```
/// use digilocker_mock::Sandbox;
///
/// let sandbox = Sandbox::start();
/// let grant = sandbox.issue_grant();
/// assert!(sandbox.is_live(grant.access_token()));
/// assert!(sandbox.is_live(grant.refresh_token()));
/// assert_eq!(format!("{grant:?}"), "Grant(…)");
/// ```
#[derive(Clone)]
pub struct Grant {
    access_token: String,
    refresh_token: String,
}

impl Grant {
    /// The text of the access token.
    #[must_use]
    pub fn access_token(&self) -> &str {
        &self.access_token
    }

    /// The text of the refresh token.
    #[must_use]
    pub fn refresh_token(&self) -> &str {
        &self.refresh_token
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Grant(…)")
    }
}

/// A grant of [`Sandbox::grants`](crate::Sandbox::grants). `Debug` shows no token.
#[derive(Clone)]
pub struct GrantStatus {
    number: usize,
    live: bool,
    grant: Grant,
}

impl GrantStatus {
    /// The number of the grant, counted from 1 in the order of issue.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// Whether the grant is live: not revoked.
    #[must_use]
    pub fn live(&self) -> bool {
        self.live
    }

    /// The text of the access token.
    #[must_use]
    pub fn access_token(&self) -> &str {
        &self.grant.access_token
    }

    /// The text of the refresh token.
    #[must_use]
    pub fn refresh_token(&self) -> &str {
        &self.grant.refresh_token
    }
}

impl fmt::Debug for GrantStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrantStatus")
            .field("number", &self.number)
            .field("live", &self.live)
            .finish_non_exhaustive()
    }
}

/// Why a grant with these tokens cannot be issued. No token is quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantError(String);

impl fmt::Display for GrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for GrantError {}

/// All grants that a sandbox has issued.
pub(crate) struct Grants {
    seed: u64,
    /// The number of generated grants, including those before a reset.
    generated: u64,
    revoked: u64,
    issued: Vec<GrantStatus>,
    /// Maps both tokens of a grant to its index in `issued`.
    by_token: HashMap<String, usize>,
    /// Tokens that the caller has chosen, including those before a reset.
    custom: Vec<String>,
}

impl Grants {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            generated: 0,
            revoked: 0,
            issued: Vec::new(),
            by_token: HashMap::new(),
            custom: Vec::new(),
        }
    }

    /// Forgets all grants. Their tokens are not generated again.
    pub(crate) fn clear(&mut self) {
        *self = Self {
            generated: self.generated,
            // Secret even after the reset.
            custom: std::mem::take(&mut self.custom),
            ..Self::new(self.seed)
        };
    }

    pub(crate) fn issue(&mut self) -> Grant {
        loop {
            let number = self.generated;
            self.generated += 1;
            let text = |n| URL_SAFE_NO_PAD.encode(random::bytes(self.seed, n));
            let grant = Grant {
                access_token: text(2 * number),
                refresh_token: text(2 * number + 1),
            };
            // The caller, who may know the seed, may have issued a grant with the same tokens.
            if !self.is_issued(&grant.access_token) && !self.is_issued(&grant.refresh_token) {
                return self.add(grant);
            }
        }
    }

    pub(crate) fn issue_with(
        &mut self,
        access: String,
        refresh: String,
    ) -> Result<Grant, GrantError> {
        for (kind, token) in [("access", &access), ("refresh", &refresh)] {
            // The spec has the pattern.
            let errors = Contract::get().request_errors(&json!({ "token": token }));
            if !errors.is_empty() {
                return Err(GrantError(format!(
                    "the {kind} token is invalid: use visible ASCII characters, and spaces only \
                     between them"
                )));
            }
            if self.is_issued(token) {
                return Err(GrantError(format!("the {kind} token is already issued")));
            }
        }
        if access == refresh {
            return Err(GrantError(
                "the access and the refresh token are equal".into(),
            ));
        }
        self.custom.extend([access.clone(), refresh.clone()]);
        Ok(self.add(Grant {
            access_token: access,
            refresh_token: refresh,
        }))
    }

    fn add(&mut self, grant: Grant) -> Grant {
        let index = self.issued.len();
        self.by_token.insert(grant.access_token.clone(), index);
        self.by_token.insert(grant.refresh_token.clone(), index);
        self.issued.push(GrantStatus {
            number: index + 1,
            live: true,
            grant: grant.clone(),
        });
        grant
    }

    fn is_issued(&self, token: &str) -> bool {
        self.by_token.contains_key(token)
    }

    pub(crate) fn issued(&self) -> Vec<GrantStatus> {
        self.issued.clone()
    }

    pub(crate) fn custom_tokens(&self) -> &[String] {
        &self.custom
    }

    pub(crate) fn is_live(&self, token: &str) -> bool {
        let index = self.by_token.get(token);
        let status = index.and_then(|index| self.issued.get(*index));
        status.is_some_and(|status| status.live)
    }

    /// Revokes the grant of the token, and returns the number of the revocation. `None`: the token
    /// is not live.
    pub(crate) fn revoke(&mut self, token: &str) -> Option<u64> {
        let status = self.issued.get_mut(*self.by_token.get(token)?)?;
        if !std::mem::replace(&mut status.live, false) {
            return None;
        }
        Some(self.next_revocation())
    }

    /// The number of a revocation, also of one that changed nothing.
    pub(crate) fn next_revocation(&mut self) -> u64 {
        self.revoked += 1;
        self.revoked
    }
}
