//! The format of the input.

use std::path::Path;

use clap::ValueEnum;

use crate::exit::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// One token per line
    Lines,
    /// CSV with a header line
    Csv,
    /// One JSON object per line
    Ndjson,
}

#[derive(Clone, Debug)]
pub(crate) struct Format {
    pub(super) kind: Kind,
    /// CSV columns or JSON members with tokens.
    pub(super) columns: Vec<String>,
    /// Of CSV fields. `None`: the one that the header line has.
    pub(super) delimiter: Option<u8>,
}

impl Format {
    /// The kind is that of `--format`, or else by `--column`, `--delimiter` and the extension of the file.
    pub(crate) fn new(
        path: &Path,
        kind: Option<Kind>,
        columns: &[String],
        delimiter: Option<u8>,
    ) -> Result<Self, Failure> {
        let extension = path.extension().unwrap_or_default();
        let is = |other: &str| extension.eq_ignore_ascii_case(other);
        let kind = match kind {
            Some(kind) => kind,
            None if is("ndjson") || is("jsonl") || is("json") => Kind::Ndjson,
            None if is("csv") || is("tsv") || !columns.is_empty() || delimiter.is_some() => {
                Kind::Csv
            }
            None => Kind::Lines,
        };
        if kind == Kind::Lines && !columns.is_empty() {
            return Err(Failure::usage("`--column` cannot be used with lines"));
        }
        if kind != Kind::Csv && delimiter.is_some() {
            return Err(Failure::usage("`--delimiter` can be used with CSV only"));
        }
        let columns = match columns {
            [] => vec!["token".to_owned()],
            columns => columns.to_vec(),
        };
        Ok(Self {
            kind,
            columns,
            delimiter,
        })
    }
}

/// `--delimiter`: one ASCII character; `\t` and `tab` are a tab.
pub(crate) fn delimiter(text: &str) -> Result<u8, &'static str> {
    match text.as_bytes() {
        b"\\t" | b"tab" => Ok(b'\t'),
        [byte] if !b"\"\r\n".contains(byte) => Ok(*byte),
        _ => Err("expected one character, such as `;`, or `tab`"),
    }
}
