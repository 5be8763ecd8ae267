//! The token type: redacted in `Debug`, zeroed on drop.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

/// An access or refresh token.
///
/// `Debug` is redacted, there is no `Display`, and the memory is zeroed on drop. Copies made by the HTTP
/// stack are not zeroed. There is no `PartialEq` either: a client has no need to compare tokens, and `==`
/// is not constant-time.
///
/// Serializing writes the token's text, for the body of a request.
///
/// ```
/// use digilocker_client::Token;
///
/// let token = Token::new("2YotnFZFEjr1zCsicMWpAA")?;
/// assert_eq!(format!("{token:?}"), "Token(…)");
/// assert_eq!(token.expose_secret(), "2YotnFZFEjr1zCsicMWpAA");
/// # Ok::<(), digilocker_client::InvalidToken>(())
/// ```
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Creates a token from its text, without copying it.
    ///
    /// A token is one or more characters from space to `~` (RFC 6749 appendix A.12). Line breaks, outer
    /// spaces, a leading `Bearer ` and enclosing quotation marks are refused: the server does not know a
    /// mangled token, and would report it like one that is already revoked (RFC 7009 section 2.2). The
    /// length is not limited.
    ///
    /// # Errors
    ///
    /// [`InvalidToken`] if the text is empty, mangled, or has a character that is not allowed. The error
    /// does not contain the text, which is zeroed.
    ///
    /// ```
    /// use digilocker_client::Token;
    ///
    /// assert!(Token::new("").is_err());
    /// let error = Token::new("read-from-a-file\n").unwrap_err();
    /// assert_eq!(error.to_string(), "a token cannot contain the control character at byte 16: trim it first");
    /// ```
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidToken> {
        let text = Zeroizing::new(text.into());
        match check(&text) {
            Ok(()) => Ok(Self(text)),
            Err(reason) => Err(InvalidToken(reason)),
        }
    }

    /// The token's text, unredacted.
    ///
    /// ```
    /// # use digilocker_client::Token;
    /// assert_eq!(Token::new("abc")?.expose_secret(), "abc");
    /// # Ok::<(), digilocker_client::InvalidToken>(())
    /// ```
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

fn check(text: &str) -> Result<(), Reason> {
    // One pass without branches: nearly every token is visible ASCII.
    let is_visible = (text.bytes()).fold(true, |all, byte| all & byte.is_ascii_graphic());
    let is_quoted = text.starts_with(['"', '\'']) || text.ends_with(['"', '\'']);
    if is_visible && !is_quoted && !text.is_empty() {
        return Ok(());
    }
    reason(text).map_or(Ok(()), Err)
}

#[cold]
fn reason(text: &str) -> Option<Reason> {
    const SCHEME: &str = "Bearer ";
    if text.is_empty() {
        return Some(Reason::Empty);
    }
    if let Some((at, character)) = text.char_indices().find(|(_, c)| !matches!(c, ' '..='~')) {
        return Some(if character.is_ascii() {
            Reason::Control(at)
        } else {
            Reason::NonAscii(at)
        });
    }
    if text.starts_with(' ') || text.ends_with(' ') {
        return Some(Reason::OuterSpace);
    }
    if text
        .get(..SCHEME.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
    {
        return Some(Reason::Bearer);
    }
    let is_quoted = ['"', '\'']
        .iter()
        .any(|quote| text.len() > 1 && text.starts_with(*quote) && text.ends_with(*quote));
    is_quoted.then_some(Reason::Quoted)
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose_secret())
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The source error is dropped: it quotes the value, and many formats read a token of digits as
        // a number.
        let text = String::deserialize(deserializer)
            .map_err(|_| de::Error::custom("a token must be a valid string"))?;
        Self::new(text).map_err(de::Error::custom)
    }
}

/// The text given to [`Token::new`] is not a valid token. The message names the position, never the text.
///
/// ```
/// let error = digilocker_client::Token::new("").unwrap_err();
/// assert_eq!(error.to_string(), "a token cannot be empty");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidToken(Reason);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Empty,
    Control(usize),
    NonAscii(usize),
    OuterSpace,
    Bearer,
    Quoted,
}

impl fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reason::Empty => f.write_str("a token cannot be empty"),
            Reason::Control(at) => write!(
                f,
                "a token cannot contain the control character at byte {at}: trim it first"
            ),
            Reason::NonAscii(at) => write!(
                f,
                "a token cannot contain the non-ASCII character at byte {at}"
            ),
            Reason::OuterSpace => {
                f.write_str("a token cannot start or end with a space: trim it first")
            }
            Reason::Bearer => f.write_str(
                "a token cannot start with `Bearer `: remove the authentication scheme first",
            ),
            Reason::Quoted => {
                f.write_str("a token cannot be enclosed in quotation marks: remove them first")
            }
        }
    }
}

