//! Rules for specs: each one looks at the whole document and reports what it finds.
//!
//! A theme is a file; a rule is an id, which its findings carry. Order and independence: a rule runs
//! whatever the others find, so it takes nothing for granted about the shape of what it looks at.

use crate::document::Document;
use crate::finding::Finding;

mod bodies;
mod operations;
mod references;
mod shape;

/// Looks at a document and reports what it finds.
pub type Rule = fn(&Document) -> Vec<Finding>;

/// Every rule there is.
const RULES: [Rule; 7] = [
    shape::openapi_shape,
    shape::openapi_version,
    references::references,
    operations::operation_ids,
    operations::path_item_references,
    bodies::requests,
    bodies::responses,
];

/// What all rules find in `document`.
#[must_use]
pub fn lint(document: &Document) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(document)).collect()
}

#[cfg(test)]
mod tests;
