//! The format of the input.

use std::path::Path;

use clap::ValueEnum;

use crate::exit::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// One token per line
    Lines,
    /// CSV with a header line
    Csv,
    /// One JSON object per line
    Ndjson,
}

#[derive(Clone, Debug)]
pub(crate) enum Format {
    Lines,
    Csv {
        columns: Vec<String>,
        /// By default the one that the header line has.
        delimiter: Option<u8>,
    },
    Ndjson {
        members: Vec<String>,
    },
}

impl Format {
    /// The format of `--format`, or else by `--column`, `--delimiter` and the extension of the file.
    pub(crate) fn new(
        path: &Path,
        format: Option<FormatArg>,
        columns: &[String],
        delimiter: Option<char>,
    ) -> Result<Self, Failure> {
        let extension = path.extension().unwrap_or_default();
        let is = |other: &str| extension.eq_ignore_ascii_case(other);
        let format = match format {
            Some(format) => format,
            None if is("json") => {
                return Err(
                    Failure::usage(format!("unknown format of `{}`", path.display()))
                        .help("add `--format ndjson` if each line is a JSON object"),
                );
            }
            None if is("ndjson") || is("jsonl") => FormatArg::Ndjson,
            None if is("csv") || is("tsv") || !columns.is_empty() || delimiter.is_some() => {
                FormatArg::Csv
            }
            None => FormatArg::Lines,
        };
        let refused = |option: &str| {
            let name = format.to_possible_value().unwrap_or_else(|| "?".into());
            let message = format!(
                "`{option}` cannot be used with `--format {}`",
                name.get_name()
            );
            Err(Failure::usage(message))
        };
        if delimiter.is_some() && format != FormatArg::Csv {
            return refused("--delimiter");
        }
        if !columns.is_empty() && format == FormatArg::Lines {
            return refused("--column");
        }
        let columns = match columns {
            [] => vec!["token".to_owned()],
            columns => columns.to_vec(),
        };
        Ok(match format {
            FormatArg::Lines => Self::Lines,
            FormatArg::Csv => Self::Csv {
                columns,
                delimiter: delimiter.and_then(|c| u8::try_from(c).ok()),
            },
            FormatArg::Ndjson => Self::Ndjson { members: columns },
        })
    }
}

/// `--delimiter`: one ASCII character; `\t` and `tab` are a tab.
pub(crate) fn delimiter(text: &str) -> Result<char, &'static str> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        _ if matches!(text, "\\t" | "tab") => Ok('\t'),
        (Some(c), None) if c.is_ascii() && !matches!(c, '"' | '\r' | '\n') => Ok(c),
        _ => Err("expected one character, such as `;`, or `tab`"),
    }
}
