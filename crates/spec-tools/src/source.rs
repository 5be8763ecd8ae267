//! Source files and positions in them.

use std::ops::Range;

use sha2::{Digest, Sha256};

/// A range of bytes in a [`Source`].
pub type Span = Range<usize>;

/// The text of a file, and its name in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path, as given by the user or relative to the project's root.
    pub name: String,
    /// The text, with CRLF replaced by LF so that every checkout generates the same code.
    pub text: String,
}

/// An index of the lines of a text.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Indexes the lines of `text`.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        Self { text, starts }
    }

    /// The line of the byte offset `at`, counted from 1.
    #[must_use]
    pub fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).max(1)
    }

    /// The byte offset at which `line`, counted from 1, starts; the end of the text after the last line.
    #[must_use]
    pub fn start(&self, line: usize) -> usize {
        let start = self.starts.get(line.saturating_sub(1)).copied();
        start.unwrap_or(self.text.len())
    }

    /// Line and column of the byte offset `at`, counted from 1 in characters.
    #[must_use]
    pub fn position(&self, at: usize) -> (usize, usize) {
        let at = at.min(self.text.len());
        let line = self.line(at);
        let before = self.text.get(self.start(line)..at).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

impl Source {
    /// Creates a source from `text`.
    #[must_use]
    pub fn new(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: text
                .strip_prefix('\u{feff}')
                .unwrap_or(text)
                .replace("\r\n", "\n"),
        }
    }

    /// `sha256:` and the digest of the text, with LF line endings.
    #[must_use]
    pub fn digest(&self) -> String {
        Sha256::digest(self.text.as_bytes())
            .iter()
            .fold("sha256:".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_endings_and_byte_order_marks_are_ignored() {
        let unix = Source::new("a", "x: 1\ny: 2\n");
        assert_eq!(unix, Source::new("a", "\u{feff}x: 1\r\ny: 2\r\n"));
        // The output of `sha256sum`.
        assert_eq!(
            Source::new("a", "abc").digest(),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
