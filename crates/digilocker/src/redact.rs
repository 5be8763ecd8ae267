//! Takes echoes of a secret out of what the server said.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// A piece of a secret of this many bytes is an echo: servers cut what they quote.
const PIECE: usize = 12;

/// What stands in an echo's place.
const REDACTED: &str = "[redacted]";

/// The secrets of one call, in each form in which a server might send one back.
///
/// Built only once an answer has words to clean.
pub(crate) struct Secrets(Vec<Zeroizing<Vec<u8>>>);

impl Secrets {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms = Vec::new();
        for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
            let form_encoded: String = form_urlencode(secret);
            let escaped = serde_json::to_string(secret).unwrap_or_default();
            forms.extend(
                [
                    secret.to_owned(),
                    utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
                    form_encoded,
                    STANDARD_NO_PAD.encode(secret),
                    URL_SAFE_NO_PAD.encode(secret),
                    escaped.trim_matches('"').to_owned(),
                ]
                .map(|form| Zeroizing::new(form.to_ascii_lowercase().into_bytes())),
            );
            // The forms differ only where the secret has characters that they encode.
            forms.dedup();
        }
        Self(forms)
    }

    /// The text without secrets, without control characters, and at most `limit` bytes long.
    pub(crate) fn clean(&self, text: &str, limit: usize) -> String {
        // Cut first, with room for the piece that the second cut takes away: a long text costs no
        // more than a short one, and no echo is cut below what is recognised as one.
        let text = cut(text, limit + PIECE);
        let mut secret = vec![false; text.len()];
        let lower = text.to_ascii_lowercase();
        self.mark(lower.as_bytes(), &mut secret);

        let mut clean = String::with_capacity(text.len());
        let mut marked = false;
        for (at, character) in text.char_indices() {
            let was_marked = std::mem::replace(&mut marked, secret[at]);
            if marked && !was_marked {
                clean.push_str(REDACTED);
            } else if !marked {
                // A line break or an escape sequence would let the server write into a log.
                clean.push(if character.is_control() {
                    ' '
                } else {
                    character
                });
            }
        }
        cut(&clean, limit).to_owned()
    }

    fn mark(&self, text: &[u8], secret: &mut [bool]) {
        let mut pieces: HashMap<&[u8], Vec<usize>> = HashMap::new();
        for (at, piece) in text.windows(PIECE).enumerate() {
            pieces.entry(piece).or_default().push(at);
        }
        for form in &self.0 {
            let length = form.len().min(PIECE);
            for found in form.windows(length) {
                if length == PIECE {
                    for &at in pieces.get(found).into_iter().flatten() {
                        secret[at..at + length].fill(true);
                    }
                } else {
                    let whole = text.windows(length).enumerate();
                    for (at, _) in whole.filter(|(_, piece)| *piece == found) {
                        secret[at..at + length].fill(true);
                    }
                }
            }
        }
    }
}

fn form_urlencode(text: &str) -> String {
    serde_urlencoded::to_string([("", text)])
        .unwrap_or_default()
        .trim_start_matches('=')
        .to_owned()
}

fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "tök/n+with \"20\" bytes";

    #[test]
    fn echoes_in_every_form_go() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(Secrets::new([SECRET]).clean(text, 1024), expected, "{text}");
        }
        check("no echo here", "no echo here");
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
    fn a_short_secret_goes_as_a_whole() {
        let secrets = Secrets::new(["s3cr3t", ""]);
        assert_eq!(
            secrets.clean("the S3CR3T is s3cr3", 100),
            "the [redacted] is s3cr3"
        );
    }

    #[test]
    fn a_cut_hides_no_echo() {
        let secrets = Secrets::new(["0123456789abcdefghij"]);
        for before in 0..40 {
            let text = format!("{}0123456789abcdefghij", "x".repeat(before));
            let clean = secrets.clean(&text, 32);
            assert!(!clean.contains('0'), "{clean}");
            assert!(clean.len() <= 32, "{clean}");
        }
    }

    #[test]
    fn the_server_writes_no_lines_of_ours() {
        assert_eq!(
            Secrets::new([]).clean("a\r\nb\u{1b}[31mc\0", 100),
            "a  b [31mc "
        );
        assert_eq!(Secrets::new([]).clean("€€", 4), "€");
    }
}
