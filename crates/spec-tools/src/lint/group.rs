//! The input of a check, and the rules that it reports.

use std::collections::HashSet;

use crate::document::Document;
use crate::finding::Finding;
use crate::project::Project;
use crate::rule::Rule;

/// The input of every check.
#[derive(Debug)]
pub struct Context<'a> {
    /// The document.
    pub document: &'a Document,
    /// The project with its settings.
    pub project: &'a Project,
    /// The targets of all `$ref`s within the document, as JSON pointers.
    pub references: HashSet<String>,
}

/// Checks and the rules that they report.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The rules.
    pub rules: &'static [&'static Rule],
    /// Each reports findings in a document.
    pub checks: &'static [fn(&Context<'_>) -> Vec<Finding>],
}

/// Declares the checks of a group, and the rules that they report.
macro_rules! group {
    ($($check:ident),*; $($rules:tt)*) => {
        /// The rules that are declared here, and their checks.
        pub(super) const GROUP: $crate::lint::group::Group = $crate::lint::group::Group {
            rules: RULES,
            checks: &[$($check),*],
        };

        $crate::rule::rules! { $($rules)* }
    };
}

pub(crate) use group;
