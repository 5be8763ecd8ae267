//! Hooks that run before and after each request of the generated client.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Response};

use crate::{Client, Error};

/// Hooks that run before and after one request of the generated [`Client`]. Implemented by the crate
/// that has the policy: authentication, retries, limits.
pub trait Hooks: Send + Sync {
    /// Completes a request before it is sent: credentials, headers, body encoding.
    ///
    /// # Errors
    ///
    /// [`NotSent`] if the request must not be sent. The implementor keeps the reason: the generated
    /// error type can only hold text.
    fn prepare(&self, request: &mut Request) -> Result<(), NotSent>;

    /// Runs on each response before the generated code reads it: records what the generated error type
    /// loses, and limits the size of the body.
    fn receive(&self, response: &mut Response);
}

/// A request that [`Hooks::prepare`] refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSent;

/// The inner value of the generated [`Client`]: the hooks of one attempt.
///
/// The client cannot be constructed without this value, so no request is sent without credentials,
/// limits and redaction.
///
/// ```
/// use std::sync::Arc;
///
/// use digilocker_client::{Attempt, Client, Hooks, NotSent};
/// use reqwest::{Request, Response};
///
/// struct PassThrough;
///
/// impl Hooks for PassThrough {
///     fn prepare(&self, _request: &mut Request) -> Result<(), NotSent> {
///         Ok(())
///     }
///
///     fn receive(&self, _response: &mut Response) {}
/// }
///
/// let hooks = Attempt::new(Arc::new(PassThrough));
/// let http = reqwest::Client::new();
/// let client = Client::new_with_client("https://betaapi.digitallocker.gov.in", http, hooks);
/// ```
#[derive(Clone)]
pub struct Attempt(Arc<dyn Hooks>);

impl Attempt {
    /// The inner value of a client whose requests go through `hooks`.
    pub fn new(hooks: Arc<dyn Hooks>) -> Self {
        Self(hooks)
    }

    /// The hooks.
    #[must_use]
    pub fn hooks(&self) -> &dyn Hooks {
        &*self.0
    }

    /// For `ClientHooks::pre` of a generated client.
    ///
    /// # Errors
    ///
    /// [`Error::Custom`] with an empty text if the hooks refuse the request.
    #[expect(clippy::result_large_err, reason = "the generated code's error type")]
    pub fn prepare<E>(&self, request: &mut Request) -> Result<(), Error<E>> {
        let prepared = self.0.prepare(request);
        prepared.map_err(|NotSent| Error::Custom(String::new()))
    }

    /// For `ClientHooks::exec` of a generated client.
    ///
    /// # Errors
    ///
    /// Those of reqwest.
    // Not an `async fn`, whose future would hold the request in addition to reqwest's future.
    pub fn execute(
        &self,
        http: &reqwest::Client,
        request: Request,
    ) -> impl Future<Output = reqwest::Result<Response>> + use<'_> {
        let response = http.execute(request);
        async move {
            let mut response = response.await?;
            self.0.receive(&mut response);
            Ok(response)
        }
    }
}

impl fmt::Debug for Attempt {
    // The hooks may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt(…)")
    }
}

impl ClientHooks<Attempt> for Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        self.inner.prepare(request)
    }

    fn exec(
        &self,
        request: Request,
        _: &OperationInfo,
    ) -> impl Future<Output = reqwest::Result<Response>> {
        self.inner.execute(&self.client, request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hooks that do nothing.
    struct PassThrough;

    impl Hooks for PassThrough {
        fn prepare(&self, _: &mut Request) -> Result<(), NotSent> {
            Ok(())
        }

        fn receive(&self, _: &mut Response) {}
    }

    #[test]
    fn debug_shows_no_hooks() {
        let attempt = Attempt::new(Arc::new(PassThrough));
        assert_eq!(format!("{attempt:?}"), "Attempt(…)");
    }
}
