//! The table as the documentation of `digilocker` includes it.

use std::fmt::Write as _;

use super::{Outcome, Row, Section};

/// The file that rustdoc includes.
const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/digilocker/src/faults.md"
);

/// Set to write the file instead of comparing it.
const UPDATE: &str = "UPDATE_FAULTS";

/// The table in Markdown, from the expectations of the rows: each row's test proves its own.
#[must_use]
pub fn render(sections: &[Section]) -> String {
    let mut text = String::new();
    for Section { title, rows } in sections {
        let separator = if text.is_empty() { "" } else { "\n" };
        let _ = write!(
            text,
            "{separator}# {title}\n\n\
             | server | result | status | code | retry after | attempts | retryable | token state |\n\
             |---|---|---|---|---|---|---|---|\n"
        );
        for row in rows {
            text.push_str(&line(row));
        }
    }
    text
}

fn line(Row { name, expected, .. }: &Row) -> String {
    match expected {
        Outcome::Revoked { status, attempts } => {
            format!("| {name} | revoked | {status} | | | {attempts} | | |\n")
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
            let retryable = if failure.is_retryable { "yes" } else { "no" };
            format!(
                "| {name} | `{:?}` | {status} | {code} | {after} | {} | {retryable} | `{:?}` |\n",
                failure.kind, failure.attempts, failure.token_state
            )
        }
    }
}

/// Compares the file with the rendered table, or writes it if `UPDATE_FAULTS` is set.
///
/// # Errors
///
/// A message that names the command which updates the file.
pub fn check(rendered: &str) -> Result<(), String> {
    if std::env::var_os(UPDATE).is_some() {
        return std::fs::write(FILE, rendered).map_err(|error| format!("{FILE}: {error}"));
    }
    let file = std::fs::read_to_string(FILE).map_err(|error| format!("{FILE}: {error}"))?;
    if file.replace("\r\n", "\n") == rendered {
        return Ok(());
    }
    Err(format!(
        "crates/digilocker/src/faults.md differs from the failure table: run \
         `{UPDATE}=1 cargo test -p integration-tests --test failure_table -- documentation` \
         and review the difference"
    ))
}
