//! One test per row of the failure table, named like the row, and one for the documentation.
//!
//! `cargo test -p integration-tests --test failure_table -- "503, then 200"` runs the rows whose names
//! contain that text. Test names have no backticks, which a shell would execute.

use std::collections::HashSet;
use std::process::ExitCode;

use integration_tests::failure_table::{Outcome, Row, documentation, sections};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let sections = sections();
    let rendered = documentation::render(&sections);
    let mut trials = vec![Trial::test("documentation", move || {
        Ok(documentation::check(&rendered)?)
    })];
    let mut names = HashSet::from(["documentation".to_owned()]);
    for row in sections.into_iter().flat_map(|section| section.rows) {
        let name = row.name.replace('`', "");
        assert!(
            names.insert(name.clone()),
            "two rows are named {name:?}: tests are selected by name"
        );
        trials.push(Trial::test(name, || check(row)));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn check(row: Row) -> Result<(), Failed> {
    let expected = row.expected.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (result, _) = runtime.block_on(row.run(None));
    let found = Outcome::from(result);
    if found == expected {
        Ok(())
    } else {
        Err(format!("expected {expected:#?}\nfound {found:#?}").into())
    }
}
