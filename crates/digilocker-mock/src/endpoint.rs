//! The revocation endpoint as an HTTP service.

use std::io;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::body::{MAX_BYTES, Received, Unreadable};
use crate::respond::{count_status, respond};
use crate::server::{BoxError, Served};
use crate::state::Shared;

pub(crate) async fn serve(shared: &Shared, mut request: Request<Incoming>) -> Served {
    let body = match Limited::new(request.body_mut(), MAX_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unreadable::TooLarge),
        Err(_) => Err(Unreadable::Incomplete),
    };
    serve_received(shared, &request.map(|_| body)).await
}

/// Serves a request whose body was received, or is not needed to refuse its path.
pub(crate) async fn serve_received(shared: &Shared, request: &Request<Received>) -> Served {
    let reply = respond(shared, request);
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
        shared.update(|state| count_status(state, &response));
    }
    Ok(response.map(|body: Bytes| Full::new(body).map_err(BoxError::from).boxed_unsync()))
}
