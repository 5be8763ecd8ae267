//! What can go wrong on purpose.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, RETRY_AFTER, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;

use crate::refusal;

/// An answer that the sandbox gives in place of the true one; see
/// [`Sandbox::fail_next`](crate::Sandbox::fail_next).
///
/// A fault changes the answer only. The request is held against the spec all the same, and, unless
/// [`after_revoking`](Self::after_revoking) says so, the token stays as it is.
///
/// ```
/// use std::time::Duration;
/// use digilocker_mock::Fault;
///
/// let outage = Fault::status(503).retry_after(Duration::from_secs(2)).times(3);
/// let gateway = Fault::status(502).header("content-type", "text/html").body("<h1>Bad Gateway</h1>");
/// let lost = Fault::status(504).after_revoking();
/// ```
#[derive(Clone)]
#[must_use = "a fault does nothing until it is given to a sandbox"]
pub struct Fault {
    pub(crate) kind: Kind,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) delay: Duration,
    pub(crate) times: u32,
    pub(crate) revokes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The true answer.
    Truth,
    /// No answer: the connection is closed.
    Disconnect,
    Status(StatusCode),
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            headers: HeaderMap::new(),
            body: None,
            delay: Duration::ZERO,
            times: 1,
            revokes: false,
        }
    }

    /// Answers with this status. The body is the spec's own example for it, or empty if the spec
    /// does not know the status; [`body`](Self::body) sets another.
    ///
    /// # Panics
    ///
    /// If the status is not from 200 to 999: an HTTP answer cannot end with another.
    ///
    /// ```
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # let sandbox = Sandbox::start();
    /// sandbox.fail_next(Fault::status(503));
    /// # let url = format!("{}/public/oauth2/1/revoke", sandbox.base_url());
    /// # let answer = reqwest::blocking::Client::new().post(url).send()?;
    /// assert_eq!(answer.status(), 503);
    /// assert!(answer.text()?.contains("temporarily_unavailable"));
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    #[track_caller]
    pub fn status(status: u16) -> Self {
        match StatusCode::from_u16(status) {
            Ok(code) if status >= 200 => Self::new(Kind::Status(code)),
            _ => panic!("an answer cannot have the status {status}: use one from 200 to 999"),
        }
    }

    /// Closes the connection without an answer.
    ///
    /// ```
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # let sandbox = Sandbox::start();
    /// sandbox.fail_next(Fault::disconnect());
    /// # let url = format!("{}/public/oauth2/1/revoke", sandbox.base_url());
    /// # let result = reqwest::blocking::Client::new().post(url).send();
    /// assert!(result.is_err());
    /// ```
    pub fn disconnect() -> Self {
        Self::new(Kind::Disconnect)
    }

    /// Revokes the token, and then closes the connection without an answer: the client cannot know.
    ///
    /// The same as `Fault::disconnect().after_revoking()`.
    ///
    /// ```
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # let sandbox = Sandbox::start();
    /// # let grant = sandbox.issue_grant();
    /// sandbox.fail_next(Fault::lost_success());
    /// # let result = reqwest::blocking::Client::new()
    /// #     .post(format!("{}/public/oauth2/1/revoke", sandbox.base_url()))
    /// #     .basic_auth(sandbox.client_id(), Some(sandbox.client_secret()))
    /// #     .form(&[("token", grant.access_token())])
    /// #     .send();
    /// assert!(result.is_err());
    /// assert!(!sandbox.is_live(grant.access_token()));
    /// ```
    pub fn lost_success() -> Self {
        Self::disconnect().after_revoking()
    }

    /// The true answer, late. The token is revoked on arrival: a client that does not wait has lost
    /// a success.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # let sandbox = Sandbox::start();
    /// sandbox.fail_next(Fault::slow(Duration::from_secs(30)));
    /// ```
    pub fn slow(delay: Duration) -> Self {
        Self::new(Kind::Truth).delay(delay)
    }

    /// An error in the documented envelope, with a code and a message of your own.
    ///
    /// # Panics
    ///
    /// As [`status`](Self::status) does.
    ///
    /// ```
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # let sandbox = Sandbox::start();
    /// sandbox.fail_next(Fault::envelope(429, "RATE_LIMITED", "Slow down"));
    /// # let url = format!("{}/public/oauth2/1/revoke", sandbox.base_url());
    /// # let answer = reqwest::blocking::Client::new().post(url).send()?;
    /// # assert_eq!(
    /// #     answer.json::<serde_json::Value>()?,
    /// #     serde_json::json!({"success": false, "error": {"code": "RATE_LIMITED", "message": "Slow down"}}),
    /// # );
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    #[track_caller]
    pub fn envelope(status: u16, code: &str, message: &str) -> Self {
        Self::status(status).json(&refusal::envelope(code, message))
    }

    /// An error in the form of RFC 6749 section 5.2, as DigiLocker's other endpoints answer.
    ///
    /// # Panics
    ///
    /// As [`status`](Self::status) does.
    ///
    /// ```
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # let sandbox = Sandbox::start();
    /// sandbox.fail_next(Fault::rfc6749(400, "unsupported_token_type", "Not that kind"));
    /// # let url = format!("{}/public/oauth2/1/revoke", sandbox.base_url());
    /// # let answer = reqwest::blocking::Client::new().post(url).send()?;
    /// # assert_eq!(answer.json::<serde_json::Value>()?["error"], "unsupported_token_type");
    /// # Ok::<(), reqwest::Error>(())
    /// ```
    #[track_caller]
    pub fn rfc6749(status: u16, error: &str, description: &str) -> Self {
        Self::status(status).json(&refusal::rfc6749_body(error, description))
    }

    fn json(self, value: &Value) -> Self {
        self.header(CONTENT_TYPE.as_str(), "application/json")
            .body(value.to_string())
    }

    /// Sends exactly this body, with no `Content-Type` unless [`header`](Self::header) adds one.
    ///
    /// ```
    /// # use digilocker_mock::Fault;
    /// let html = Fault::status(502).header("content-type", "text/html").body("<h1>Bad Gateway</h1>");
    /// let not_text = Fault::status(200).body(vec![0xff, 0xfe]);
    /// ```
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Adds a header. One that is given twice is sent twice.
    ///
    /// # Panics
    ///
    /// If HTTP allows no such name or value, and for `Content-Length` and `Transfer-Encoding`: those
    /// follow from the body.
    ///
    /// ```
    /// # use digilocker_mock::Fault;
    /// let elsewhere = Fault::status(307).header("location", "http://127.0.0.1:9/");
    /// ```
    #[track_caller]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        match (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_ref()),
        ) {
            (Ok(name), _) if name == CONTENT_LENGTH || name == TRANSFER_ENCODING => {
                // The server panics over one that does not fit, and the client sees a disconnection.
                panic!("`{name}` follows from the body: leave it out")
            }
            (Ok(name), Ok(value)) => {
                self.headers.append(name, value);
                self
            }
            _ => panic!("HTTP allows no such header: `{}`", name.escape_debug()),
        }
    }

    /// Adds `Retry-After`, in whole seconds, rounded up. For a date, use [`header`](Self::header).
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker_mock::Fault;
    /// let outage = Fault::status(503).retry_after(Duration::from_secs(2));
    /// let with_date = Fault::status(503).header("retry-after", "Wed, 21 Oct 2099 07:28:00 GMT");
    /// ```
    pub fn retry_after(mut self, wait: Duration) -> Self {
        let part = u64::from(wait.subsec_nanos() > 0);
        let seconds = wait.as_secs().saturating_add(part);
        self.headers.insert(RETRY_AFTER, seconds.into());
        self
    }

    /// Answers, or disconnects, so much later. Other requests are answered meanwhile.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use digilocker_mock::Fault;
    /// let overloaded = Fault::status(503).delay(Duration::from_secs(5));
    /// ```
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// How many requests in a row meet the fault: 1 unless set. With
    /// [`Sandbox::fail_randomly`](crate::Sandbox::fail_randomly) it has no meaning.
    ///
    /// ```
    /// # use digilocker_mock::Fault;
    /// let outage = Fault::status(503).times(3);
    /// ```
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// First does what the request asks for, if it would have succeeded; then answers with the
    /// fault all the same.
    ///
    /// ```
    /// # use digilocker_mock::Fault;
    /// let gateway_gave_up = Fault::status(504).after_revoking();
    /// ```
    pub fn after_revoking(mut self) -> Self {
        self.revokes = true;
        self
    }
}

/// Bodies and headers may echo a token: only their size and names are shown.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("kind", &self.kind)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body.as_ref().map(Bytes::len))
            .field("delay", &self.delay)
            .field("times", &self.times)
            .field("revokes", &self.revokes)
            .finish()
    }
}
