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

/// The secrets of one call.
pub(crate) struct Secrets<'a>(Vec<&'a str>);

impl<'a> Secrets<'a> {
    pub(crate) fn new(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        Self(
            secrets
                .into_iter()
                .filter(|secret| !secret.is_empty())
                .collect(),
        )
    }

    /// The text without secrets, without control characters, and at most `limit` bytes long.
    pub(crate) fn clean(&self, text: &str, limit: usize) -> String {
        // Cut first, with room for the piece that the second cut takes away: a long text costs no
        // more than a short one, and no echo is cut below what is recognised as one.
        let text = cut(text, limit + PIECE);
        let mut secret = vec![false; text.len()];
        let shortest = self.0.iter().map(|secret| secret.len().min(PIECE)).min();
        // No form of a secret is shorter than the secret: most texts are too short for an echo.
        if shortest.is_some_and(|shortest| shortest <= text.len()) {
            let lower = text.to_ascii_lowercase();
            for form in self.0.iter().flat_map(|secret| forms(secret)) {
                mark(&form, lower.as_bytes(), &mut secret);
            }
        }

        let mut clean = String::with_capacity(text.len());
        let mut marked = false;
        // What is past the limit was only there to be looked at. An echo in it that was cut may not
        // have been recognised, and must not move into view because one before it got shorter.
        for (at, character) in text.char_indices().take_while(|(at, _)| *at < limit) {
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
}

/// The secret as a server might send it back, in lower case.
fn forms(secret: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let escaped = serde_json::to_string(secret).unwrap_or_default();
    let mut forms: Vec<_> = [
        secret.to_owned(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        form_urlencode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        escaped.trim_matches('"').to_owned(),
    ]
    .into_iter()
    .map(|form| Zeroizing::new(form.to_ascii_lowercase().into_bytes()))
    .collect();
    // Most forms are the same where the secret needs no encoding.
    forms.sort_unstable_by(|one, other| one.as_slice().cmp(other));
    forms.dedup();
    forms
}

/// Marks each piece of `form` in `text`.
fn mark(form: &[u8], text: &[u8], secret: &mut [bool]) {
    let length = form.len().min(PIECE);
    let mut pieces: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, piece) in text.windows(length).enumerate() {
        pieces.entry(piece).or_default().push(at);
    }
    for piece in form.windows(length) {
        for &at in pieces.get(piece).into_iter().flatten() {
            secret[at..at + length].fill(true);
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
    fn an_echo_that_shrinks_brings_no_cut_echo_into_view() {
        let secret = "0123456789abcdefghij".repeat(4);
        for between in 0..100 {
            let text = format!("{secret}{}{secret}", "x".repeat(between));
            let clean = Secrets::new([secret.as_str()]).clean(&text, 128);
            assert!(!clean.contains('0'), "{clean}");
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
