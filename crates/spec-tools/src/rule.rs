//! The type of rules. Rules of specs are declared next to the check that reports them.

/// The severity of a finding. Only errors stop generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// No code can be generated, or the code would be wrong.
    Error,
    /// Code can be generated, but it or the spec should be improved.
    Warning,
    /// A change between two specs, whose verdicts are in its row.
    Note,
}

impl Severity {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable id in findings and changes.
    pub id: &'static str,
    /// The default severity of its findings.
    pub severity: Severity,
    /// The reason for the rule. Statements about the generator hold for progenitor 0.15.1.
    pub why: &'static str,
    /// What to write instead.
    pub help: &'static str,
}

impl Rule {
    /// Creates a rule.
    #[must_use]
    pub const fn new(
        severity: Severity,
        id: &'static str,
        why: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            id,
            severity,
            why,
            help,
        }
    }

    /// Creates a rule whose findings are errors.
    #[must_use]
    pub const fn error(id: &'static str, why: &'static str, help: &'static str) -> Self {
        Self::new(Severity::Error, id, why, help)
    }
}

/// Declares rules, each with its severity, id, reason and remedy, and `RULES`, the list of them.
macro_rules! rules {
    ($($severity:ident $name:ident = $id:literal, $why:literal, $help:literal;)*) => {
        $(#[doc = $why] pub(crate) static $name: Rule =
            Rule::new($crate::rule::Severity::$severity, $id, $why, $help);)*

        /// All rules that are declared here.
        pub(crate) const RULES: &[&Rule] = &[$(&$name),*];
    };
}

pub(crate) use rules;
