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
pub(crate) struct Secrets<'a> {
    client: &'a [Form],
    token: &'a str,
}

/// A secret as a server might send it back, in lower case.
pub(crate) type Form = Zeroizing<Vec<u8>>;

impl<'a> Secrets<'a> {
    /// The client's secrets are the same at each call: their forms are made once.
    pub(crate) fn new(client: &'a [Form], token: &'a str) -> Self {
        Self { client, token }
    }

    /// The text without secrets, without control characters, and at most `limit` bytes long.
    pub(crate) fn clean(&self, text: &str, limit: usize) -> String {
        // Cut first, with room for the piece that the second cut takes away: a long text costs no
        // more than a short one, and no echo is cut below what is recognised as one.
        let text = cut(text, limit + PIECE);
        let lower = text.to_ascii_lowercase();
        let grams = Grams::of(lower.as_bytes());
        // No form of a token is shorter than the token: most texts are too short for an echo of one.
        let token = if text.len() < self.token.len().min(PIECE) {
            Vec::new()
        } else {
            forms(self.token)
        };
        let echoes: Vec<_> = (self.client.iter().chain(&token))
            .filter(|form| grams.may_share_a_piece_with(form))
            .collect();
        if echoes.is_empty() && !text.contains(char::is_control) {
            return cut(text, limit).to_owned();
        }

        let mut secret = vec![false; text.len()];
        for form in echoes {
            mark(form, lower.as_bytes(), &mut secret);
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
        clean.truncate(cut(&clean, limit).len());
        clean
    }
}

pub(crate) fn forms(secret: &str) -> Vec<Form> {
    if secret.is_empty() {
        return Vec::new();
    }
    let mut forms = vec![secret.to_owned(), STANDARD_NO_PAD.encode(secret)];
    // The further forms are the same where the secret needs no encoding.
    if forms[1].contains(['+', '/']) {
        forms.push(URL_SAFE_NO_PAD.encode(secret));
    }
    if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let escaped = serde_json::to_string(secret).unwrap_or_default();
        forms.push(utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string());
        forms.push(form_urlencode(secret));
        forms.push(escaped.trim_matches('"').to_owned());
    }
    let mut forms: Vec<_> = forms
        .into_iter()
        .map(|mut form| {
            form.make_ascii_lowercase();
            Form::new(form.into_bytes())
        })
        .collect();
    forms.sort_unstable_by(|one, other| one.as_slice().cmp(other));
    forms.dedup();
    forms
}

/// The sequences of eight bytes in a text, to be asked quickly for one that is not there: each
/// answer has words to clean, and hardly one has an echo.
struct Grams<'a> {
    text: &'a [u8],
    /// A bit for each sequence, by its hash.
    seen: [u64; 64],
}

impl<'a> Grams<'a> {
    const LENGTH: usize = 8;

    fn of(text: &'a [u8]) -> Self {
        let mut seen = [0; 64];
        for (word, bit) in text.windows(Self::LENGTH).filter_map(Self::place) {
            seen[word] |= bit;
        }
        Self { text, seen }
    }

    fn hold(&self, gram: &[u8]) -> bool {
        Self::place(gram).is_some_and(|(word, bit)| self.seen[word] & bit != 0)
            && self.text.windows(Self::LENGTH).any(|seen| seen == gram)
    }

    /// `true` for a form that is shorter than a piece.
    fn may_share_a_piece_with(&self, form: &[u8]) -> bool {
        // A piece holds this many sequences, wherever it begins: one of them is looked at.
        const STEP: usize = PIECE - Grams::LENGTH + 1;
        let mut grams = form.windows(Self::LENGTH).step_by(STEP);
        form.len() < PIECE || grams.any(|gram| self.hold(gram))
    }

    fn place(gram: &[u8]) -> Option<(usize, u64)> {
        // Fibonacci hashing: the upper bits depend on all bytes.
        let hash = u64::from_ne_bytes(gram.try_into().ok()?).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let bit = (hash >> 52) as usize;
        Some((bit / 64, 1 << (bit % 64)))
    }
}

/// Marks each piece of the form that is in the text, or the whole form where it is no longer than a
/// piece.
fn mark(form: &[u8], text: &[u8], secret: &mut [bool]) {
    if form.len() <= PIECE {
        for (at, piece) in text.windows(form.len()).enumerate() {
            if piece == form {
                secret[at..at + form.len()].fill(true);
            }
        }
        return;
    }
    let mut pieces: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, piece) in text.windows(PIECE).enumerate() {
        pieces.entry(piece).or_default().push(at);
    }
    for piece in form.windows(PIECE) {
        // Marked once, however often the form repeats it.
        for at in pieces.remove(piece).into_iter().flatten() {
            secret[at..at + PIECE].fill(true);
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
            assert_eq!(
                Secrets::new(&[], SECRET).clean(text, 1024),
                expected,
                "{text}"
            );
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
    fn a_piece_from_anywhere_in_a_secret_goes() {
        const SECRET: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
        let secrets = Secrets::new(&[], SECRET);
        for at in 0..=SECRET.len() - PIECE {
            let piece = &SECRET[at..at + PIECE];
            assert_eq!(secrets.clean(piece, 100), REDACTED, "{piece}");
            let shorter = &piece[1..];
            assert_eq!(secrets.clean(shorter, 100), shorter);
        }
    }

    #[test]
    fn a_long_secret_that_repeats_itself_is_sought_in_no_time() {
        let secret = "a".repeat(1 << 17);
        let secrets = Secrets::new(&[], &secret);
        assert_eq!(secrets.clean(&secret, 1024), REDACTED);
    }

    #[test]
    fn a_short_secret_goes_as_a_whole() {
        let client = forms("s3cr3t");
        let secrets = Secrets::new(&client, "");
        assert_eq!(
            secrets.clean("the S3CR3T is s3cr3", 100),
            "the [redacted] is s3cr3"
        );
    }

    #[test]
    fn a_cut_hides_no_echo() {
        let secrets = Secrets::new(&[], "0123456789abcdefghij");
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
            let clean = Secrets::new(&[], &secret).clean(&text, 128);
            assert!(!clean.contains('0'), "{clean}");
        }
        let text = format!("{secret}not more");
        let clean = Secrets::new(&[], &secret).clean(&text, secret.len() + 3);
        assert_eq!(clean, "[redacted]not");
    }

    #[test]
    fn the_server_writes_no_lines_of_ours() {
        assert_eq!(
            Secrets::new(&[], "").clean("a\r\nb\u{1b}[31mc\0", 100),
            "a  b [31mc "
        );
        assert_eq!(Secrets::new(&[], "").clean("€€", 4), "€");
    }
}
