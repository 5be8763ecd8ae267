//! What a check is given, and the rules that it reports.

use std::collections::HashSet;

use crate::document::Document;
use crate::finding::Finding;
use crate::project::Project;
use crate::rule::Rule;

/// What checks look at.
#[derive(Debug)]
pub struct Context<'a> {
    /// The document.
    pub document: &'a Document,
    /// The project that it belongs to.
    pub project: &'a Project,
    /// What the document refers to, as it is written.
    pub references: HashSet<&'a str>,
}

/// Rules that one check reports: they take the same way through the document.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The rules.
    pub rules: &'static [&'static Rule],
    /// Looks at a document and reports what it finds.
    pub check: fn(&Context<'_>) -> Vec<Finding>,
}
