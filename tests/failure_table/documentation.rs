//! Renders the table for the documentation of `digilocker`.

use std::fmt::Write as _;
use std::path::Path;
use std::{array, iter};

use xtask::bless::artefacts;

use super::{Outcome, Row, Section};

/// The file that rustdoc includes, relative to the workspace root.
const FILE: &str = "crates/digilocker/src/failures.md";

/// The columns, in the order of the documentation. A section shows those that a row of it fills.
const COLUMNS: [&str; 9] = [
    "server",
    "result",
    "token state",
    "retryable",
    "attempts",
    "status",
    "code",
    "retry after",
    "confirmed",
];

/// Renders the table as Markdown, from the expected results of the rows.
#[must_use]
pub fn render(sections: &[Section]) -> String {
    let mut text = String::new();
    for Section {
        title,
        summary,
        rows,
    } in sections
    {
        let separator = if text.is_empty() { "" } else { "\n" };
        let _ = write!(text, "{separator}# {title}\n\n");
        if !summary.is_empty() {
            let _ = write!(text, "{summary}\n\n");
        }
        let rows: Vec<_> = rows.iter().map(cells).collect();
        let is_filled: [bool; COLUMNS.len()] =
            array::from_fn(|column| rows.iter().any(|row| !row[column].is_empty()));
        let mut line = |cells: &[String; COLUMNS.len()]| {
            for (cell, _) in iter::zip(cells, is_filled).filter(|(_, is_filled)| *is_filled) {
                let _ = write!(text, "| {cell} ");
            }
            text.push_str("|\n");
        };
        line(&COLUMNS.map(str::to_owned));
        line(&COLUMNS.map(|_| "---".to_owned()));
        rows.iter().for_each(line);
    }
    text
}

fn cells(Row { name, expected, .. }: &Row) -> [String; COLUMNS.len()] {
    match expected {
        Outcome::Revoked {
            status,
            attempts,
            is_confirmed,
        } => [
            name.clone(),
            "revoked".to_owned(),
            String::new(),
            String::new(),
            attempts.to_string(),
            status.to_string(),
            String::new(),
            String::new(),
            yes_or_no(*is_confirmed),
        ],
        Outcome::Failed(failure) => [
            name.clone(),
            format!("`{:?}`", failure.kind),
            format!("`{:?}`", failure.token_state),
            yes_or_no(failure.is_retryable),
            failure.attempts.to_string(),
            failure
                .status
                .map(|status| status.to_string())
                .unwrap_or_default(),
            failure
                .code
                .as_ref()
                .map(|code| format!("`{code}`"))
                .unwrap_or_default(),
            failure
                .retry_after
                .map(|after| format!("{} s", after.as_secs()))
                .unwrap_or_default(),
            String::new(),
        ],
    }
}

fn yes_or_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

/// Compares the file with the rendered table.
///
/// # Errors
///
/// The difference, and the command that accepts it.
pub fn check(rendered: &str) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    artefacts::check(&root, FILE, rendered)
}
