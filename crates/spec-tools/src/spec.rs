//! A spec without errors.

use std::path::Path;

use openapiv3::OpenAPI;

use crate::document::Document;
use crate::finding::{self, Finding, Findings};
use crate::lint;
use crate::project::Project;
use crate::source::Source;

/// A checked spec.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The document, with locations.
    pub document: Document,
    /// The document as input of the generator.
    pub openapi: OpenAPI,
    /// Findings that do not stop generation.
    pub warnings: Vec<Finding>,
}

impl Spec {
    /// Reads and checks the project's spec.
    ///
    /// # Errors
    ///
    /// All findings, at least one of which is an error.
    pub fn load(project: &Project) -> Result<Self, Findings> {
        Self::load_file(project, &project.root, &project.spec)
    }

    /// Reads and checks the file `name` below `dir`, with the project's settings.
    ///
    /// # Errors
    ///
    /// All findings, at least one of which is an error.
    pub fn load_file(project: &Project, dir: &Path, name: &str) -> Result<Self, Findings> {
        Self::of(project, Document::read(dir, name)?)
    }

    /// Parses and checks a source.
    ///
    /// # Errors
    ///
    /// All findings, at least one of which is an error.
    pub fn check(project: &Project, source: Source) -> Result<Self, Findings> {
        Self::of(project, Document::parse(source)?)
    }

    /// Checks a parsed document.
    ///
    /// # Errors
    ///
    /// All findings, at least one of which is an error.
    pub fn of(project: &Project, document: Document) -> Result<Self, Findings> {
        let findings = lint::lint(project, &document);
        if finding::any_error(&findings) {
            return Err(Findings {
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
            // The rule `openapi-shape` deserializes the same types, so this should not occur.
            Err(error) => {
                let finding = Finding::new(&lint::STRUCTURE, document.span(""), error.to_string());
                Err(Findings {
                    source: document.source,
                    findings: vec![finding],
                })
            }
        }
    }

    /// These findings in this spec.
    #[must_use]
    pub fn findings(&self, findings: Vec<Finding>) -> Findings {
        Findings {
            source: self.document.source.clone(),
            findings,
        }
    }
}
