//! One attempt: a request sent, and its answer read.

use bytes::Bytes;
use reqwest::Response;
use tokio::time::{Instant, timeout_at};

use crate::answer::{Answer, Body};
use crate::client::Shared;
use crate::error::Report;
use crate::{ErrorKind, TokenState, transport};

/// Sends a request with this body once, and reads the answer, until the given time.
pub(crate) async fn send(shared: &Shared, body: Bytes, until: Instant) -> Result<Answer, Report> {
    let mut answer = None;
    let exchange = async {
        let sent = shared.http.execute(shared.template.with(body)).await;
        let mut response = sent.map_err(transport::report)?;
        if response.url() != shared.template.url() {
            // Only an HTTP client that is not ours follows redirects. One back to the same address leaves
            // no trace in the response: see `ClientBuilder::http_client`.
            let mut report = Report::new(ErrorKind::Redirect, TokenState::Unknown, false)
                .detail("the HTTP client that was brought along followed a redirect");
            report.status = Some(response.status());
            return Err(report);
        }
        let answer = answer.insert(Answer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            // Until it has been read.
            body: Body::TimedOut,
        });
        answer.body = read(&mut response, shared.max_response_bytes).await;
        Ok(())
    };
    if let Ok(Err(report)) = timeout_at(until, exchange).await {
        return Err(report);
    }
    answer.ok_or_else(|| {
        Report::new(ErrorKind::Timeout, TokenState::Unknown, true).detail("no answer came in time")
    })
}

async fn read(response: &mut Response, limit: usize) -> Body {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if chunk.len() > limit - body.len() => return Body::TooLarge,
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Body::Whole(body),
            Err(cause) => return Body::Broken(cause),
        }
    }
}
