//! What breaks the spec.

use std::fmt;

use serde::Serialize;

/// One way in which a request or a response breaks the OpenAPI document. It contains no token and no secret, and
/// quotes no value of a body.
///
/// ```
/// use digilocker_mock::Sandbox;
/// # use reqwest::blocking::Client;
///
/// let sandbox = Sandbox::start();
/// Client::new().get(format!("{}/public/oauth2/1/revoke", sandbox.base_url())).send()?;
///
/// let exchanges = sandbox.exchanges();
/// let violation = &exchanges[0].violations()[0];
/// assert_eq!(violation.what, "method `GET` is not in the spec: use `POST`");
/// assert_eq!(violation.spec_location.as_deref(), Some("#/paths/~1public~1oauth2~11~1revoke"));
/// assert_eq!(sandbox.violations(), [format!("request 1: {violation}")]);
/// # Ok::<(), reqwest::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Violation {
    /// What is wrong.
    pub what: String,
    /// The place in the OpenAPI document, as a JSON pointer with a leading `#`; `None` for a rule of
    /// OAuth 2.0 that the document does not have.
    pub spec_location: Option<String>,
}

impl Violation {
    pub(crate) fn new(what: impl Into<String>, location: impl Into<Option<String>>) -> Self {
        Self {
            what: what.into(),
            spec_location: location.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}
