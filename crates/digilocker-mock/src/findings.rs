//! The result of validating one request.

/// One violation, and the place in the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) what: String,
    /// A JSON pointer into the OpenAPI document.
    pub(crate) location: Option<String>,
}

/// The token is the only unredacted text of the request in it. All others are redacted, or one of a few
/// known values.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) violations: Vec<Finding>,
    /// `json` or `form`; `None` if the body was not decoded.
    pub(crate) encoding: Option<&'static str>,
    /// See [`authentication::method_of`](crate::authentication::method_of).
    pub(crate) authentication: &'static str,
    /// `access_token`, `refresh_token`, `other` or `none`; `None` if the body was not decoded.
    pub(crate) hint: Option<&'static str>,
    /// As sent, valid or not.
    pub(crate) token: Option<String>,
}

impl Findings {
    /// Adds a violation, once: a body can repeat it thousands of times.
    pub(crate) fn add(&mut self, what: impl Into<String>, location: impl Into<Option<String>>) {
        self.push(Finding {
            what: what.into(),
            location: location.into(),
        });
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.encoding = other.encoding;
        other.violations.into_iter().for_each(|v| self.push(v));
    }

    pub(crate) fn push(&mut self, finding: Finding) {
        if !self.violations.contains(&finding) {
            self.violations.push(finding);
        }
    }
}
