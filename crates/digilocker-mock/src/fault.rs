//! Injected faults, and which request gets which.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, RETRY_AFTER, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;

use crate::dialect::Dialect;
use crate::error::SandboxError;

/// A response that the sandbox sends in place of the real one; see
/// [`Sandbox::fail_next`](crate::Sandbox::fail_next).
///
/// A fault changes only the response. The request is still validated, and the token is not revoked unless
/// [`after_revoking`](Self::after_revoking) is set.
///
/// ```
/// use std::time::Duration;
/// use digilocker_mock::Fault;
///
/// let outage = Fault::status(503).retry_after(Duration::from_secs(2)).times(3);
/// let gateway = Fault::status(502).header("content-type", "text/html").body("<h1>Bad Gateway</h1>");
/// let redirect = Fault::status(307).header("location", "http://127.0.0.1:9/");
/// let lost = Fault::status(504).after_revoking();
/// let overloaded = Fault::disconnect().delay(Duration::from_secs(5));
/// ```
#[derive(Clone)]
#[must_use = "a fault does nothing until it is passed to a sandbox"]
pub struct Fault {
    pub(crate) kind: Kind,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) delay: Duration,
    pub(crate) held: bool,
    times: u32,
    pub(crate) revokes: bool,
    token: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The real response.
    PassThrough,
    /// No response: the connection is closed.
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
            held: false,
            times: 1,
            revokes: false,
            token: None,
        }
    }

    /// Sends this status. The body is the spec's example for it in the sandbox's
    /// [`Dialect`], or empty if the spec does not have the status; [`body`](Self::body) sets another.
    ///
    /// # Panics
    ///
    /// If the status is not from 200 to 999; see [`try_status`](Self::try_status).
    #[track_caller]
    pub fn status(status: u16) -> Self {
        match Self::try_status(status) {
            Ok(fault) => fault,
            Err(error) => panic!("{error}"),
        }
    }

    /// As [`status`](Self::status), without the panic.
    ///
    /// # Errors
    ///
    /// If the status is not from 200 to 999: one below 200 does not end an exchange.
    pub fn try_status(status: u16) -> Result<Self, SandboxError> {
        match StatusCode::from_u16(status) {
            Ok(code) if status >= 200 => Ok(Self::new(Kind::Status(code))),
            _ => Err(SandboxError(format!(
                "a response cannot have the status {status}: use one from 200 to 999"
            ))),
        }
    }

    /// Closes the connection without a response.
    pub fn disconnect() -> Self {
        Self::new(Kind::Disconnect)
    }

    /// Revokes the token, then closes the connection without a response, so the client cannot know the result.
    ///
    /// The same as `Fault::disconnect().after_revoking()`.
    pub fn lost_success() -> Self {
        Self::disconnect().after_revoking()
    }

    /// The real response, delayed. The token is revoked when the request arrives.
    pub fn slow(delay: Duration) -> Self {
        Self::new(Kind::PassThrough).delay(delay)
    }

    /// The real response, held until [`Sandbox::release_held`](crate::Sandbox::release_held). The
    /// token is revoked when the request arrives.
    ///
    /// ```
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # use std::{thread, time::Duration};
    /// let sandbox = Sandbox::start();
    /// sandbox.fail_next(Fault::held());
    /// # let url = format!("{}/public/oauth2/1/revoke", sandbox.base_url());
    /// # let call = thread::spawn(move || reqwest::blocking::Client::new().post(url).send());
    /// # while sandbox.requests() == 0 { thread::yield_now() }
    /// // … a request arrives; test what the client does while it waits …
    /// # assert!(!call.is_finished());
    /// sandbox.release_held();
    /// # assert_eq!(call.join().unwrap().unwrap().status(), 415);
    /// ```
    pub fn held() -> Self {
        Self::new(Kind::PassThrough).hold()
    }

    /// An error with the documented body.
    ///
    /// # Panics
    ///
    /// As [`status`](Self::status) does.
    #[track_caller]
    pub fn envelope(status: u16, code: &str, message: &str) -> Self {
        Self::status(status).json(&Dialect::Documented.error(code, message))
    }

    /// An error in the form of RFC 6749 section 5.2, which DigiLocker's other endpoints send.
    ///
    /// # Panics
    ///
    /// As [`status`](Self::status) does.
    #[track_caller]
    pub fn rfc6749(status: u16, error: &str, description: &str) -> Self {
        Self::status(status).json(&Dialect::Rfc6749.error(error, description))
    }

    fn json(mut self, value: &Value) -> Self {
        let json = HeaderValue::from_static("application/json");
        self.headers.insert(CONTENT_TYPE, json);
        self.body(value.to_string())
    }

    /// Sends exactly this body, without `Content-Type` unless [`header`](Self::header) adds one.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Adds a header. A header that is added twice is sent twice.
    ///
    /// # Panics
    ///
    /// If the header cannot be sent; see [`try_header`](Self::try_header).
    #[track_caller]
    pub fn header(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        match self.try_header(name, value) {
            Ok(fault) => fault,
            Err(error) => panic!("{error}"),
        }
    }

    /// As [`header`](Self::header), without the panic.
    ///
    /// # Errors
    ///
    /// If HTTP does not allow the name or the value, and for `Content-Length` and
    /// `Transfer-Encoding`, which the server sets.
    pub fn try_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Result<Self, SandboxError> {
        let header = HeaderName::from_bytes(name.as_bytes());
        let header = header.map_err(|_| {
            let name = name.escape_debug();
            SandboxError(format!("not a valid header name: `{name}`"))
        })?;
        if header == CONTENT_LENGTH || header == TRANSFER_ENCODING {
            // With a value that does not fit the body, hyper panics and the client sees a disconnect.
            let reason = format!("`{header}` is set by the server: leave it out");
            return Err(SandboxError(reason));
        }
        let value = HeaderValue::from_bytes(value.as_ref())
            .map_err(|_| SandboxError(format!("not a valid value of the header `{header}`")))?;
        self.headers
            .try_append(header, value)
            .map_err(|_| SandboxError("too many headers".to_owned()))?;
        Ok(self)
    }

    /// Adds `Retry-After`, in whole seconds, rounded up. For a date, use [`header`](Self::header).
    pub fn retry_after(mut self, wait: Duration) -> Self {
        let part = u64::from(wait.subsec_nanos() > 0);
        let seconds = wait.as_secs().saturating_add(part);
        self.headers.insert(RETRY_AFTER, seconds.into());
        self
    }

    /// Delays the response, or the disconnection. Other requests are not delayed.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Holds the response, or the disconnection, until
    /// [`Sandbox::release_held`](crate::Sandbox::release_held). Other requests are not held.
    pub fn hold(mut self) -> Self {
        self.held = true;
        self
    }

    /// How many requests get the fault. Defaults to 1; ignored by
    /// [`Sandbox::fail_randomly`](crate::Sandbox::fail_randomly).
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Revokes the token first, if the request is valid.
    pub fn after_revoking(mut self) -> Self {
        self.revokes = true;
        self
    }

    /// Only requests with this token get the fault. Others get the next one in the queue.
    ///
    /// ```
    /// # use digilocker_mock::{Fault, Sandbox};
    /// # let sandbox = Sandbox::start();
    /// # let grant = sandbox.issue_grant();
    /// sandbox.fail_next(Fault::status(503).for_token(grant.access_token()));
    /// ```
    pub fn for_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    fn applies_to(&self, token: Option<&str>) -> bool {
        self.token.is_none() || self.token.as_deref() == token
    }

    /// A short description, without body, headers and token.
    pub(crate) fn description(&self) -> String {
        let kind = match self.kind {
            Kind::PassThrough => "real response".to_owned(),
            Kind::Disconnect => "disconnect".to_owned(),
            Kind::Status(status) => format!("status {}", status.as_u16()),
        };
        let parts = [
            Some(kind),
            self.revokes.then(|| "after revoking".to_owned()),
            self.held.then(|| "held".to_owned()),
            (!self.delay.is_zero()).then(|| format!("delayed by {:?}", self.delay)),
            self.token.is_some().then(|| "for one token".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Without body and headers, which may echo a token.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({})", self.description())
    }
}

/// Which request gets which fault.
#[derive(Default)]
pub(crate) struct Schedule {
    queue: VecDeque<Fault>,
    random: Option<Random>,
}

struct Random {
    draws: Rng,
    ratio: f64,
    fault: Fault,
}

impl Schedule {
    pub(crate) fn push(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.queue.push_back(fault);
        }
    }

    pub(crate) fn randomly(&mut self, seed: u64, ratio: f64, fault: Fault) {
        self.random = Some(Random {
            draws: Rng::with_seed(seed),
            ratio,
            fault,
        });
    }

    pub(crate) fn descriptions(&self) -> Vec<String> {
        let queued = self.queue.iter().map(|fault| match fault.times {
            1 => fault.description(),
            times => format!("{}, {times} times", fault.description()),
        });
        let random = self.random.iter().filter(|random| random.ratio > 0.0);
        let random = random.map(|Random { fault, ratio, .. }| {
            format!("{}, at random (ratio {ratio})", fault.description())
        });
        queued.chain(random).collect()
    }

    /// The fault for a request with this token. The queue comes first.
    pub(crate) fn next(&mut self, token: Option<&str>) -> Option<Fault> {
        let index = self.queue.iter().position(|fault| fault.applies_to(token));
        if let Some(fault) = index.and_then(|index| self.queue.get_mut(index)) {
            fault.times -= 1;
            let fault = fault.clone();
            self.queue.retain(|fault| fault.times > 0);
            return Some(fault);
        }
        let random = self.random.as_mut()?;
        // Below 1: a ratio of 1 is every request, and 0 is none.
        let hit = random.draws.f64() < random.ratio;
        (hit && random.fault.applies_to(token)).then(|| random.fault.clone())
    }
}
