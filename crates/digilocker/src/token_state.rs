//! What is known of the token after an error.

/// May the token still be used by someone? The first question after an error.
///
/// ```
/// # use digilocker::TokenState;
/// fn act_on(state: TokenState) -> &'static str {
///     match state {
///         TokenState::Live | TokenState::Unknown => "revoke again; until then, treat it as usable",
///         TokenState::NotRecognised => "nothing left to revoke",
///     }
/// }
/// assert_eq!(act_on(TokenState::NotRecognised), "nothing left to revoke");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenState {
    /// This call did not revoke it: no request reached the server, or the server refused each one.
    /// If the token was valid before the call, it still is.
    Live,

    /// A request was sent, and no answer said what became of it. The token may be revoked, or not.
    Unknown,

    /// The server does not know the token as a valid one: it has expired, it was revoked, or this
    /// server never issued it. After a lost answer this is how a revocation that did happen looks
    /// from here. Check the environment if you expected the token to be valid.
    NotRecognised,
}

impl TokenState {
    /// What is known after a further attempt said `latest`.
    ///
    /// `NotRecognised` is knowledge whatever came before: the server has looked for the token. But
    /// no later refusal can say that an earlier attempt, whose answer was lost, did not revoke it.
    pub(crate) fn then(self, latest: Self) -> Self {
        match (self, latest) {
            (_, Self::NotRecognised) => Self::NotRecognised,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Live | Self::NotRecognised, Self::Live) => Self::Live,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TokenState::{self, Live, NotRecognised, Unknown};

    #[test]
    fn a_lost_answer_is_forgotten_only_when_the_server_has_looked() {
        #[track_caller]
        fn check(attempts: &[TokenState], expected: TokenState) {
            let state = attempts.iter().copied().reduce(TokenState::then);
            assert_eq!(state, Some(expected), "{attempts:?}");
        }
        check(&[Live, Live], Live);
        check(&[Live, Unknown], Unknown);
        check(&[Unknown, Live], Unknown);
        check(&[Unknown, Live, Live], Unknown);
        check(&[Unknown, NotRecognised], NotRecognised);
        check(&[Live, NotRecognised], NotRecognised);
    }
}
