//! Rules for specs: each one looks at the whole document and reports what it finds.
//!
//! A theme is a file; a rule is an id, which its findings carry, and a row of [`RULES`]. Order and
//! independence: a check runs whatever the others find, so it takes nothing for granted about the shape
//! of what it looks at.

use crate::document::Document;
use crate::finding::{Finding, sorted};

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
mod walk;

pub use rules::{RULES, Rule};
pub use schemas::REPLACED;

/// Looks at a document and reports what it finds.
pub type Check = fn(&Document) -> Vec<Finding>;

/// Every check there is; one may know several rules.
const CHECKS: [Check; 21] = [
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
    schemas::schemas,
    schemas::constraints,
    ignored::ignored,
    examples::examples,
    about::info,
    about::operations,
    about::components,
];

/// What all checks find in `document`, in the order of the places.
#[must_use]
pub fn lint(document: &Document) -> Vec<Finding> {
    sorted(CHECKS.iter().flat_map(|check| check(document)).collect())
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
