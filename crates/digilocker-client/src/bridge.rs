//! The way from the generated client to the wire.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Response};

use crate::Client;

/// One request on its way to the wire, and the response on its way back.
pub type Exchange = Pin<Box<dyn Future<Output = reqwest::Result<Response>> + Send>>;

/// Carries each request that the generated [`Client`] builds to the wire, in its owner's way.
///
/// The client is generated with mandatory hooks: without a bridge, whose function authenticates the
/// request, bounds the answer and keeps what the generated error type would lose, there is none.
/// The bridge itself has no policy.
///
/// ```
/// use digilocker_client::{Bridge, Client};
///
/// let wire = reqwest::Client::new();
/// let bridge = Bridge::new(move |request| Box::pin(wire.execute(request)));
/// let client = Client::new_with_client("https://betaapi.digitallocker.gov.in", reqwest::Client::new(), bridge);
/// ```
#[derive(Clone)]
pub struct Bridge(Arc<dyn Fn(Request) -> Exchange + Send + Sync>);

impl Bridge {
    /// A bridge that hands each request to `exchange`.
    pub fn new(exchange: impl Fn(Request) -> Exchange + Send + Sync + 'static) -> Self {
        Self(Arc::new(exchange))
    }
}

impl fmt::Debug for Bridge {
    // The function may hold credentials: say nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bridge(…)")
    }
}

impl ClientHooks<Bridge> for Client {
    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        (self.inner.0)(request).await
    }
}
