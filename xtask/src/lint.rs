//! Rules for specs: each one looks at the whole document and reports what it finds.
//!
//! A theme is a file; a rule is an id, which its findings carry, and a row of [`RULES`]. Order and
//! independence: a check runs whatever the others find, so it takes nothing for granted about the shape
//! of what it looks at.

use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::document::Document;
use crate::finding::{Finding, sorted};
use crate::threads;

mod about;
mod bodies;
pub mod command;
mod examples;
mod ignored;
mod json;
mod media;
mod names;
mod operations;
mod parameters;
mod references;
pub mod rules;
mod sarif;
mod schemas;
mod shape;
mod text;
mod types;
mod walk;

pub use rules::{RULES, Rule};
pub use schemas::REPLACED;

/// Looks at a document and reports what it finds.
pub type Check = fn(&Document) -> Vec<Finding>;

/// Every check there is; one may know several rules.
const CHECKS: [Check; 23] = [
    text::ambiguous,
    shape::openapi_shape,
    shape::openapi_version,
    references::references,
    references::kinds,
    operations::operation_ids,
    operations::path_item_references,
    names::collisions,
    names::variants,
    parameters::parameters,
    bodies::requests,
    bodies::responses,
    media::requests,
    media::responses,
    types::parameters,
    types::bodies,
    schemas::schemas,
    schemas::constraints,
    ignored::ignored,
    examples::examples,
    about::info,
    about::operations,
    about::components,
];

/// What all checks find in `document`, in the order of the places, and at one place in that of the checks.
/// They know nothing of each other: each idle processor takes the next one.
#[must_use]
pub fn lint(document: &Document) -> Vec<Finding> {
    let found = [const { OnceLock::new() }; CHECKS.len()];
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let next = next.fetch_add(1, Ordering::Relaxed);
            let Some((check, found)) = CHECKS.get(next).zip(found.get(next)) else {
                break;
            };
            found.get_or_init(|| check(document));
        }
    };
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 1..processors.min(CHECKS.len()) {
            threads::spawn(scope, work);
        }
        work();
    });
    sorted(
        found
            .into_iter()
            .filter_map(OnceLock::into_inner)
            .flatten()
            .collect(),
    )
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
