//! `cargo xtask lint [SPEC]`: everything that is to be said about a spec.

use std::path::Path;

use super::{json, sarif};
use crate::codegen;
use crate::finding::{self, Finding, Severity};
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

/// Runs the command on the file `name` below `dir`.
#[must_use]
pub fn run(dir: &Path, name: &str, format: Format, style: Style) -> Report {
    let found = find(dir, name);
    let told = match format {
        Format::Text => text(&found, style),
        Format::Json => json::render(&found),
        Format::Sarif => sarif::render(&found),
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
pub fn find(dir: &Path, name: &str) -> Found {
    let refused = match Spec::load(dir, name) {
        // Only formatting is left then, and that takes any Rust.
        Ok(spec) => match codegen::each(&spec, drop) {
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

fn text(found: &Found, style: Style) -> String {
    let count = |severity| {
        let of = |finding: &&Finding| finding.severity == severity;
        found.findings.iter().filter(of).count()
    };
    let plural = |count, what| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    format!(
        "{}{} and {} in `{}`\n",
        finding::render(&found.source, &found.findings, style),
        plural(count(Severity::Error), "error"),
        plural(count(Severity::Warning), "warning"),
        found.source.name,
    )
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
