//! A spec without errors.

use std::path::Path;

use openapiv3::OpenAPI;

use crate::document::Document;
use crate::finding::{self, Finding};
use crate::lint;
use crate::progress;
use crate::project::Project;
use crate::rule::Rule;
use crate::source::{Source, Unreadable};

/// Reported if the file cannot be read.
pub static SPEC_FILE: Rule = Rule::error(
    "spec-file",
    "without a readable file, no other rule can be checked",
    "use an existing, non-empty UTF-8 file",
);

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

/// The findings because of which a spec is rejected, with its text.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The text that the findings point into; empty if the file cannot be read.
    pub source: Source,
    /// At least one error.
    pub findings: Vec<Finding>,
}

impl Spec {
    /// Reads and checks the project's spec.
    ///
    /// # Errors
    ///
    /// All findings, at least one of which is an error.
    pub fn load(project: &Project) -> Result<Self, Refused> {
        Self::load_file(project, &project.root, &project.spec)
    }

    /// Reads and checks the file `name` below `dir`, with the project's settings.
    ///
    /// # Errors
    ///
    /// All findings, at least one of which is an error.
    pub fn load_file(project: &Project, dir: &Path, name: &str) -> Result<Self, Refused> {
        match Source::read(dir, name) {
            Ok(source) => Self::check(project, source),
            Err(Unreadable { message, help }) => Err(Refused {
                source: Source::new(name, ""),
                findings: vec![Finding::new(&SPEC_FILE, None, message).help(help)],
            }),
        }
    }

    /// Parses and checks a source.
    ///
    /// # Errors
    ///
    /// All findings, at least one of which is an error.
    pub fn check(project: &Project, source: Source) -> Result<Self, Refused> {
        let document =
            Document::parse(source).map_err(|(source, findings)| Refused { source, findings })?;
        Self::of(project, document)
    }

    /// Checks a parsed document.
    ///
    /// # Errors
    ///
    /// All findings, at least one of which is an error.
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
            // The rule `openapi-shape` deserializes the same types, so this should not occur.
            Err(error) => {
                let finding = Finding::new(&lint::STRUCTURE, document.span(""), error.to_string());
                Err(Refused {
                    source: document.source,
                    findings: vec![finding],
                })
            }
        }
    }

    /// Rejects this spec with `findings`.
    #[must_use]
    pub fn refuse(&self, findings: Vec<Finding>) -> Refused {
        Refused {
            source: self.document.source.clone(),
            findings,
        }
    }
}
