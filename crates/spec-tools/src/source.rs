//! A text file, read.

use std::ops::Range;
use std::path::Path;

use sha2::{Digest, Sha256};

/// A range of bytes in a [`Source`].
pub type Span = Range<usize>;

/// Why a file is no source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong with it.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
}

/// A file's text with the name it goes by in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file's path as the user knows it: from the workspace's root, with `/`.
    pub name: String,
    /// Its text, every line ended by LF alone: a checkout with CRLF makes the same code.
    pub text: String,
}

/// Where the lines of a text start. Places are asked for more often than texts are read.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Those of `text`.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        Self { text, starts }
    }

    /// The line that the byte `at` is in, from 1.
    #[must_use]
    pub fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).max(1)
    }

    /// Where `line`, counted from 1, starts; the end of the text for those after the last.
    #[must_use]
    pub fn start(&self, line: usize) -> usize {
        let start = self.starts.get(line.saturating_sub(1)).copied();
        start.unwrap_or(self.text.len())
    }

    /// The place as editors count: line and column from 1, in characters.
    #[must_use]
    pub fn position(&self, at: usize) -> (usize, usize) {
        let at = at.min(self.text.len());
        let line = self.line(at);
        let before = self.text.get(self.start(line)..at).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

impl Source {
    /// `text` under `name`.
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

    /// Reads the file `name` below `root`.
    ///
    /// # Errors
    ///
    /// The file is missing, unreadable, empty or not UTF-8.
    pub fn read(root: &Path, name: &str) -> Result<Self, Unreadable> {
        let refused = |message: String, help| Unreadable { message, help };
        let bytes = std::fs::read(root.join(name)).map_err(|error| {
            refused(
                format!("cannot read `{name}`: {error}"),
                "name a file that is there",
            )
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..good]
                .split(|byte| *byte == b'\n')
                .count();
            refused(
                format!("`{name}` is not UTF-8: byte {good}, on line {line}, is the first bad one"),
                "save the file as UTF-8",
            )
        })?;
        if text.trim().is_empty() {
            return Err(refused(
                format!("`{name}` is empty"),
                "an OpenAPI document starts with `openapi: 3.0.3`",
            ));
        }
        Ok(Self::new(name, &text))
    }

    /// `sha256:` and the digest of the text, the same whatever a checkout made of its line ends.
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
    fn line_ends_and_byte_order_marks_do_not_count() {
        let unix = Source::new("a", "x: 1\ny: 2\n");
        assert_eq!(unix, Source::new("a", "\u{feff}x: 1\r\ny: 2\r\n"));
        // sha256sum of the same bytes.
        assert_eq!(
            Source::new("a", "abc").digest(),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[track_caller]
    fn check(bytes: Option<&[u8]>, expected: &str) {
        let dir = tempfile::tempdir().expect("a directory to work in");
        if let Some(bytes) = bytes {
            std::fs::write(dir.path().join("spec.yaml"), bytes).expect("to write there");
        }
        let error = Source::read(dir.path(), "spec.yaml").expect_err("a bad file");
        assert!(error.message.starts_with(expected), "{}", error.message);
    }

    #[test]
    fn what_cannot_be_read_is_said_to_be_so() {
        check(None, "cannot read `spec.yaml`: ");
        check(Some(b" \n\n"), "`spec.yaml` is empty");
        check(
            Some(b"a: 1\nb: \xff\n"),
            "`spec.yaml` is not UTF-8: byte 8, on line 2, is the first bad one",
        );
    }
}
