//! The token to revoke.

use digilocker_client::InvalidToken;
use serde::Deserialize;

/// An access or refresh token.
///
/// `Debug` is redacted, there is no `Display`, no `Serialize`, and the memory is zeroed on drop. Copies made by
/// the HTTP stack are not zeroed. There is no `PartialEq` either: a client has no need to compare tokens, and
/// `==` is not constant-time.
///
/// ```
/// use digilocker::Token;
///
/// let token = Token::new("2YotnFZFEjr1zCsicMWpAA")?;
/// assert_eq!(format!("{token:?}"), "Token(…)");
/// assert_eq!(token.expose_secret(), "2YotnFZFEjr1zCsicMWpAA");
/// # Ok::<(), digilocker::InvalidToken>(())
/// ```
///
/// A type that contains a token cannot derive `Serialize`, which would write the secret:
///
/// ```compile_fail,E0277
/// #[derive(serde::Serialize)]
/// struct Session {
///     token: digilocker::Token,
/// }
/// ```
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Token(pub(crate) digilocker_client::Token);

impl Token {
    /// Creates a token from its text, without copying it.
    ///
    /// A token is one or more characters from space to `~` (RFC 6749 appendix A.12). Line breaks, outer
    /// spaces, a leading `Bearer ` and enclosing quotation marks are refused: the server does not know a
    /// mangled token, and would report it like one that is already revoked (RFC 7009 §2.2). The length is not
    /// limited.
    ///
    /// # Errors
    ///
    /// [`InvalidToken`] if the text is empty, mangled, or has a character that is not allowed. The error
    /// does not contain the text, which is zeroed.
    ///
    /// ```
    /// # use digilocker::Token;
    /// let error = Token::new("read-from-a-file\n").unwrap_err();
    /// assert_eq!(error.to_string(), "a token cannot contain the control character at byte 16: trim it first");
    /// ```
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidToken> {
        digilocker_client::Token::new(text).map(Self)
    }

    /// The token's text, unredacted.
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

/// `Token(…)`
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
