//! What a rule is. Those of specs are declared beside the check that reports them.

/// Whether what breaks a rule stops generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be generated, or what would be is wrong.
    Error,
    /// Works, but is not what it should be.
    Warning,
    /// A change between two specs: its row says whether it breaks.
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
    /// Its name in findings and changes, for people to search for and machines to key on.
    pub id: &'static str,
    /// What breaking it means for generation.
    pub severity: Severity,
    /// Why it matters. What it says of the generator was measured with progenitor 0.15.1.
    pub why: &'static str,
    /// What to write instead.
    pub help: &'static str,
}

impl Rule {
    /// A rule whose findings stop generation.
    #[must_use]
    pub const fn error(id: &'static str, why: &'static str, help: &'static str) -> Self {
        let severity = Severity::Error;
        Self {
            id,
            severity,
            why,
            help,
        }
    }

    /// A rule of changes.
    #[must_use]
    pub const fn change(id: &'static str, why: &'static str, help: &'static str) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(id, why, help)
        }
    }

    /// A rule whose findings do not.
    #[must_use]
    pub const fn warning(id: &'static str, why: &'static str, help: &'static str) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(id, why, help)
        }
    }
}
