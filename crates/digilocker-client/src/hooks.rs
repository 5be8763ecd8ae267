//! Hooks that run before and after each request of the generated client.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Response};

use crate::Client;

/// Hooks that run before and after each request of the generated [`Client`], which cannot be constructed
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

impl ClientHooks<Arc<dyn Hooks>> for Client {
    // Not an `async fn`, whose future would hold the request in addition to reqwest's future.
    fn exec(
        &self,
        mut request: Request,
        _: &OperationInfo,
    ) -> impl Future<Output = reqwest::Result<Response>> {
        self.inner.prepare(&mut request);
        let response = self.client.execute(request);
        async move {
            let mut response = response.await?;
            self.inner.receive(&mut response);
            Ok(response)
        }
    }
}
