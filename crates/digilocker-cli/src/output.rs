//! Standard output and standard error.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use crate::exit::Failure;

/// Writes a line to standard output and flushes it.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", escape(text))
        .and_then(|()| out.flush())
        .map_err(|error| Failure::io(format!("cannot write to standard output: {error}")))
}

/// Writes a value as one line of JSON to standard output.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::io(format!("cannot write JSON: {error}")))?;
    line(&text)
}

pub(crate) fn warning(text: &str) {
    to_stderr(&format!("warning: {text}"));
}

pub(crate) fn error(failure: &Failure) {
    to_stderr(&format!("error: {}", failure.message));
    for cause in &failure.causes {
        to_stderr(&format!("  {cause}"));
    }
    if let Some(help) = &failure.help {
        to_stderr(&format!("  help: {help}"));
    }
}

/// Ignores errors: if standard error is closed, only the exit code is left.
pub(crate) fn to_stderr(text: &str) {
    let _ = writeln!(io::stderr(), "{}", escape(text));
}

/// Escapes characters that reorder or hide text at a terminal, as JSON does: `\u202e`. A server may send
/// them, and file names may contain them.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    let is_unsafe = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unsafe(c) {
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_reorder_or_hide_text_are_escaped() {
        assert_eq!(
            escape("a\u{202e}b\u{2066}\u{1b}[2K\u{9b}"),
            r"a\u202eb\u2066\u001b[2K\u009b"
        );
        assert!(matches!(escape("plain: हिन्दी\n\t"), Cow::Borrowed(_)));
    }
}
