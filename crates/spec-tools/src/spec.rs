//! A spec that no rule objects to.

use std::path::Path;

use openapiv3::OpenAPI;

use crate::document::Document;
use crate::finding::{self, Finding};
use crate::lint;
use crate::progress;
use crate::project::Project;
use crate::rule::Rule;
use crate::source::{Source, Unreadable};

/// Reported when the file is read.
pub static SPEC_FILE: Rule = Rule::error(
    "spec-file",
    "no other rule can be checked",
    "name a file that is there, in UTF-8, and not empty",
);

/// A spec, read and checked.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The document, to find places in.
    pub document: Document,
    /// The same, as the generator takes it.
    pub openapi: OpenAPI,
    /// What rules found that does not stop generation.
    pub warnings: Vec<Finding>,
}

/// Why there is no spec: findings, and the text they are about.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What the findings point into; empty if it could not even be read.
    pub source: Source,
    /// At least one error.
    pub findings: Vec<Finding>,
}

impl Spec {
    /// Reads and checks the project's spec.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at once.
    pub fn load(project: &Project) -> Result<Self, Refused> {
        Self::load_file(project, &project.root, &project.spec)
    }

    /// Reads and checks the file `name` below `dir`, by the project's settings.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at once.
    pub fn load_file(project: &Project, dir: &Path, name: &str) -> Result<Self, Refused> {
        match Source::read(dir, name) {
            Ok(source) => Self::check(project, source),
            Err(Unreadable { message, help }) => Err(Refused {
                source: Source::new(name, ""),
                findings: vec![Finding::new(&SPEC_FILE, None, message).help(help)],
            }),
        }
    }

    /// Checks a spec that has been read.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at once.
    pub fn check(project: &Project, source: Source) -> Result<Self, Refused> {
        let document =
            Document::parse(source).map_err(|(source, findings)| Refused { source, findings })?;
        Self::of(project, document)
    }

    /// Checks a document.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at once.
    pub fn of(project: &Project, document: Document) -> Result<Self, Refused> {
        let operations = document.operations().len();
        progress::step(format!(
            "linting {operations} operations of `{}`",
            document.source.name
        ));
        let findings = lint::lint(project, &document);
        if finding::any_error(&findings) {
            return Err(Refused {
                source: document.source,
                findings,
            });
        }
        match serde_json::from_value(document.value.clone()) {
            Ok(openapi) => Ok(Self {
                document,
                openapi,
                warnings: findings,
            }),
            // The rule `openapi-shape` reads the same types: this is for what it might not see.
            Err(error) => {
                let finding = Finding::new(&lint::STRUCTURE, document.span(""), error.to_string());
                Err(Refused {
                    source: document.source,
                    findings: vec![finding],
                })
            }
        }
    }

    /// A finding against this spec.
    #[must_use]
    pub fn refuse(&self, findings: Vec<Finding>) -> Refused {
        Refused {
            source: self.document.source.clone(),
            findings,
        }
    }
}
