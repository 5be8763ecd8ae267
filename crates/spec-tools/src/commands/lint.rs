//! `lint`: reports findings in a spec.

use std::path::Path;

use super::settings;
use crate::codegen;
use crate::finding::{self, Findings};
use crate::project::Project;
use crate::render::{json, sarif, text};
use crate::report::{Report, Status, Style};
use crate::spec::Spec;

/// The output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text in the style of rustc.
    Text,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0 for code scanning.
    Sarif,
}

/// Runs the command on the file `name` below `dir`, by the settings of `project`.
#[must_use]
pub fn run(project: &Project, dir: &Path, name: &str, format: Format, style: Style) -> Report {
    if let Some(report) = settings::refused(project) {
        return report;
    }
    let found = find(project, dir, name);
    let output = match format {
        Format::Text => text::lint(&found.source, &found.findings, style),
        Format::Json => json::lint(&found.source, &found.findings),
        Format::Sarif => sarif::lint(&found.source, &found.findings),
    };
    let mut report = Report::ok(output);
    if finding::any_error(&found.findings) {
        report.status = Status::Failed;
    }
    report
}

/// Checks all rules on the file `name` below `dir`. If there is no error, also runs the generator, so that code can
/// be generated from every spec without findings.
#[must_use]
pub fn find(project: &Project, dir: &Path, name: &str) -> Findings {
    let mut found = match Spec::load_file(project, dir, name) {
        Ok(spec) => {
            let mut found = spec.findings(spec.warnings.clone());
            // `generate` also formats the code, which cannot fail.
            if let Err(refused) = codegen::each(project, &spec, drop) {
                found.findings.extend(refused.findings);
            }
            found
        }
        Err(refused) => refused,
    };
    found.findings = finding::sorted(found.findings);
    found
}
