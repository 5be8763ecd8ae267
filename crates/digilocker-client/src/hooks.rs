//! What runs around each request of the generated client.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Response};

use crate::{Client, Error};

/// What runs around one request of the generated [`Client`]. The crate that owns the policy
/// implements it; this one has none.
pub trait Hooks: Send + Sync {
    /// Completes a request before it is sent: credentials, headers, the encoding of its body.
    ///
    /// # Errors
    ///
    /// [`NotSent`] if the request must not be sent. The implementor keeps the reason: the generated
    /// error type could hold it as text only.
    fn prepare(&self, request: &mut Request) -> Result<(), NotSent>;

    /// Sees each response before the generated code reads it: records what the generated error type
    /// loses, and bounds the body.
    fn receive(&self, response: &mut Response);
}

/// A request that [`Hooks::prepare`] refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSent;

/// The inner value of the generated [`Client`]: the hooks of one attempt.
///
/// The client is generated with mandatory hooks: it cannot be made without this value, so no request
/// leaves without credentials, limits and redaction.
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

    /// The hooks, for the `ClientHooks` of a generated client.
    #[must_use]
    pub fn hooks(&self) -> &dyn Hooks {
        &*self.0
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
        self.inner
            .hooks()
            .prepare(request)
            .map_err(|NotSent| Error::Custom(String::new()))
    }

    // Not an `async fn`: the request is moved into reqwest's future at once, and not kept in this one too.
    fn exec(
        &self,
        request: Request,
        _: &OperationInfo,
    ) -> impl Future<Output = reqwest::Result<Response>> {
        let response = self.client.execute(request);
        async move {
            let mut response = response.await?;
            self.inner.hooks().receive(&mut response);
            Ok(response)
        }
    }
}
