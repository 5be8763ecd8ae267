//! One request and its response.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::violation::Violation;

/// A request and its response. Tokens and secrets are shown as `…`: those of the sandbox, those in their
/// proper places in the request, and any text that is long enough to be one. Long texts are truncated.
///
/// ```
/// use digilocker_mock::Sandbox;
/// # use reqwest::blocking::Client;
///
/// let sandbox = Sandbox::start();
/// Client::new()
///     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
///     .basic_auth(sandbox.client_id(), Some(sandbox.client_secret()))
///     .form(&[("token", sandbox.issue_grant().access_token()), ("token_type_hint", "access_token")])
///     .send()?;
///
/// let exchange = &sandbox.exchanges()[0];
/// assert_eq!(exchange.status(), Some(200));
/// assert_eq!(exchange.authentication(), "basic");
/// assert_eq!(exchange.hint(), Some("access_token"));
/// assert_eq!(exchange.encoding(), Some("form"));
/// assert_eq!(exchange.deviations(), ["form encoding"]);
/// # Ok::<(), reqwest::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Exchange {
    pub(crate) number: usize,
    pub(crate) at: DateTime<Utc>,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<Header>,
    pub(crate) encoding: Option<&'static str>,
    pub(crate) authentication: &'static str,
    pub(crate) hint: Option<&'static str>,
    pub(crate) status: Option<u16>,
    pub(crate) fault: Option<String>,
    pub(crate) violations: Vec<Violation>,
    pub(crate) deviations: Vec<String>,
}

/// A request header. `value` is `None` if it is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
}

#[expect(clippy::must_use_candidate, reason = "plain accessors")]
impl Exchange {
    /// The number of the request, counted from 1 in the order in which the sandbox has read the requests.
    pub fn number(&self) -> usize {
        self.number
    }

    /// When the sandbox had read the request.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The method; `other` if it is not a standard method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path, without the query string.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The first 32 request headers. Only `Accept`, `Content-Type`, `User-Agent` and `traceparent`
    /// have values.
    pub fn headers(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.headers
            .iter()
            .map(|header| (header.name.as_str(), header.value.as_deref()))
    }

    /// `json` or `form`; `None` if the body could not be decoded.
    pub fn encoding(&self) -> Option<&str> {
        self.encoding
    }

    /// How the client authenticates: `none`, `basic`, `body` (id and secret as parameters), `public`
    /// (an id only), `other`, or `unknown` if there is no `Authorization` header and the body could
    /// not be decoded.
    pub fn authentication(&self) -> &str {
        self.authentication
    }

    /// A value of the spec, or `other` for any other value; `None` without a hint.
    pub fn hint(&self) -> Option<&str> {
        self.hint
    }

    /// The status of the response, which a fault may still delay; `None` if the connection is closed
    /// instead.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The injected fault, such as `status 503` or `disconnect, after revoking`.
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// How the request breaks the spec.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Practices of DigiLocker's partners that are outside the contract of the dialect: `form encoding`,
    /// `credentials in the body`, `public client`. [`Sandbox::verify`](crate::Sandbox::verify) accepts
    /// them.
    pub fn deviations(&self) -> &[String] {
        &self.deviations
    }
}
