//! A token as files contain it, and what files contain in its place.

use std::borrow::Cow;
use std::fmt;

use digilocker::Token;

/// What databases and spreadsheets write for a missing value.
const MISSING: &str =
    "null (null) <null> none nil undefined nan \\n n/a #n/a #null! #ref! #value! #name?";

/// Why a line is skipped. Never contains text of the line.
#[derive(Debug)]
pub(crate) struct BadLine(Cow<'static, str>);

impl BadLine {
    pub(crate) fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The token in a line of a plain list.
pub(crate) fn line(text: &[u8]) -> Result<Token, BadLine> {
    let token = token(text);
    // Before the padding of base64.
    let end = text.iter().rposition(|byte| *byte != b'=').unwrap_or(0);
    Err(BadLine::new(match text.first() {
        Some(b'{' | b'}' | b'[' | b']' | b'"') => {
            "looks like JSON: use `revoke-all` with `--format ndjson`"
        }
        _ if text.iter().any(|byte| b",;\t".contains(byte)) => {
            "looks like CSV: use `revoke-all` with `--column`"
        }
        _ if is_header(text) => {
            "looks like a header line, not a token: use `revoke-all` with `--column`"
        }
        _ if token.is_ok() && text[..end].iter().any(|byte| b" =&".contains(byte)) => {
            "looks like a header, a form or a URL: pass the token alone"
        }
        _ => return token,
    }))
}

/// The token in a field of a table or in a member of an object.
pub(crate) fn token(text: &[u8]) -> Result<Token, BadLine> {
    let text = std::str::from_utf8(text).map_err(|_| BadLine::new("not UTF-8"))?;
    let is_missing = MISSING
        .split(' ')
        .any(|known| text.eq_ignore_ascii_case(known));
    Err(BadLine::new(if is_missing {
        "a missing value, such as `NULL`, not a token"
    } else if text.starts_with('=') {
        "a spreadsheet formula, such as `=\"…\"`, not a token: export the value"
    } else if is_scientific(text) {
        "a number in scientific notation: a spreadsheet has damaged the token"
    } else {
        return Token::new(text).map_err(|error| BadLine::new(error.to_string()));
    }))
}

/// `1.23457E+19`. With a sign in the exponent: a hexadecimal token may look like a number without it.
fn is_scientific(text: &str) -> bool {
    let Some((number, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    exponent.strip_prefix(['+', '-']).is_some_and(is_digits)
        && is_digits(whole.trim_start_matches('-'))
        && is_digits(fraction)
}

/// Whether a line of a plain list is the header of a column.
fn is_header(text: &[u8]) -> bool {
    let separators = [b' ', b'_', b'-'];
    let mut word: Vec<u8> = text.to_ascii_lowercase();
    word.retain(|byte| !separators.contains(byte));
    let word = word.strip_suffix(b"s").unwrap_or(&word);
    [&b"token"[..], b"accesstoken", b"refreshtoken"].contains(&word)
}

/// Whether a message may show the name of a column. In a file without a header line, names are tokens, which
/// contain digits or are longer than words.
pub(crate) fn is_column_name(name: &str) -> bool {
    // Other scripts than Latin have marks, which are not letters.
    let is_letter = |c: char| c.is_alphabetic() || !c.is_ascii();
    name.split([' ', '_', '-', '.'])
        .all(|word| word.chars().count() <= 14 && word.chars().all(is_letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_write_is_not_a_token() {
        for text in r#"NULL \N #N/A None ="abc" =A1 1.23457E+19 -1,5e-7 2E+05"#.split(' ') {
            assert!(token(text.as_bytes()).is_err(), "{text}");
        }
        for text in "nullable 1e5 12345678901234567890 123e4567e abc= a.bE+19".split(' ') {
            assert_eq!(token(text.as_bytes()).unwrap().expose_secret(), text);
        }
    }

    #[test]
    fn tokens_are_not_shown_as_column_names() {
        for name in "id,refresh_token,Access Token,accessToken,user.ID,टोकन,".split(',') {
            assert!(is_column_name(name), "{name}");
        }
        for token in "2YotnFZFEjr1zCsicMWpAA tGzvJOkFXGQxTlKWIA d41d8cd98f00b204".split(' ') {
            assert!(!is_column_name(token), "{token}");
        }
    }
}
