//! What every call of every operation goes through. No operation is named here.
//!
//! - `run`: the attempts of one call, within its deadline and the client's retry budget
//! - `attempt`: one attempt; the other end of the generated client's hooks
//! - `encode`: the body of a request, as JSON or as a form, with the client's parameters
//! - `failure`: why an attempt did not succeed, in terms that hold for any operation
//! - `budget`, `cooldown`: what limits retries; what the server's `Retry-After` holds back
//! - `retry_after`, `request_id`: what response headers say
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
#[cfg(test)]
pub(crate) mod second_operation;
pub(crate) mod trace;

/// What all calls of a client and its clones share.
pub(crate) struct Pipeline {
    pub(crate) base_url: String,
    pub(crate) server: trace::Server,
    pub(crate) http: reqwest::Client,
    /// The `Host` header, where it is known that requests are HTTP/1.1: the HTTP stack would format it
    /// for each of them.
    pub(crate) host: Option<HeaderValue>,
    /// For `Debug`.
    pub(crate) credentials: Option<Credentials>,
    pub(crate) authentication: Authentication,
    /// The client's secrets, in each form in which a server may repeat them.
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

/// What is set for one call.
#[derive(Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    /// Boxed: most calls have none.
    pub(crate) headers: Option<Box<HeaderMap>>,
}
