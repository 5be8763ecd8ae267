//! Grants, and which of their tokens live.

use std::collections::HashMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::random;

/// What a user's consent gave the client: an access token and a refresh token that live and die
/// together. `Debug` shows neither.
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
    ///
    /// ```
    /// # let sandbox = digilocker_mock::Sandbox::start();
    /// assert!(sandbox.is_live(sandbox.issue_grant().access_token()));
    /// ```
    #[must_use]
    pub fn access_token(&self) -> &str {
        &self.access_token
    }

    /// The text of the refresh token.
    ///
    /// ```
    /// # let sandbox = digilocker_mock::Sandbox::start();
    /// assert!(sandbox.is_live(sandbox.issue_grant().refresh_token()));
    /// ```
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

/// All grants that a sandbox has issued.
pub(crate) struct Grants {
    seed: u64,
    issued: u64,
    revoked: u64,
    /// Both tokens of a grant lead to its number.
    by_token: HashMap<String, u64>,
    live: HashMap<u64, Grant>,
}

impl Grants {
    pub(crate) fn new() -> Self {
        Self {
            seed: random::seed(),
            issued: 0,
            revoked: 0,
            by_token: HashMap::new(),
            live: HashMap::new(),
        }
    }

    pub(crate) fn issue(&mut self) -> Grant {
        let number = self.issued;
        self.issued += 1;
        let text = |n| URL_SAFE_NO_PAD.encode(random::bytes(self.seed, n));
        let grant = Grant {
            access_token: text(2 * number),
            refresh_token: text(2 * number + 1),
        };
        self.by_token.insert(grant.access_token.clone(), number);
        self.by_token.insert(grant.refresh_token.clone(), number);
        self.live.insert(number, grant.clone());
        grant
    }

    pub(crate) fn is_live(&self, token: &str) -> bool {
        self.by_token
            .get(token)
            .is_some_and(|number| self.live.contains_key(number))
    }

    /// Ends the grant that the token belongs to, and gives the revocation's number. `None`: no
    /// living token.
    pub(crate) fn revoke(&mut self, token: &str) -> Option<u64> {
        self.live.remove(self.by_token.get(token)?)?;
        Some(self.next_revocation())
    }

    /// A number for a revocation that changed nothing, or the next one that does.
    pub(crate) fn next_revocation(&mut self) -> u64 {
        self.revoked += 1;
        self.revoked
    }
}
