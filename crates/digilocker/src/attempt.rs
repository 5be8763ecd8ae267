//! One attempt: a request of the generated client's, carried to the wire and back.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::BytesMut;
use digilocker_client::Bridge;
use digilocker_client::types::RevocationRequest;
use reqwest::{Request, Response};
use tokio::time::{Instant, timeout_at};

use crate::answer::{Answer, Body};
use crate::client::Shared;
use crate::error::Report;
use crate::wire::Dress;
use crate::{ErrorKind, TokenState, transport};

/// Sends the request once, and reads the answer, until the given time.
///
/// The generated client makes the request and the bridge takes it from there. What the generated
/// client makes of the answer is not looked at: its error type loses the status of a body that it
/// cannot read, and prints bodies. So the answer is kept here, and the generated client is shown an
/// empty one.
pub(crate) async fn send(
    shared: &Shared,
    request: &RevocationRequest,
    dress: &Dress,
    until: Instant,
) -> Result<Answer, Report> {
    let slot = Arc::new(Mutex::new(None));
    let bridge = {
        let (slot, http, dress) = (Arc::clone(&slot), shared.http.clone(), dress.clone());
        let limit = shared.max_response_bytes;
        Bridge::new(move |mut request| {
            let (slot, http) = (Arc::clone(&slot), http.clone());
            dress.put_on(&mut request);
            Box::pin(async move {
                let result = exchange(&http, request, limit, until).await;
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                Ok(Response::from(http::Response::new("")))
            })
        })
    };
    let client =
        digilocker_client::Client::new_with_client(&shared.base_url, shared.http.clone(), bridge);
    let _ = client.revoke_token(request).await;

    let result = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    result.unwrap_or_else(|| {
        let report = Report::new(ErrorKind::Config, TokenState::Live, false);
        Err(report.detail("no request can be made of the base URL"))
    })
}

async fn exchange(
    http: &reqwest::Client,
    request: Request,
    limit: usize,
    until: Instant,
) -> Result<Answer, Report> {
    let url = request.url().clone();
    let mut response = match timeout_at(until, http.execute(request)).await {
        Ok(Ok(response)) => response,
        Ok(Err(cause)) => return Err(transport::report(cause)),
        Err(_) => {
            return Err(Report::new(ErrorKind::Timeout, TokenState::Unknown, true)
                .detail("no answer came in time"));
        }
    };
    if *response.url() != url {
        // Only an HTTP client that is not ours follows redirects. One back to the same address leaves
        // no trace in the response: see `ClientBuilder::http_client`.
        let mut report = Report::new(ErrorKind::Redirect, TokenState::Unknown, false)
            .detail("the HTTP client that was brought along followed a redirect");
        report.status = Some(response.status());
        return Err(report);
    }
    let body = read(&mut response, limit, until).await;
    Ok(Answer {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        body,
    })
}

async fn read(response: &mut Response, limit: usize, until: Instant) -> Body {
    let mut body = BytesMut::new();
    loop {
        let chunk = match timeout_at(until, response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => return Body::Whole(body.freeze()),
            Ok(Err(cause)) => return Body::Broken(cause),
            Err(_) => return Body::TimedOut,
        };
        if chunk.len() > limit - body.len() {
            return Body::TooLarge;
        }
        body.extend_from_slice(&chunk);
    }
}
