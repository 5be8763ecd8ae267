//! Removes secrets from server messages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// Minimum length of a substring of a secret that is redacted: servers truncate what they quote.
const MIN: usize = 12;

/// The replacement.
const REDACTED: &str = "[redacted]";

/// Whether a character controls how text is shown: line breaks and escape sequences forge log lines,
/// bidirectional controls (UAX #9) reorder what a terminal shows.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// One encoding of a secret, [folded].
type Encoded = Zeroizing<Vec<u8>>;

/// The encodings of a secret in which a server may repeat it.
#[derive(Default)]
pub(crate) struct Encodings {
    /// Unencoded, and in base64.
    plain: Vec<Encoded>,
    /// With escapes, if the secret needs any. Between two escapes they equal the plain ones.
    escaped: Vec<Encoded>,
}

impl Encodings {
    pub(crate) fn of(secret: &str) -> Self {
        let mut encodings = Self::default();
        if secret.is_empty() {
            return encodings;
        }
        encodings.plain = vec![folded(secret.to_owned())];
        encodings.add_base64(secret);
        // Inside of a longer text, such as a whole body, the groups of three bytes may begin later.
        let later = (1..3).filter_map(|start| secret.as_bytes().get(start..));
        (later.filter(|rest| rest.len() >= MIN)).for_each(|rest| encodings.add_base64(rest));
        if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let json = Zeroizing::new(serde_json::to_string(secret).unwrap_or_default());
            encodings.escaped = [
                utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
                form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
                json.trim_matches('"').to_owned(),
            ]
            .map(folded)
            .into();
        }
        encodings
    }

    pub(crate) fn add_base64(&mut self, secret: impl AsRef<[u8]>) {
        self.plain.push(folded(STANDARD_NO_PAD.encode(secret)));
    }
}

/// Lower case, and the base64 of URLs as the other one: it has `-` and `_` in place of `+` and `/`.
fn folded(text: String) -> Encoded {
    let mut bytes = Zeroizing::new(text.into_bytes());
    for byte in bytes.iter_mut() {
        *byte = match *byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte.to_ascii_lowercase(),
        };
    }
    bytes
}

/// The secrets of one call.
pub(crate) struct Secrets<'a> {
    client: &'a Encodings,
    token: &'a str,
}

impl<'a> Secrets<'a> {
    /// The encodings of the client's secrets are the same for each call, and computed once.
    pub(crate) fn new(client: &'a Encodings, token: &'a str) -> Self {
        Self { client, token }
    }

    /// The text without secrets, without control characters, and at most `limit` bytes long.
    pub(crate) fn redact(&self, text: String, limit: usize) -> String {
        // One pass without branches: nearly every text is printable ASCII.
        let is_printable = (text.bytes()).fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
        if is_printable && text.len() <= limit && !self.may_contain_secret(&text) {
            return text;
        }
        self.search(&text, limit)
    }

    /// Whether the text may contain a secret. `false` is certain. It saves the search of nearly every text,
    /// such as the id of each success.
    fn may_contain_secret(&self, text: &str) -> bool {
        let token = self.token.as_bytes();
        let bytes = ByteSet::of(text);
        // A text without escape characters contains secrets only unencoded or in base64.
        let is_escaped = text.contains('+') || b"%\\".iter().any(|it| bytes.0[ByteSet::index(*it)]);
        is_escaped
            || (self.client.plain.iter())
                .any(|secret| bytes.contains_part_of(secret.len(), |at| secret[at]))
            || bytes.contains_part_of(token.len(), |at| token[at])
            || (0..token.len().min(3)).any(|start| {
                // Digit by digit: most are not needed, and no buffer needs to be zeroed.
                let rest = &token[start..];
                let digits = (rest.len() * 8).div_ceil(6);
                bytes.contains_part_of(digits, |at| base64_digit(rest, at))
            })
    }

    fn search(&self, text: &str, limit: usize) -> String {
        // Truncated first: a long text costs no more than a short one. With a margin of the minimum length,
        // so that a secret that begins before the limit is recognised.
        let text = truncate(text, limit + MIN);
        let folded = folded(text.to_owned());
        let mut secret = vec![false; text.len()];
        let token = Encodings::of(self.token);
        for Encodings { plain, escaped } in [self.client, &token] {
            for encoded in plain.iter().chain(escaped) {
                mark(&folded, encoded, &mut secret);
            }
        }
        let mut clean = String::with_capacity(text.len());
        let mut marked = false;
        // The margin is not shown, even if redactions make the text shorter: a truncated secret in it may
        // not have been recognised.
        for (at, character) in text.char_indices().take_while(|(at, _)| *at < limit) {
            let was_marked = std::mem::replace(&mut marked, secret[at]);
            if marked && !was_marked {
                clean.push_str(REDACTED);
            } else if !marked {
                clean.push(if is_hidden(character) { ' ' } else { character });
            }
        }
        clean.truncate(truncate(&clean, limit).len());
        clean
    }
}

