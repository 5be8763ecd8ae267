//! Bodies: the encoding of requests, and the limit of responses.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use digilocker_client::types::RevocationRequest;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use http_body::Body as _;
use http_body_util::Limited;
use reqwest::{Body, Request, Response};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::config::credentials::Authentication;
use crate::config::encoding::BodyEncoding;
use crate::error::Error;

/// The parameters of a request: those of the spec, and the client's if they are sent in the body.
#[derive(Serialize)]
struct Parameters<'a> {
    #[serde(flatten)]
    request: &'a RevocationRequest,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
}

/// The body of a request that is not the generated one: a form, or with the client's parameters. `None` if the
/// generated body is sent as it is. It is zeroed when its last clone is dropped; copies made by the HTTP stack are
/// not.
pub(super) fn encode(
    request: &RevocationRequest,
    encoding: BodyEncoding,
    authentication: &Authentication,
) -> Result<Option<Bytes>, Error> {
    let parameters = Parameters {
        request,
        client_id: authentication.client_id.as_deref(),
        client_secret: (authentication.client_secret.as_ref()).map(|secret| secret.as_str()),
    };
    if encoding == BodyEncoding::Json && parameters.client_id.is_none() {
        return Ok(None);
    }
    let encoded = match encoding {
        BodyEncoding::Json => json(&parameters),
        BodyEncoding::Form => form(&parameters),
    };
    let encoded = encoded.ok_or_else(|| Error::config("the request cannot be encoded"))?;
    Ok(Some(Bytes::from_owner(encoded)))
}

/// The size of a buffer for an encoded body: one that grows would leave a copy that is not zeroed.
fn max_length(parameters: &Parameters<'_>) -> usize {
    let token = parameters.request.token.expose_secret();
    let texts = [Some(token), parameters.client_id, parameters.client_secret];
    // An escape has at most six bytes, and the names and the hint fit into the rest.
    256 + 6 * texts.iter().flatten().map(|it| it.len()).sum::<usize>()
}

fn json(parameters: &Parameters<'_>) -> Option<Zeroizing<Vec<u8>>> {
    let mut json = Zeroizing::new(Vec::with_capacity(max_length(parameters)));
    serde_json::to_writer(&mut *json, parameters).ok()?;
    Some(json)
}

fn form(parameters: &Parameters<'_>) -> Option<Zeroizing<Vec<u8>>> {
    let mut form = form_urlencoded::Serializer::new(String::with_capacity(max_length(parameters)));
    let is_encoded = (parameters.serialize(serde_urlencoded::Serializer::new(&mut form))).is_ok();
    let form = Zeroizing::new(form.finish().into_bytes());
    is_encoded.then_some(form)
}

/// Replaces the generated body of a request if there is an encoded one. The generated buffer is zeroed when
/// it is dropped, in both cases.
pub(super) fn replace(request: &mut Request, encoded: Option<&Bytes>, encoding: BodyEncoding) {
    let generated = request.body_mut().take().and_then(take_buffer);
    let body = (encoded.cloned()).or_else(|| generated.map(Bytes::from_owner));
    *request.body_mut() = body.map(Body::from);
    let content_type = HeaderValue::from_static(match encoding {
        BodyEncoding::Json => "application/json",
        BodyEncoding::Form => "application/x-www-form-urlencoded",
    });
    request.headers_mut().insert(CONTENT_TYPE, content_type);
}

/// Takes the buffer of a body, without copying it if this is the only owner. `None` if it has none.
fn take_buffer(mut body: Body) -> Option<Zeroizing<Vec<u8>>> {
    // A buffered body is one frame, ready at once.
    match Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Some(Ok(frame))) => Some(Zeroizing::new(Vec::from(frame.into_data().ok()?))),
        Poll::Ready(_) | Poll::Pending => None,
    }
}

/// Limits the body of a response. Leaves a body of known size alone if it is within the limit.
pub(super) fn limit(response: &mut Response, limit: usize) {
    let length = response.content_length();
    let length = length.and_then(|length| usize::try_from(length).ok());
    if length.is_none_or(|length| length > limit) {
        let taken = std::mem::replace(response, http::Response::new("").into());
        *response = http::Response::from(taken)
            .map(|body| Body::wrap(Limited::new(body, limit)))
            .into();
    }
}

#[cfg(test)]
mod tests {
    use digilocker_client::Token;
    use digilocker_client::types::TokenTypeHint;

    use super::*;

    /// A buffer that grows leaves a copy that is not zeroed.
    #[test]
    fn the_buffer_of_an_encoded_body_does_not_grow() {
        let text = "\u{1}\"%é".repeat(1000);
        let request = RevocationRequest {
            token: Token::new("\"+%~".repeat(1000)).unwrap(),
            token_type_hint: Some(TokenTypeHint::RefreshToken),
        };
        let parameters = Parameters {
            request: &request,
            client_id: Some(&text),
            client_secret: Some(&text),
        };
        for write in [json, form] {
            let encoded = write(&parameters).unwrap();
            assert_eq!(encoded.capacity(), max_length(&parameters));
        }
    }
}
