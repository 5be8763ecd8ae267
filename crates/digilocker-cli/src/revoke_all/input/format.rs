//! `--format`.

use std::path::Path;

use clap::ValueEnum;

use crate::exit::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One token per line
    Lines,
    /// CSV with a header line
    Csv,
    /// One JSON object per line
    Ndjson,
}

impl Format {
    /// The default format, by the file extension and by whether `--column` is given.
    pub(crate) fn of(path: &Path, has_column: bool) -> Result<Self, Failure> {
        let extension = path.extension().unwrap_or_default();
        let is = |other: &str| extension.eq_ignore_ascii_case(other);
        if is("json") {
            return Err(
                Failure::usage(format!("unknown format of `{}`", path.display()))
                    .help("add `--format ndjson` if each line is a JSON object"),
            );
        }
        Ok(if is("ndjson") || is("jsonl") {
            Self::Ndjson
        } else if is("csv") || has_column {
            Self::Csv
        } else {
            Self::Lines
        })
    }
}