/// The bytes of a text, roughly [folded]: false positives are possible, false negatives are not.
struct ByteSet([bool; 256]);

impl ByteSet {
    fn of(text: &str) -> Self {
        let mut bytes = Self([false; 256]);
        for byte in text.bytes() {
            bytes.0[Self::index(byte)] = true;
        }
        for (digit, of_urls) in [(b'+', b'-'), (b'/', b'_')] {
            bytes.0[Self::index(digit)] |= bytes.0[Self::index(of_urls)];
        }
        bytes
    }

    /// Sets the bit in which upper and lower case of a letter differ.
    fn index(byte: u8) -> usize {
        usize::from(byte | 0x20)
    }

    /// Whether all bytes of a substring of the minimum length occur, in any order.
    fn contains_part_of(&self, length: usize, byte_at: impl Fn(usize) -> u8) -> bool {
        let is_absent = |at: &usize| !self.0[Self::index(byte_at(*at))];
        let mut start = 0;
        while start + length.min(MIN) <= length {
            // The text contains no substring with this byte: continue after it.
            match (start..start + length.min(MIN)).rfind(is_absent) {
                Some(absent) => start = absent + 1,
                None => return true,
            }
        }
        false
    }
}

/// One digit of the base64 of these bytes.
fn base64_digit(bytes: &[u8], at: usize) -> u8 {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let byte = |at: usize| usize::from(bytes.get(at).copied().unwrap_or(0));
    let (first, bit) = (at * 6 / 8, at * 6 % 8);
    let bits = byte(first) << 8 | byte(first + 1);
    DIGITS[bits >> (10 - bit) & 63]
}

/// Marks each substring of the minimum length that text and encoded have in common, or the whole
/// encoded if it is shorter.
fn mark(text: &[u8], encoded: &[u8], secret: &mut [bool]) {
    let length = encoded.len().min(MIN);
    for (at, substring) in text.windows(length).enumerate() {
        if memmem::find(encoded, substring).is_some() {
            secret[at..at + length].fill(true);
        }
    }
}

