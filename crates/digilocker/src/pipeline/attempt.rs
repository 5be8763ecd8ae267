//! One attempt: implements the generated client's hooks, and reads the response.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use digilocker_client::{Error, Hooks, NotSent, ResponseValue};
use http::header::{AUTHORIZATION, HOST, HeaderName};
use http::{HeaderMap, StatusCode};
use http_body_util::{LengthLimitError, Limited};
use reqwest::{Body as HttpBody, Request, Response};
use tokio::time::{Instant, timeout_at};

use super::encode;
use super::failure::{Effect, Failure, source_chain};
use super::{Authentication, CallOptions, Pipeline};
use crate::ErrorKind;

/// The generated client adds this header to every request. DigiLocker does not document it.
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// The hooks of one attempt, and the data that they record.
pub(crate) struct Attempt {
    pipeline: Arc<Pipeline>,
    headers: Option<Box<HeaderMap>>,
    /// Why the request was not sent.
    not_sent: OnceLock<&'static str>,
    head: OnceLock<Head>,
}

/// The status and headers of a response, which the generated code does not always return.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

/// The body of a response that the generated method did not return as a success.
#[derive(Debug)]
pub(crate) enum Body<E> {
    /// A documented error.
    Error(E),
    /// The whole body, of an undocumented status or shape.
    Unexpected(Bytes),
    /// Larger than the limit.
    TooLarge,
    /// The connection broke before the end.
    Broken(reqwest::Error),
    /// The attempt's time ended before the body did.
    TimedOut,
}

impl Attempt {
    pub(crate) fn new(pipeline: &Arc<Pipeline>, options: &CallOptions) -> Self {
        Self {
            pipeline: Arc::clone(pipeline),
            headers: options.headers.clone(),
            not_sent: OnceLock::new(),
            head: OnceLock::new(),
        }
    }

    /// Makes the attempt, until the given time. `send` calls the generated method with these hooks; `read`
    /// interprets its response.
    pub(crate) async fn run<S, E, T, F>(
        self: Arc<Self>,
        until: Instant,
        send: impl FnOnce(digilocker_client::Attempt) -> F,
        read: impl FnOnce(&Head, Result<S, Body<E>>) -> Result<T, Box<Failure>>,
    ) -> Result<T, Box<Failure>>
    where
        F: Future<Output = Result<ResponseValue<S>, Error<E>>>,
    {
        let hooks = digilocker_client::Attempt::new(Arc::clone(&self) as Arc<dyn Hooks>);
        let response = timeout_at(until, async {
            match send(hooks).await {
                Ok(success) => Ok(success.into_inner()),
                Err(error) => Err(read_error(error).await),
            }
        });
        let response = match response.await {
            Ok(Ok(success)) => Ok(success),
            Ok(Err(Unsuccessful::Response(body))) => Err(body),
            Ok(Err(Unsuccessful::NoResponse(cause))) => {
                return Err(Failure::transport(cause).into());
            }
            Ok(Err(Unsuccessful::NotSent)) => {
                let reason = self.not_sent.get().copied();
                return Err(
                    Failure::config(reason.unwrap_or("the request cannot be built")).into(),
                );
            }
            Err(_) => Err(Body::TimedOut),
        };
        match (self.head.get(), response) {
            (Some(head), response) => read(head, response),
            (None, Err(Body::Broken(cause))) => Err(Failure::transport(cause).into()),
            (None, _) => Err(Failure::new(ErrorKind::Timeout, Effect::Unknown, true)
                .detail("no response in time")
                .into()),
        }
    }
}

