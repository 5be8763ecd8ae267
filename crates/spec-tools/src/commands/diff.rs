//! `diff`: compares two specs.

use std::fmt::Write as _;
use std::path::Path;

use super::{git, settings};
use crate::diff::change::RustImpact;
use crate::diff::diff;
use crate::document::Document;
use crate::project::Project;
use crate::render::phrases::version_summary;
use crate::render::{changelog, findings, json, markdown, sarif, text};
use crate::report::{Report, Status, Style};
use crate::source::Source;

/// The output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for a terminal.
    Text,
    /// JSON for programs.
    Json,
    /// Markdown for a pull request.
    Markdown,
    /// SARIF 2.1.0 for code scanning.
    Sarif,
    /// An entry for `CHANGELOG.md`.
    Changelog,
}

/// Options of the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// A git revision, or the path of a file.
    pub base: String,
    /// The file that is compared with it; the project's spec if `None`.
    pub spec: Option<String>,
    /// The output format.
    pub format: Format,
    /// Whether to fail if a version is too low.
    pub enforce: bool,
}

/// Runs the command.
#[must_use]
pub fn run(project: &Project, options: &Options, style: Style) -> Report {
    if let Some(report) = settings::refused(project) {
        return report;
    }
    let Base { source, manifest } = match base(project, options) {
        Ok(base) => base,
        Err(error) => return Report::usage(format!("error: {error}\n")),
    };
    let (dir, name) = location(project, options);
    let (base, working) = match (Document::parse(source), Document::read(dir, name)) {
        (Ok(base), Ok(working)) => (base, working),
        (_, Err(refused)) | (Err(refused), _) => {
            let text = findings::findings(&refused.source, &refused.findings, style);
            return Report::failed(text);
        }
    };
    let mut diff = diff(project, base, working);
    let now = match (&options.spec, &project.version_manifest) {
        (None, Some(name)) => std::fs::read_to_string(project.root.join(name)).ok(),
        _ => None,
    };
    diff.check_versions(manifest.as_deref(), now.as_deref());
    let mut report = Report::ok(match options.format {
        Format::Text => text::diff(&diff, style),
        Format::Json => json::diff(&diff),
        Format::Markdown => markdown::diff(&diff),
        Format::Sarif => sarif::diff(&diff),
        Format::Changelog => changelog::diff(&diff),
    });
    if options.enforce {
        for version in diff.versions.iter().filter(|version| version.short) {
            report.status = Status::Failed;
            let _ = writeln!(report.errors, "error: {}", version_summary(version));
        }
        if diff.rust == RustImpact::Ungenerable {
            report.status = Status::Failed;
            report.errors += "error: no code can be generated from one of the specs\n";
        }
    }
    report
}

/// The spec to compare with, and its manifest if it comes from a revision.
struct Base {
    source: Source,
    manifest: Option<String>,
}

/// Directory and name of the working spec. A file given by the user is relative to the current directory.
fn location<'a>(project: &'a Project, options: &'a Options) -> (&'a Path, &'a str) {
    match &options.spec {
        Some(name) => (Path::new("."), name),
        None => (&project.root, &project.spec),
    }
}

fn base(project: &Project, options: &Options) -> Result<Base, String> {
    let base = options.base.as_str();
    // First relative to the current directory, then to the project's root.
    let here = Path::new(base);
    let below = project.root.join(base);
    for file in [here, below.as_path()] {
        if file.is_file() {
            let text = std::fs::read_to_string(file)
                .map_err(|error| format!("cannot read `{base}`: {error}"))?;
            let source = Source::new(base, &text);
            let manifest = None;
            return Ok(Base { source, manifest });
        }
    }
    let (dir, name) = location(project, options);
    let text = git::show(dir, base, name)?;
    let manifest = match (&options.spec, &project.version_manifest) {
        (None, Some(manifest)) => git::show(dir, base, manifest).ok(),
        _ => None,
    };
    let source = Source::new(&format!("{base}:{name}"), &text);
    Ok(Base { source, manifest })
}

#[cfg(test)]
mod tests;