fn truncate(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    const SECRET: &str = "tök/n+with \"20\" bytes";

    #[test]
    fn every_encoding_of_a_secret_is_redacted() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(
                Secrets::new(&Encodings::default(), SECRET).redact(text.to_owned(), 1024),
                expected,
                "{text}"
            );
        }
        check("no secret here", "no secret here");
        check(
            &format!("a {SECRET} b {SECRET}"),
            "a [redacted] b [redacted]",
        );
        check(&format!("in {}", &SECRET[..14]), "in [redacted]");
        check("t%C3%B6k%2Fn%2Bwith%20%2220%22%20bytes", "[redacted]");
        check("t%c3%b6k%2fn%2bwith%20%2220%22%20bytes", "[redacted]");
        check("t%C3%B6k%2Fn%2Bwith+%2220%22+bytes", "[redacted]");
        check(r#"tök/n+with \"20\" bytes"#, "[redacted]");
        check(&STANDARD_NO_PAD.encode(SECRET), "[redacted]");
        check(
            &format!("{}==", URL_SAFE_NO_PAD.encode(SECRET)),
            "[redacted]==",
        );
        check("", "");
    }

    #[test]
    fn every_substring_of_minimum_length_is_redacted() {
        const SECRET: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
        let none = Encodings::default();
        let secrets = Secrets::new(&none, SECRET);
        for at in 0..=SECRET.len() - MIN {
            let piece = &SECRET[at..at + MIN];
            assert_eq!(secrets.redact(piece.to_owned(), 100), REDACTED, "{piece}");
            let shorter = &piece[1..];
            assert_eq!(secrets.redact(shorter.to_owned(), 100), shorter);
        }
    }

    #[test]
    fn a_short_secret_is_redacted_as_a_whole() {
        let client = Encodings::of("s3cr3t");
        let secrets = Secrets::new(&client, "");
        assert_eq!(
            secrets.redact("the S3CR3T is s3cr3".to_owned(), 100),
            "the [redacted] is s3cr3"
        );
        // Also in a text that is shorter than the token.
        let secrets = Secrets::new(&client, "0123456789abcdefghij");
        assert_eq!(secrets.redact("S3CR3T".to_owned(), 100), REDACTED);
        assert_eq!(secrets.redact("s3cr3".to_owned(), 100), "s3cr3");
    }

    #[test]
    fn a_truncated_secret_stays_redacted() {
        let none = Encodings::default();
        let secrets = Secrets::new(&none, "0123456789abcdefghij");
        for before in 0..40 {
            let text = format!("{}0123456789abcdefghij", "x".repeat(before));
            let clean = secrets.redact(text, 32);
            assert!(!clean.contains('0'), "{clean}");
            assert!(clean.len() <= 32, "{clean}");
        }
    }

    #[test]
    fn a_redaction_shows_no_truncated_secret_behind_it() {
        let secret = "0123456789abcdefghij".repeat(4);
        for between in 0..100 {
            let text = format!("{secret}{}{secret}", "x".repeat(between));
            let clean = Secrets::new(&Encodings::default(), &secret).redact(text, 128);
            assert!(!clean.contains('0'), "{clean}");
        }
        let text = format!("{secret}not more");
        let clean = Secrets::new(&Encodings::default(), &secret).redact(text, secret.len() + 3);
        assert_eq!(clean, "[redacted]not");
    }

    #[test]
    fn text_without_a_secret_is_truncated() {
        let none = Encodings::default();
        let secrets = Secrets::new(&none, "0123456789abcdefghij");
        for length in [8, 9, 100] {
            assert_eq!(secrets.redact("x".repeat(length), 8), "xxxxxxxx");
        }
    }

    #[test]
    fn control_characters_are_replaced() {
        for (text, expected) in [
            ("a\r", "a "),
            ("ab\r", "ab "),
            ("\u{7f}", " "),
            ("a\u{202e}b\u{2066}c\u{200f}\u{61c}\u{2028}", "a b c   "),
        ] {
            let secrets = Encodings::default();
            let secrets = Secrets::new(&secrets, "0123456789abcdefghij");
            assert_eq!(secrets.redact(text.to_owned(), 100), expected);
        }
        assert_eq!(
            Secrets::new(&Encodings::default(), "").redact("a\r\nb\u{1b}[31mc\0".to_owned(), 100),
            "a  b [31mc "
        );
        assert_eq!(
            Secrets::new(&Encodings::default(), "").redact("€€".to_owned(), 4),
            "€"
        );
    }

    #[test]
    fn base64_of_any_length_and_alphabet_is_redacted() {
        let none = Encodings::default();
        for length in [12, 40, 179, 180, 181, 191, 192, 193, 400, 1000] {
            let secret: String = ('!'..='~').cycle().take(length).collect();
            let secrets = Secrets::new(&none, &secret);
            for base64 in [
                STANDARD_NO_PAD.encode(&secret),
                URL_SAFE_NO_PAD.encode(&secret),
            ] {
                for at in 0..=base64.len() - MIN {
                    let substring = base64[at..at + MIN].to_owned();
                    assert_eq!(secrets.redact(substring, 100), REDACTED, "{length} {at}");
                }
            }
        }
    }

    /// A gateway may repeat a whole body in base64.
    #[test]
    fn base64_is_redacted_at_each_offset() {
        const TOKEN: &str = "2YotnFZFEjr1zCsicMWpAA";
        let none = Encodings::default();
        for before in ["", "{", "{\"", "{\"token\":\"", "token=", "a=b&token="] {
            let body = format!("{before}{TOKEN}\",\"token_type_hint\":\"access_token\"}}");
            let echo = STANDARD_NO_PAD.encode(&body);
            for echo in [echo.clone(), echo.replace('+', "-").replace('/', "_")] {
                let clean = Secrets::new(&none, TOKEN).redact(format!("refused {echo}"), 1024);
                assert!(clean.contains(REDACTED), "{clean}");
                for start in 0..3 {
                    let inner = STANDARD_NO_PAD.encode(&TOKEN[start..]);
                    for window in inner.as_bytes()[..inner.len() - 1].windows(MIN) {
                        let window = std::str::from_utf8(window).unwrap();
                        assert!(!clean.contains(window), "{window}: {clean}");
                    }
                }
            }
        }
    }
}