#[cfg(test)]
thread_local! {
    /// How often `prepare` was called on this thread.
    pub(crate) static PREPARED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

impl Hooks for Attempt {
    fn prepare(&self, request: &mut Request) -> Result<(), NotSent> {
        #[cfg(test)]
        PREPARED.set(PREPARED.get() + 1);
        let headers = request.headers_mut();
        headers.remove(API_VERSION);
        if let Some(host) = &self.pipeline.host {
            headers.insert(HOST, host.clone());
        }
        if let Authentication::Header(authorization) = &self.pipeline.authentication {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        for (name, value) in self.headers.iter().flat_map(|headers| headers.iter()) {
            headers.append(name, value.clone());
        }
        encode::encode(
            request,
            self.pipeline.body_encoding,
            &self.pipeline.authentication,
        )
        .map_err(|reason| {
            let _ = self.not_sent.set(reason);
            NotSent
        })
    }

    fn receive(&self, response: &mut Response) {
        // Taken, not cloned: the generated code does not use them.
        let headers = std::mem::take(response.headers_mut());
        let _ = self.head.set(Head {
            status: response.status(),
            headers,
        });
        limit_body(response, self.pipeline.max_response_bytes);
    }
}

/// Limits the body of a response. Leaves a body of known size alone if it is within the limit.
fn limit_body(response: &mut Response, limit: usize) {
    let is_within = response
        .content_length()
        .is_some_and(|length| usize::try_from(length).is_ok_and(|length| length <= limit));
    if !is_within {
        let taken = std::mem::replace(response, http::Response::new("").into());
        *response = http::Response::from(taken)
            .map(|body| HttpBody::wrap(Limited::new(body, limit)))
            .into();
    }
}

/// Why a call of the generated method did not return a success.
enum Unsuccessful<E> {
    NotSent,
    NoResponse(reqwest::Error),
    Response(Body<E>),
}

async fn read_error<E>(error: Error<E>) -> Unsuccessful<E> {
    match error {
        Error::ErrorResponse(documented) => {
            Unsuccessful::Response(Body::Error(documented.into_inner()))
        }
        Error::InvalidResponsePayload(body, _) => Unsuccessful::Response(Body::Unexpected(body)),
        Error::UnexpectedResponse(response) => Unsuccessful::Response(
            response
                .bytes()
                .await
                .map_or_else(incomplete_body, Body::Unexpected),
        ),
        Error::ResponseBodyError(cause) => Unsuccessful::Response(incomplete_body(cause)),
        Error::CommunicationError(cause) | Error::InvalidUpgrade(cause) => {
            Unsuccessful::NoResponse(cause)
        }
        Error::InvalidRequest(_) | Error::Custom(_) => Unsuccessful::NotSent,
    }
}

fn incomplete_body<E>(cause: reqwest::Error) -> Body<E> {
    if source_chain(&cause).any(<dyn std::error::Error>::is::<LengthLimitError>) {
        Body::TooLarge
    } else if cause.is_timeout() {
        Body::TimedOut
    } else {
        Body::Broken(cause)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;
    use http_body::Frame;
    use http_body_util::StreamBody;

    use super::*;

    const LIMIT: usize = 10;

    /// Reads this body with the limit, and returns its length.
    async fn read(body: impl Into<HttpBody>) -> Result<usize, Body<()>> {
        let mut response = Response::from(http::Response::new(body));
        limit_body(&mut response, LIMIT);
        let body = response.bytes().await;
        body.map_or_else(|cause| Err(incomplete_body(cause)), |body| Ok(body.len()))
    }

    /// A body whose length is not announced.
    fn streamed(length: usize) -> HttpBody {
        let bytes = (0..length).map(|_| Ok::<_, Infallible>(Frame::data(Bytes::from_static(b"x"))));
        HttpBody::wrap(StreamBody::new(stream::iter(bytes)))
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        for length in [0, LIMIT] {
            assert_eq!(read("x".repeat(length)).await.unwrap(), length);
            assert_eq!(read(streamed(length)).await.unwrap(), length);
        }
        for body in ["x".repeat(LIMIT + 1).into(), streamed(LIMIT + 1)] {
            let error = read(body).await.unwrap_err();
            assert!(matches!(error, Body::TooLarge), "{error:?}");
        }
    }
}
