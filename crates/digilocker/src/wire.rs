//! A call as it goes to the wire: headers, body, and how the body is encoded.

use bytes::Bytes;
use digilocker_client::types::RevocationRequest;
use http::HeaderValue;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::Error;
use crate::credentials::Authentication;

/// How the body of a request is encoded.
///
/// ```
/// # use digilocker::{BodyEncoding, Client, Environment};
/// let client = Client::builder(Environment::Production)
///     .body_encoding(BodyEncoding::Json)
///     .build()?;
/// # Ok::<(), digilocker::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyEncoding {
    /// `application/json`: what the published reference documents.
    Json,
    /// `application/x-www-form-urlencoded`: what RFC 7009 §2.1 and the partner specification ask for.
    Form,
}

/// Every request that the generator makes carries this header, which no document of DigiLocker's
/// asks for.
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// What the wrapper puts on a generated request, the same at each attempt of a call.
#[derive(Clone)]
pub(crate) struct Dress {
    authorization: Option<HeaderValue>,
    content_type: Option<HeaderValue>,
    /// `None` where the body that the generated client wrote is right already.
    body: Option<Bytes>,
}

impl Dress {
    pub(crate) fn new(
        request: &RevocationRequest,
        encoding: BodyEncoding,
        authentication: &Authentication,
    ) -> Result<Self, Error> {
        let client = match authentication {
            Authentication::Body { id, secret } => {
                Some((id.as_str(), secret.as_ref().map(|secret| secret.as_str())))
            }
            Authentication::None | Authentication::Header(_) => None,
        };
        let with_client = Parameters {
            request,
            client_id: client.map(|(id, _)| id),
            client_secret: client.and_then(|(_, secret)| secret),
        };
        let body = match (encoding, client) {
            (BodyEncoding::Json, None) => None,
            (BodyEncoding::Json, Some(_)) => {
                Some(serde_json::to_vec(&with_client).map_err(|_| unencodable())?)
            }
            (BodyEncoding::Form, _) => Some(
                serde_urlencoded::to_string(&with_client)
                    .map_err(|_| unencodable())?
                    .into_bytes(),
            ),
        };
        Ok(Self {
            authorization: match authentication {
                Authentication::Header(header) => Some(header.clone()),
                Authentication::None | Authentication::Body { .. } => None,
            },
            content_type: (encoding == BodyEncoding::Form).then_some(FORM),
            body: body.map(|body| Bytes::from_owner(Zeroizing::new(body))),
        })
    }

    pub(crate) fn put_on(&self, request: &mut reqwest::Request) {
        let headers = request.headers_mut();
        headers.remove(API_VERSION);
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        if let Some(content_type) = &self.content_type {
            headers.insert(CONTENT_TYPE, content_type.clone());
        }
        if let Some(body) = &self.body {
            *request.body_mut() = Some(body.clone().into());
        }
    }
}

/// The request's parameters, then the client's, where they travel in the body.
#[derive(Serialize)]
struct Parameters<'a> {
    #[serde(flatten)]
    request: &'a RevocationRequest,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
}

// The cause is left out: it could quote what it failed to encode.
fn unencodable() -> Error {
    Error::config("the request's body cannot be encoded")
}
