//! A request that broke the spec.

use std::fmt;

/// One way in which one request broke the spec. Its text holds no token and no secret.
///
/// ```
/// use digilocker_mock::Sandbox;
/// # use reqwest::blocking::Client;
///
/// let sandbox = Sandbox::start();
/// Client::new().get(format!("{}/public/oauth2/1/revoke", sandbox.base_url())).send()?;
///
/// let violations = sandbox.violations();
/// assert_eq!(violations[0].request(), 1);
/// assert_eq!(violations[0].to_string(), "request 1: method `GET` is not in the spec: use `POST`");
/// # Ok::<(), reqwest::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    request: usize,
    what: String,
}

impl Violation {
    pub(crate) fn new(request: usize, what: String) -> Self {
        Self { request, what }
    }

    /// Which request it was, counted from 1 in the order of arrival.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// # reqwest::blocking::get(sandbox.base_url())?;
    /// assert_eq!(sandbox.violations()[0].request(), 1);
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    #[must_use]
    pub fn request(&self) -> usize {
        self.request
    }

    /// What was wrong with it.
    ///
    /// ```
    /// # use digilocker_mock::Sandbox;
    /// # let sandbox = Sandbox::start();
    /// # reqwest::blocking::get(sandbox.base_url())?;
    /// assert_eq!(sandbox.violations()[0].what(), "path `/` is not in the spec");
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "request {}: {}", self.request, self.what)
    }
}
