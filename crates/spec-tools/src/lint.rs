//! Rules for specs: each check looks at the whole document and reports what it finds.
//!
//! A theme is a file, with its rules and the checks that report them; [`GROUPS`] lists all. A check runs
//! whatever the others find, so it takes nothing for granted about the structure of what it looks at.

use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use self::group::{Context, Group};
use crate::document::Document;
use crate::finding::{Finding, sorted};
use crate::project::{Level, Project};
use crate::rule::Severity;
use crate::threads;

mod alternatives;
mod ambiguity;
mod bodies;
mod checks;
mod docs;
mod examples;
pub mod group;
mod media;
mod names;
mod operations;
mod parameters;
mod references;
mod required;
mod schemas;
mod structure;
mod types;
mod unsupported;
mod walk;

pub use self::checks::GROUPS;
pub use self::structure::OPENAPI_SHAPE as STRUCTURE;

/// What all checks find in `document`, in the order of the places, and at one place in that of the checks;
/// as severe as `project` has it.
#[must_use]
pub fn lint(project: &Project, document: &Document) -> Vec<Finding> {
    let context = Context {
        document,
        project,
        crates: project.client_crates(),
    };
    let findings = run(GROUPS, &context).into_iter();
    sorted(
        findings
            .filter_map(|finding| changed(project, finding))
            .collect(),
    )
}

/// Runs all checks. They know nothing of each other: each idle processor takes the next one.
fn run(groups: &[Group], context: &Context<'_>) -> Vec<Finding> {
    let found: Vec<_> = groups.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let next = next.fetch_add(1, Ordering::Relaxed);
            let Some((group, found)) = groups.get(next).zip(found.get(next)) else {
                break;
            };
            found.get_or_init(|| (group.check)(context));
        }
    };
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 1..processors.min(groups.len()) {
            threads::spawn(scope, work);
        }
        work();
    });
    let found = found.into_iter().filter_map(OnceLock::into_inner);
    found.flatten().collect()
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
