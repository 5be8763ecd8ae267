//! `lint`: everything that is wrong with a spec.

use std::path::Path;

use super::settings;
use crate::codegen;
use crate::finding::{self, Finding};
use crate::project::Project;
use crate::render::{json, sarif, text};
use crate::report::{Report, Status, Style};
use crate::source::Source;
use crate::spec::{Refused, Spec};

/// How findings are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people, as rustc does it.
    Text,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, which forges show in a pull request.
    Sarif,
}

/// Findings and what they are about.
#[derive(Clone, Debug)]
pub struct Found {
    /// The text.
    pub source: Source,
    /// In the order of their places.
    pub findings: Vec<Finding>,
}

/// Runs the command on the file `name` below `dir`, by the settings of `project`.
#[must_use]
pub fn run(project: &Project, dir: &Path, name: &str, format: Format, style: Style) -> Report {
    if let Some(report) = settings::refused(project) {
        return report;
    }
    let found = find(project, dir, name);
    let told = match format {
        Format::Text => text::lint(&found.source, &found.findings, style),
        Format::Json => json::lint(&found.source, &found.findings),
        Format::Sarif => sarif::lint(&found.source, &found.findings),
    };
    let mut report = Report::ok(told);
    if finding::any_error(&found.findings) {
        report.status = Status::Failed;
    }
    report
}

/// What rules find in the file `name` below `dir`; if none of it is an error, the generator is asked
/// too, so that a spec without findings is one that generates.
#[must_use]
pub fn find(project: &Project, dir: &Path, name: &str) -> Found {
    let refused = match Spec::load_file(project, dir, name) {
        // Only formatting is left then, and that takes any Rust.
        Ok(spec) => match codegen::each(project, &spec, drop) {
            Ok(_) => spec.refuse(spec.warnings.clone()),
            Err(refused) => Refused {
                findings: [spec.warnings.clone(), refused.findings].concat(),
                ..refused
            },
        },
        Err(refused) => refused,
    };
    Found {
        source: refused.source,
        findings: finding::sorted(refused.findings),
    }
}
