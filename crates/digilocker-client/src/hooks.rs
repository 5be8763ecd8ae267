//! Hooks that run before and after each request of the generated client.

use std::fmt;

use reqwest::{Request, Response};

/// Hooks that run before and after each request of the generated [`Client`](crate::Client), which cannot be constructed
/// without them. Implemented by the crate that has the policy: authentication, limits.
///
/// ```
/// use std::sync::Arc;
///
/// use digilocker_client::{Client, Hooks};
/// use reqwest::{Request, Response};
///
/// /// Sends each request as it is, without credentials, and does not limit responses.
/// struct PassThrough;
///
/// impl Hooks for PassThrough {
///     fn prepare(&self, _request: &mut Request) {}
///
///     fn receive(&self, _response: &mut Response) {}
/// }
///
/// let http = reqwest::Client::new();
/// let client = Client::new_with_client("https://betaapi.digitallocker.gov.in", http, Arc::new(PassThrough));
/// ```
pub trait Hooks: Send + Sync {
    /// Completes a request before it is sent: credentials, headers, body encoding.
    fn prepare(&self, request: &mut Request);

    /// Runs on each response before the generated code reads it: records what the generated error type
    /// loses, and limits the size of the body.
    fn receive(&self, response: &mut Response);
}

/// Shows nothing: the hooks may hold credentials.
impl fmt::Debug for dyn Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hooks(…)")
    }
}
