//! Rules for specs. Each check visits the whole document and reports findings.
//!
//! There is one file per topic, with its rules and checks. [`GROUPS`] lists all of them. All checks run on
//! every document, so a check must not assume that the document is well-formed.

use self::group::Context;
use crate::document::{Document, references};
use crate::finding::{Finding, sorted};
use crate::project::{Level, Project};
use crate::rule::Severity;
use crate::threads;

mod alternatives;
mod bodies;
mod checks;
mod constraints;
mod examples;
mod forms;
pub mod group;
mod keys;
mod kinds;
mod media;
mod names;
mod operations;
mod parameters;
mod references;
mod required;
mod reserved;
mod schemas;
mod security;
mod shapes;
mod structure;
mod types;
mod unsupported;
mod walk;

pub use self::checks::GROUPS;
pub(crate) use self::structure::OPENAPI_SHAPE as STRUCTURE;
#[cfg(test)]
pub(crate) use self::{examples::validator, names::snake};

/// Pointers to all schemas of `document` that are not references.
pub(crate) fn schemas(document: &Document) -> Vec<String> {
    let all = walk::all(document, structure::Object::Schema).into_iter();
    all.map(|(pointer, _)| pointer).collect()
}

/// Runs all checks on `document`, with the severities that `project` sets. Findings are sorted by location,
/// then by check.
#[must_use]
pub fn lint(project: &Project, document: &Document) -> Vec<Finding> {
    let context = Context {
        document,
        project,
        references: references(&document.value).into_iter().collect(),
    };
    let checks = GROUPS.iter().flat_map(|group| group.checks);
    let findings = checks.flat_map(|check| check(&context));
    let findings = findings.filter_map(|finding| configured(project, finding));
    sorted(threads::with_large_stack(|| findings.collect()))
}

/// Applies the project's change of the rule to `finding`; `None` if the rule is off.
fn configured(project: &Project, mut finding: Finding) -> Option<Finding> {
    let change = project.rules.iter().find(|one| one.rule == finding.rule.id);
    match change.map(|change| change.level) {
        Some(Level::Off) => return None,
        Some(Level::Warning) => finding.severity = Severity::Warning,
        None => {}
    }
    Some(finding)
}

#[cfg(test)]
mod fixtures;
