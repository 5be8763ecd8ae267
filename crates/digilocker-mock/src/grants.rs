//! Grants and their tokens.

use std::collections::HashMap;
use std::fmt;

use fastrand::Rng;
use serde_json::json;

use crate::contract::Contract;
use crate::error::SandboxError;

/// Length of generated tokens and secrets: 190 bits of letters and digits.
const LENGTH: usize = 32;

/// A random text that needs no escaping. Not for cryptography: the sandbox's secrets protect nothing.
pub(crate) fn random_text(random: &mut Rng) -> String {
    (0..LENGTH).map(|_| random.alphanumeric()).collect()
}

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

/// A grant of [`Sandbox::last_grants`](crate::Sandbox::last_grants).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GrantStatus {
    /// Counted from 1 in the order of issue.
    pub number: usize,
    /// Whether the grant is live: not revoked.
    pub live: bool,
    /// The tokens.
    pub grant: Grant,
}

/// All grants that a sandbox has issued.
#[derive(Default)]
pub(crate) struct Grants {
    /// Continues after a reset, so that no token is generated again.
    random: Rng,
    revocations: u64,
    pub(crate) live: usize,
    issued: Vec<GrantStatus>,
    /// Maps both tokens of a grant to its index in `issued`.
    by_token: HashMap<String, usize>,
}

impl Grants {
    pub(crate) fn new(random: Rng) -> Self {
        Self {
            random,
            ..Self::default()
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.random.clone());
    }

    pub(crate) fn issue(&mut self) -> Grant {
        loop {
            let tokens = [(); 2].map(|()| random_text(&mut self.random));
            // The caller, who may know the seed, may have issued a grant with the same tokens.
            if !tokens.iter().any(|token| self.by_token.contains_key(token)) {
                return self.add(tokens);
            }
        }
    }

    pub(crate) fn issue_with(&mut self, tokens: [String; 2]) -> Result<Grant, SandboxError> {
        for (kind, token) in ["access", "refresh"].into_iter().zip(&tokens) {
            // The spec has the pattern.
            let errors = Contract::get().request_errors(&json!({ "token": token }));
            let reason = if !errors.is_empty() {
                "invalid: use visible ASCII characters, and spaces only between them"
            } else if self.by_token.contains_key(token) {
                "already issued"
            } else if tokens[0] == tokens[1] {
                "equal to the refresh token"
            } else {
                continue;
            };
            return Err(SandboxError(format!("the {kind} token is {reason}")));
        }
        Ok(self.add(tokens))
    }

    fn add(&mut self, [access_token, refresh_token]: [String; 2]) -> Grant {
        let index = self.issued.len();
        self.by_token.insert(access_token.clone(), index);
        self.by_token.insert(refresh_token.clone(), index);
        let grant = Grant {
            access_token,
            refresh_token,
        };
        self.live += 1;
        self.issued.push(GrantStatus {
            number: index + 1,
            live: true,
            grant: grant.clone(),
        });
        grant
    }

    /// The last grants, in the order of issue.
    pub(crate) fn last(&self, limit: usize) -> Vec<GrantStatus> {
        let skipped = self.issued.len().saturating_sub(limit);
        self.issued[skipped..].to_vec()
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
        self.live -= 1;
        Some(self.next_revocation())
    }

    /// The number of a revocation, also of one that changed nothing.
    pub(crate) fn next_revocation(&mut self) -> u64 {
        self.revocations += 1;
        self.revocations
    }
}
