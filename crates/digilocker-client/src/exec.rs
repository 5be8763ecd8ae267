//! Runs the hooks for each request. A separate file: the generated code names the hooks.

use std::future::Future;
use std::sync::Arc;

use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Response};

use crate::{Client, Hooks};

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
