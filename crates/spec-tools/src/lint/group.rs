//! What a check is given, and the rules that it reports.

use std::collections::BTreeSet;

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
    /// The crates that the generated client may name, if that is known.
    pub crates: Option<BTreeSet<String>>,
}

/// Rules that one check reports: they take the same way through the document.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The rules.
    pub rules: &'static [&'static Rule],
    /// Looks at a document and reports what it finds.
    pub check: fn(&Context<'_>) -> Vec<Finding>,
}
