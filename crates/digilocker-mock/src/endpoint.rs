//! The revocation endpoint as an HTTP service, with another service for other paths.

use std::io;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::body::{MAX_BYTES, Received};
use crate::contract::Contract;
use crate::dialect::Refusal;
use crate::respond::{count_status, respond};
use crate::sandbox::Sandbox;
use crate::server::{BoxError, Served, ServedBody};
use crate::state::Shared;

type BoxFuture = Pin<Box<dyn Future<Output = Option<Response<ServedBody>>> + Send>>;
/// A service for paths that are not in the spec. `None`: the path is unknown.
pub(crate) type Fallback = Arc<dyn Fn(Sandbox, Request<Incoming>) -> BoxFuture + Send + Sync>;

pub(crate) async fn serve(
    shared: Arc<Shared>,
    fallback: Option<Fallback>,
    request: Request<Incoming>,
) -> Served {
    let is_endpoint = request.uri().path() == Contract::get().path;
    let (head, body) = request.into_parts();
    let received = match fallback {
        Some(fallback) if !is_endpoint => {
            // A handle to the same state. Dropping it does not stop the server.
            let handle = Sandbox::new(Arc::clone(&shared), None);
            let request = Request::from_parts(head.clone(), body);
            if let Some(response) = fallback(handle, request).await {
                return Ok(response);
            }
            Ok(Bytes::new())
        }
        _ => receive(body).await,
    };
    let reply = respond(&shared, &Request::from_parts(head, received));
    let late = reply.release.is_some() || !reply.delay.is_zero();
    if let Some(mut release) = reply.release {
        // Never an error: the sender outlives the server.
        let _ = release.changed().await;
    }
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    let disconnect = || io::Error::other("the connection is closed on purpose");
    let response = reply.response.ok_or_else(disconnect)?;
    if late {
        shared.update(|state| count_status(state, response.status()));
    }
    Ok(response.map(|body| Full::new(body).map_err(BoxError::from).boxed_unsync()))
}

async fn receive(body: Incoming) -> Received {
    match Limited::new(body, MAX_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Refusal::Http(StatusCode::PAYLOAD_TOO_LARGE))
        }
        Err(_) => Err(Refusal::InvalidRequest),
    }
}
