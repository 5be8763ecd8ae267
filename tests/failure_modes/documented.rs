//! The table of faults: each row is run, and what is seen is what the documentation says.

use std::fmt::Write as _;

use crate::table::{Outcome, Row, rows, run_with};

/// Where the documentation keeps the table.
const DOCUMENTED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/digilocker/src/faults.md"
);

/// Each row holds, and the documentation says the same: with `UPDATE_FAULTS=1` it is written anew.
#[tokio::test]
async fn each_row_holds_and_is_documented() {
    let mut found = String::new();
    let mut wrong = Vec::new();
    for (title, rows) in rows() {
        let _ = write!(
            found,
            "\n# {title}\n\n| fault | outcome | status | code | retry after | attempts | retryable | token state |\n\
             |---|---|---|---|---|---|---|---|\n"
        );
        for Row {
            fault,
            server,
            expected,
        } in rows
        {
            let outcome = Outcome::from(run_with(server, None).await.0);
            if outcome != expected {
                wrong.push(format!(
                    "{fault}:\n  expected {expected:?}\n  found    {outcome:?}"
                ));
            }
            found.push_str(&line(fault, &outcome));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} rows are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );

    let found = found.trim_start().to_owned();
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        std::fs::write(DOCUMENTED, &found).unwrap();
    }
    let documented = std::fs::read_to_string(DOCUMENTED)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        documented == found,
        "crates/digilocker/src/faults.md is not what was seen: \
         run `UPDATE_FAULTS=1 cargo test -p integration-tests --test failure_modes documented`, and review the difference"
    );
}

fn line(fault: &str, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Revoked { status, attempts } => {
            format!("| {fault} | revoked | {status} | | | {attempts} | | |\n")
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
            let retryable = if failure.retryable { "yes" } else { "no" };
            format!(
                "| {fault} | `{:?}` | {status} | {code} | {after} | {} | {retryable} | `{:?}` |\n",
                failure.kind, failure.attempts, failure.state
            )
        }
    }
}
