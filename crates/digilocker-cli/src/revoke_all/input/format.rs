//! `--format`.

use std::path::Path;

use clap::ValueEnum;

use crate::exit::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A token a line
    Lines,
    /// CSV with a header
    Csv,
    /// A JSON object a line
    Ndjson,
}

impl Format {
    /// From the name of the file, if nothing says it.
    pub(crate) fn of(path: &Path, has_column: bool) -> Result<Self, Failure> {
        let extension = path.extension().unwrap_or_default();
        let is = |other: &str| extension.eq_ignore_ascii_case(other);
        if is("json") {
            return Err(
                Failure::usage(format!("the format of `{}` is not known", path.display()))
                    .help("add `--format ndjson` if each of its lines is a JSON object"),
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
