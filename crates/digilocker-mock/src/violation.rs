//! A request that broke the spec.

use std::fmt;

use serde::Serialize;

use crate::findings::Finding;

/// One way in which one request broke the spec. Its text contains no token and no secret.
///
/// ```
/// use digilocker_mock::Sandbox;
/// # use reqwest::blocking::Client;
///
/// let sandbox = Sandbox::start();
/// Client::new().get(format!("{}/public/oauth2/1/revoke", sandbox.base_url())).send()?;
///
/// let violation = &sandbox.violations()[0];
/// assert_eq!(violation.to_string(), "request 1: method `GET` is not in the spec: use `POST`");
/// assert_eq!(violation.spec_location(), Some("#/paths/~1public~1oauth2~11~1revoke"));
/// # Ok::<(), reqwest::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    request: usize,
    what: String,
    spec_location: Option<String>,
}

impl Violation {
    pub(crate) fn new(request: usize, finding: Finding) -> Self {
        Self {
            request,
            what: finding.what,
            spec_location: finding.location,
        }
    }

    /// The number of the request, as in [`Exchange::number`](crate::Exchange::number).
    #[must_use]
    pub fn request(&self) -> usize {
        self.request
    }

    /// What was wrong with the request.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The place in the OpenAPI document that the request broke, as a JSON pointer with a leading
    /// `#`; `None` for a rule of OAuth 2.0 that the document does not have.
    #[must_use]
    pub fn spec_location(&self) -> Option<&str> {
        self.spec_location.as_deref()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "request {}: {}", self.request, self.what)
    }
}
