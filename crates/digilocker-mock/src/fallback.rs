//! A service for paths that are not in the spec.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body, Incoming};

use crate::sandbox::Sandbox;

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;
pub(crate) type ResponseBody = UnsyncBoxBody<Bytes, BoxError>;
type BoxFuture = Pin<Box<dyn Future<Output = Option<Response<ResponseBody>>> + Send>>;

#[derive(Clone)]
pub(crate) struct Fallback(Arc<dyn Fn(Sandbox, Request<Incoming>) -> BoxFuture + Send + Sync>);

impl Fallback {
    pub(crate) fn new<F, Fut, B>(service: F) -> Self
    where
        F: Fn(Sandbox, Request<Incoming>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Option<Response<B>>> + Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(Arc::new(move |sandbox, request| {
            let response = service(sandbox, request);
            Box::pin(async move {
                let response = response.await?;
                Some(response.map(|body| body.map_err(Into::into).boxed_unsync()))
            })
        }))
    }

    /// The response, or `None` if the service does not serve the path.
    pub(crate) async fn call(
        &self,
        sandbox: Sandbox,
        request: Request<Incoming>,
    ) -> Option<Response<ResponseBody>> {
        (self.0)(sandbox, request).await
    }
}
