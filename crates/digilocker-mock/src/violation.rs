//! Departures from the spec.

use std::fmt;

use serde::Serialize;

/// One way in which a request or a response departs from the OpenAPI document. It quotes no value of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Departure {
    /// What is wrong.
    pub what: String,
    /// The place in the OpenAPI document, as a JSON pointer with a leading `#`; `None` for a rule of
    /// OAuth 2.0 that the document does not have.
    pub spec_location: Option<String>,
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

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
/// assert_eq!(violation.spec_location.as_deref(), Some("#/paths/~1public~1oauth2~11~1revoke"));
/// # Ok::<(), reqwest::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Violation {
    /// The number of the request, as in [`Exchange::number`](crate::Exchange::number).
    pub request: usize,
    /// What was wrong with the request.
    pub what: String,
    /// As [`Departure::spec_location`].
    pub spec_location: Option<String>,
}

impl Violation {
    pub(crate) fn new(request: usize, departure: Departure) -> Self {
        Self {
            request,
            what: departure.what,
            spec_location: departure.spec_location,
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "request {}: {}", self.request, self.what)
    }
}

/// The departures of one request.
#[derive(Default)]
pub(crate) struct Departures(pub(crate) Vec<Departure>);

impl Departures {
    pub(crate) fn add(&mut self, what: impl Into<String>, location: impl Into<Option<String>>) {
        self.0.push(Departure {
            what: what.into(),
            spec_location: location.into(),
        });
    }
}
