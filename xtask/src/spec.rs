//! A spec that no rule objects to.

use std::path::Path;

use openapiv3::OpenAPI;

use crate::document::Document;
use crate::finding::{self, Finding};
use crate::lint;
use crate::progress;
use crate::report::Style;
use crate::source::Source;

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

impl Refused {
    /// All of it for the user, with a last line that sums up.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        let count = match self.findings.len() {
            1 => "1 finding".to_owned(),
            count => format!("{count} findings"),
        };
        format!(
            "{}{count} in `{}`; no file was touched\n",
            finding::render(&self.source, &self.findings, style),
            self.source.name,
        )
    }
}

impl Spec {
    /// Reads and checks the spec `name` below `root`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at once.
    pub fn load(root: &Path, name: &str) -> Result<Self, Refused> {
        match Source::read(root, name) {
            Ok(source) => Self::check(source),
            Err(findings) => Err(Refused {
                source: Source::new(name, ""),
                findings,
            }),
        }
    }

    /// Checks a spec that has been read.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at once.
    pub fn check(source: Source) -> Result<Self, Refused> {
        let document =
            Document::parse(source).map_err(|(source, findings)| Refused { source, findings })?;
        Self::of(document)
    }

    /// Checks a document.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at once.
    pub fn of(document: Document) -> Result<Self, Refused> {
        let operations = document.operations().len();
        progress::step(format!(
            "linting {operations} operations of `{}`",
            document.source.name
        ));
        let findings = lint::lint(&document);
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
                let finding = Finding::error("openapi-shape", document.span(""), error.to_string());
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
