//! The OpenAPI document of the sandbox's control API passes this project's own lint.

use std::path::Path;

use spec_tools::commands::lint::{Format, run};
use spec_tools::project::Project;
use spec_tools::report::{Status, Style};

#[test]
fn the_control_api_is_described_without_errors() {
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
