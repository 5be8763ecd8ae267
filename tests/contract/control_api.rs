//! The OpenAPI document of the control API passes `cargo xtask lint`.

use std::path::Path;

use spec_tools::commands::lint::{Format, run};
use spec_tools::project::Project;
use spec_tools::report::{Status, Style};

#[test]
fn control_api_document_has_no_lint_errors() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/digilocker-cli/src/sandbox");
    let report = run(
        &Project::default(),
        &dir,
        "openapi.json",
        Format::Text,
        Style::Plain,
    );
    assert_eq!(report.status, Status::Ok, "{}", report.errors);
}