impl std::error::Error for InvalidToken {}

#[cfg(test)]
mod deserializing {
    use super::Token;

    #[test]
    fn errors_do_not_quote_the_value() {
        for text in [
            "123456789",
            "-123456789",
            "123456789.5",
            "true",
            "null",
            "[123456789]",
            r#"{"123456789": 1}"#,
            r#""123456789\n""#,
        ] {
            let error = serde_json::from_str::<Token>(text).unwrap_err().to_string();
            assert!(!error.contains("123456789"), "{error}");
            let value = serde_json::from_str(text).unwrap();
            let error = serde_json::from_value::<Token>(value)
                .unwrap_err()
                .to_string();
            assert!(!error.contains("123456789"), "{error}");
        }
        let token: Token = serde_json::from_str(r#""a\u0062c""#).unwrap();
        assert_eq!(token.expose_secret(), "abc");
    }
}

#[cfg(test)]
mod validating {
    use super::Token;

    #[test]
    fn mangled_tokens_are_refused() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let error = Token::new(text).unwrap_err().to_string();
            assert_eq!(error.strip_prefix("a token "), Some(expected), "{text:?}");
        }
        check("", "cannot be empty");
        check(
            "ab\n",
            "cannot contain the control character at byte 2: trim it first",
        );
        check(
            "a\u{7f}",
            "cannot contain the control character at byte 1: trim it first",
        );
        check("aé", "cannot contain the non-ASCII character at byte 1");
        check(" a", "cannot start or end with a space: trim it first");
        check("a ", "cannot start or end with a space: trim it first");
        for text in ["Bearer a", "bEARER a"] {
            check(
                text,
                "cannot start with `Bearer `: remove the authentication scheme first",
            );
        }
        for text in [r#""a""#, "'a'", r#""""#, "'a b'"] {
            check(
                text,
                "cannot be enclosed in quotation marks: remove them first",
            );
        }
    }

    #[test]
    fn valid_tokens_are_kept() {
        for text in [
            "a", "a b", "Bearer", "Bearera", r#"""#, r#""a"#, "a'", r#""a'"#, "~!",
        ] {
            let token = Token::new(text).unwrap();
            assert_eq!(token.expose_secret(), text);
            assert_eq!(format!("{token:?}"), "Token(…)");
            let json = serde_json::to_string(&token).unwrap();
            let read: Token = serde_json::from_str(&json).unwrap();
            assert_eq!(read.expose_secret(), text);
        }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod zeroing {
    use std::fs::File;
    use std::os::unix::fs::FileExt;

    use super::Token;

    /// Small enough that the allocator keeps the memory, and large enough that its bookkeeping overwrites
    /// little of it.
    const LENGTH: usize = 8 * 1024;

    /// Reads the memory of this process, freed memory included, without `unsafe`. Allocates only when it is
    /// created: a later allocation could reuse the memory under test.
    struct Memory {
        file: File,
        buffer: Vec<u8>,
    }

    impl Memory {
        fn count_marks(&mut self, at: usize) -> usize {
            self.file
                .read_exact_at(&mut self.buffer, at as u64)
                .unwrap();
            let windows = self.buffer.windows(8);
            windows.filter(|bytes| bytes == b"markmark").count()
        }
    }

    #[test]
    fn a_dropped_token_is_zeroed() {
        let text = "mark".repeat(LENGTH / 4);
        let refused = "mark".repeat(LENGTH / 4 - 1) + "\n\n\n\n";
        let mut memory = Memory {
            file: File::open("/proc/self/mem").unwrap(),
            buffer: vec![0; LENGTH],
        };

        // The control: a dropped `String` stays in memory, except where the allocator has overwritten it.
        let plain = text.clone();
        let at = plain.as_ptr() as usize;
        drop(plain);
        assert!(memory.count_marks(at) > 1000);

        let token = Token::new(text).unwrap();
        let at = token.expose_secret().as_ptr() as usize;
        assert!(memory.count_marks(at) > 1000);
        drop(token);
        assert_eq!(memory.count_marks(at), 0);

        // A refused text is zeroed too.
        let at = refused.as_ptr() as usize;
        assert!(Token::new(refused).is_err());
        assert_eq!(memory.count_marks(at), 0);
    }
}
