//! Whether the token may still be used, after an error.

use std::fmt;

/// Whether the token may still be used by someone, after an error.
///
/// ```
/// # use digilocker::TokenState;
/// fn next_step(state: TokenState) -> &'static str {
///     match state {
///         TokenState::Live | TokenState::Unknown => "revoke again; until then, treat it as usable",
///         TokenState::NotRecognised => "nothing left to revoke",
///     }
/// }
/// assert_eq!(next_step(TokenState::NotRecognised), "nothing left to revoke");
/// assert_eq!(TokenState::NotRecognised.as_str(), "not_recognised"); // for metrics
/// ```
///
/// The state after several attempts is the greatest of them: a later refusal does not undo what an attempt with an
/// unknown result may have done, and with `NotRecognised` the server has looked for the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenState {
    /// This call did not revoke the token: no request was sent, or the server refused each one. If the
    /// token was valid before the call, it still is.
    Live,

    /// A request was sent, and no response says what it did. The token may be revoked, or not.
    Unknown,

    /// The server does not recognise the token as valid: it has expired, was already revoked, or was never
    /// issued by this server. After a lost response, this call may have revoked it, so it may not be a
    /// failure. If you expected the token to be valid, check the environment.
    NotRecognised,
}

impl TokenState {
    /// A stable label for metrics, in snake case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Unknown => "unknown",
            Self::NotRecognised => "not_recognised",
        }
    }
}

impl fmt::Display for TokenState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::TokenState::{Live, NotRecognised, Unknown};

    #[test]
    fn labels_are_stable() {
        for (state, label) in [
            (Live, "live"),
            (Unknown, "unknown"),
            (NotRecognised, "not_recognised"),
        ] {
            assert_eq!((state.as_str(), &*state.to_string()), (label, label));
        }
    }
}
