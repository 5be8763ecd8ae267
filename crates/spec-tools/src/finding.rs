//! Findings of lint.

use crate::rule::{Rule, Severity};
use crate::source::{Source, Span};

/// One violation of a rule, with its location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The violated rule.
    pub rule: &'static Rule,
    /// The severity of the rule, unless the project changes it.
    pub severity: Severity,
    /// The location; `None` for the file as a whole.
    pub span: Option<Span>,
    /// What is wrong, in one line.
    pub message: String,
    /// A label at `span`.
    pub label: Option<String>,
    /// Related locations with labels.
    pub related: Vec<(Span, String)>,
    /// What to write instead, if more specific than the rule's help.
    help: Option<String>,
}

impl Finding {
    /// A finding of `rule` at `span`.
    pub fn new(
        rule: &'static Rule,
        span: impl Into<Option<Span>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity: rule.severity,
            span: span.into(),
            message: message.into(),
            label: None,
            related: Vec::new(),
            help: None,
        }
    }

    /// Sets the label at `span`.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Sets the help, in place of the rule's.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a related location.
    #[must_use]
    pub fn related(mut self, span: Option<Span>, label: impl Into<String>) -> Self {
        self.related.extend(span.map(|span| (span, label.into())));
        self
    }

    /// The help: its own, or the rule's.
    #[must_use]
    pub fn remedy(&self) -> &str {
        self.help.as_deref().unwrap_or(self.rule.help)
    }

    /// The start of `span`; 0 for the file as a whole.
    #[must_use]
    pub fn start(&self) -> usize {
        self.span.as_ref().map_or(0, |span| span.start)
    }
}

/// Findings, with the text that they point into.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The text; empty if the file cannot be read.
    pub source: Source,
    /// The findings.
    pub findings: Vec<Finding>,
}

/// Sorts findings by severity and location: a warning may follow from an error.
#[must_use]
pub fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.severity, finding.start()));
    findings
}

/// Whether any finding is an error, which stops generation.
#[must_use]
pub fn any_error(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}
