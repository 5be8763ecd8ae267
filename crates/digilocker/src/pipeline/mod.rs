//! The pipeline of every call. It is generic over the operation, and names none.
//!
//! - `run`: the attempts of one call, within its deadline and the client's retry budget
//! - `attempt`: one attempt; implements the generated client's hooks
//! - `encode`: encodes the body of a request as JSON or as a form, with the client's parameters
//! - `failure`: why an attempt failed
//! - `budget`: limits retries
//! - `cooldown`: delays the requests of a batch after a `Retry-After`
//! - `retry_after`, `request_id`: read response headers
//! - `redact`: removes secrets from server messages
//! - `trace`: spans and events

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use zeroize::Zeroizing;

use self::budget::Budget;
use self::encode::BodyEncoding;
use self::redact::Variants;
use crate::config::credentials::Credentials;
use crate::config::retry::RetryPolicy;

pub(crate) mod attempt;
pub(crate) mod budget;
pub(crate) mod cooldown;
pub(crate) mod encode;
pub(crate) mod failure;
pub(crate) mod redact;
pub(crate) mod request_id;
pub(crate) mod retry_after;
pub(crate) mod run;
pub(crate) mod trace;

/// The state that all calls of a client and its clones share.
pub(crate) struct Pipeline {
    pub(crate) base_url: String,
    pub(crate) server: trace::Server,
    pub(crate) http: reqwest::Client,
    /// The `Host` header, if requests are known to be HTTP/1.1: the HTTP stack would format it for each
    /// request.
    pub(crate) host: Option<HeaderValue>,
    /// For `Debug`.
    pub(crate) credentials: Option<Credentials>,
    pub(crate) authentication: Authentication,
    /// The client's secrets, in each encoding in which a server may repeat them.
    pub(crate) secrets: Variants,
    pub(crate) body_encoding: BodyEncoding,
    pub(crate) attempt_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) max_response_bytes: usize,
}

/// The client's credentials as a request carries them: one method, never two (RFC 6749 §2.3).
pub(crate) enum Authentication {
    None,
    /// The `Authorization` header.
    Header(HeaderValue),
    /// Parameters of the body.
    Body {
        id: String,
        secret: Option<Zeroizing<String>>,
    },
}

/// The options of one call.
#[derive(Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    /// Boxed: most calls have none.
    pub(crate) headers: Option<Box<HeaderMap>>,
}
