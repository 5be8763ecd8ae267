//! Whether the token may still be used, after an error.

use std::fmt;

use crate::pipeline::failure::Effect;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    #[must_use]
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

/// What the attempts of a revocation mean for the token.
impl From<Effect> for TokenState {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::NotSent | Effect::Refused => Self::Live,
            Effect::Unknown => Self::Unknown,
            Effect::Conclusive => Self::NotRecognised,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_stable() {
        for (effect, label) in [
            (Effect::NotSent, "live"),
            (Effect::Refused, "live"),
            (Effect::Unknown, "unknown"),
            (Effect::Conclusive, "not_recognised"),
        ] {
            let state = TokenState::from(effect);
            assert_eq!((state.as_str(), &*state.to_string()), (label, label));
        }
    }
}
