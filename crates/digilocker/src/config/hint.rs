//! The type of a token, as a hint to the server.

use std::fmt;
use std::str::FromStr;

use digilocker_client::types;
use serde::de::{Deserialize, Deserializer, Error as _};

/// The type of a token (RFC 7009 §2.1).
///
/// ```
/// # use digilocker::TokenTypeHint;
/// assert_eq!(TokenTypeHint::RefreshToken.to_string(), "refresh_token");
/// assert_eq!("access_token".parse(), Ok(TokenTypeHint::AccessToken));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenTypeHint {
    /// `access_token`
    AccessToken,
    /// `refresh_token`
    RefreshToken,
}

impl TokenTypeHint {
    /// All hints.
    pub const ALL: &[Self] = &[Self::AccessToken, Self::RefreshToken];

    /// The hint as requests carry it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}

impl From<TokenTypeHint> for types::TokenTypeHint {
    fn from(hint: TokenTypeHint) -> Self {
        match hint {
            TokenTypeHint::AccessToken => Self::AccessToken,
            TokenTypeHint::RefreshToken => Self::RefreshToken,
        }
    }
}

impl fmt::Display for TokenTypeHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TokenTypeHint {
    type Err = InvalidTokenTypeHint;

    fn from_str(text: &str) -> Result<Self, InvalidTokenTypeHint> {
        let hint = Self::ALL.iter().find(|hint| hint.as_str() == text);
        hint.copied().ok_or(InvalidTokenTypeHint(()))
    }
}

/// Accepts the same text as [`FromStr`].
impl<'de> Deserialize<'de> for TokenTypeHint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The text is not quoted: it may be a misplaced token.
        let text = String::deserialize(deserializer)
            .map_err(|_| D::Error::custom(InvalidTokenTypeHint(())))?;
        text.parse().map_err(D::Error::custom)
    }
}

/// The text is not a token type hint. The error does not quote the text, which may be a misplaced token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTokenTypeHint(());

impl fmt::Display for InvalidTokenTypeHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token type hint must be `access_token` or `refresh_token`")
    }
}

impl std::error::Error for InvalidTokenTypeHint {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_match_the_generated_type() {
        for hint in TokenTypeHint::ALL {
            let generated = types::TokenTypeHint::from(*hint);
            assert_eq!(generated.to_string(), hint.to_string());
            assert_eq!(hint.as_str().parse(), Ok(*hint));
        }
    }

    #[test]
    fn errors_do_not_quote_the_text() {
        let error = "marker-TOKEN".parse::<TokenTypeHint>().unwrap_err();
        for hint in TokenTypeHint::ALL {
            assert!(error.to_string().contains(&format!("`{hint}`")), "{error}");
        }
        for json in [r#""marker-TOKEN""#, "8012345", r#"["marker-TOKEN"]"#] {
            let error = serde_json::from_str::<TokenTypeHint>(json).unwrap_err();
            let is_quoted = ["TOKEN", "801"].map(|text| error.to_string().contains(text));
            assert_eq!(is_quoted, [false; 2], "{error}");
        }
    }
}
