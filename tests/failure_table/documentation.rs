//! Renders the table for the documentation of `digilocker`.

use std::fmt::Write as _;
use std::path::Path;

use xtask::bless::artefacts;

use super::{Outcome, Row, Section};

/// The file that rustdoc includes, relative to the workspace root.
const FILE: &str = "crates/digilocker/src/failures.md";

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
        let summary = if summary.is_empty() {
            String::new()
        } else {
            format!("{summary}\n\n")
        };
        let _ = write!(
            text,
            "{separator}# {title}\n\n{summary}\
             | server | result | confirmed | status | code | retry after | attempts | retryable | token state |\n\
             |---|---|---|---|---|---|---|---|---|\n"
        );
        for row in rows {
            text.push_str(&line(row));
        }
    }
    text
}

fn line(Row { name, expected, .. }: &Row) -> String {
    match expected {
        Outcome::Revoked {
            status,
            attempts,
            is_confirmed,
        } => {
            let confirmed = yes_or_no(*is_confirmed);
            format!("| {name} | revoked | {confirmed} | {status} | | | {attempts} | | |\n")
        }
        Outcome::Failed(failure) => {
            let status = failure
                .status
                .map_or(String::new(), |status| status.to_string());
            let code = failure
                .code
                .as_ref()
                .map_or(String::new(), |code| format!("`{code}`"));
            let after = failure
                .retry_after
                .map_or(String::new(), |after| format!("{} s", after.as_secs()));
            let retryable = yes_or_no(failure.is_retryable);
            format!(
                "| {name} | `{:?}` | | {status} | {code} | {after} | {} | {retryable} | `{:?}` |\n",
                failure.kind, failure.attempts, failure.token_state
            )
        }
    }
}

fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
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
