//! Rules for specs: each check looks at the whole document and reports what it finds.
//!
//! A theme is a file, with its rules and the checks that report them; [`GROUPS`] lists all. A check runs
//! whatever the others find, so it takes nothing for granted about the structure of what it looks at.

use self::group::Context;
use crate::document::Document;
use crate::finding::{Finding, sorted};
use crate::project::{Level, Project};
use crate::rule::Severity;
use crate::threads;

mod alternatives;
mod ambiguity;
mod bodies;
mod checks;
mod constraints;
mod dependencies;
mod docs;
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
mod schemas;
mod shapes;
mod structure;
mod types;
mod unsupported;
mod walk;

pub use self::checks::GROUPS;
pub use self::structure::OPENAPI_SHAPE as STRUCTURE;
#[cfg(test)]
pub(crate) use self::{examples::self_contained, names::snake};

/// What all checks find in `document`, in the order of the places, and at one place in that of the checks;
/// as severe as `project` has it.
#[must_use]
pub fn lint(project: &Project, document: &Document) -> Vec<Finding> {
    let context = Context {
        document,
        project,
        references: walk::referred(&document.value),
    };
    // They know nothing of each other.
    let findings = threads::map(GROUPS, |group| (group.check)(&context));
    let findings = findings.into_iter().flatten();
    sorted(
        findings
            .filter_map(|finding| changed(project, finding))
            .collect(),
    )
}

/// `finding`, as the project takes it.
fn changed(project: &Project, mut finding: Finding) -> Option<Finding> {
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
#[cfg(test)]
mod tests;
