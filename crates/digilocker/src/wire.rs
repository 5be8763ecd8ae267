//! A call as it goes to the wire: the generated client's request, its headers and its body.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use digilocker_client::Bridge;
use digilocker_client::types::RevocationRequest;
use futures_util::FutureExt as _;
use http::HeaderValue;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, USER_AGENT};
use serde::Serialize;
use url::Url;
use zeroize::Zeroizing;

use crate::credentials::Authentication;
use crate::{Error, Token};

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

impl BodyEncoding {
    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        })
    }
}

/// The request that the generated client makes, with the client's headers and without a body: the
/// same at each call, so that it is made once. It may hold the client's secret.
pub(crate) struct Template(reqwest::Request);

impl Template {
    pub(crate) fn new(
        base_url: &str,
        http: &reqwest::Client,
        encoding: BodyEncoding,
        authentication: &Authentication,
    ) -> Result<Self, Error> {
        let mut request = generated(base_url, http)
            .ok_or_else(|| Error::config("no request can be made of the base URL"))?;
        *request.body_mut() = None;
        let headers = request.headers_mut();
        headers.remove(API_VERSION);
        headers.insert(CONTENT_TYPE, encoding.content_type());
        if let Authentication::Header(authorization) = authentication {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        Ok(Self(request))
    }

    pub(crate) fn user_agent(mut self, user_agent: Option<HeaderValue>) -> Self {
        if let Some(user_agent) = user_agent {
            self.0.headers_mut().insert(USER_AGENT, user_agent);
        }
        self
    }

    pub(crate) fn url(&self) -> &Url {
        self.0.url()
    }

    pub(crate) fn with(&self, body: Bytes) -> reqwest::Request {
        let mut request = reqwest::Request::new(self.0.method().clone(), self.0.url().clone());
        request.headers_mut().clone_from(self.0.headers());
        *request.body_mut() = Some(body.into());
        request
    }
}

/// Has the generated client make its request, and takes it from the bridge: the way to the wire,
/// and all that an answer means, are this crate's own. The generated error type loses the status of
/// a body that it cannot read, and prints bodies.
fn generated(base_url: &str, http: &reqwest::Client) -> Option<reqwest::Request> {
    let taken = Arc::new(Mutex::new(None));
    let bridge = {
        let taken = Arc::clone(&taken);
        Bridge::new(move |request| {
            *taken.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
            let answer = reqwest::Response::from(http::Response::new(""));
            Box::pin(std::future::ready(Ok(answer)))
        })
    };
    let client = digilocker_client::Client::new_with_client(base_url, http.clone(), bridge);
    let request = RevocationRequest {
        token: Token::new("-").ok()?,
        token_type_hint: None,
    };
    // Nothing in it waits: the bridge answers at once.
    let _ = client.revoke_token(&request).now_or_never();
    taken.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// The body of a call, zeroed when the last attempt has ended.
pub(crate) fn body(
    request: &RevocationRequest,
    encoding: BodyEncoding,
    authentication: &Authentication,
) -> Result<Bytes, Error> {
    let (client_id, client_secret) = match authentication {
        Authentication::Body { id, secret } => (
            Some(id.as_str()),
            secret.as_ref().map(|secret| secret.as_str()),
        ),
        Authentication::None | Authentication::Header(_) => (None, None),
    };
    let parameters = Parameters {
        request,
        client_id,
        client_secret,
    };
    let body = match (encoding, client_id) {
        (BodyEncoding::Json, None) => serde_json::to_vec(request).ok(),
        (BodyEncoding::Json, Some(_)) => serde_json::to_vec(&parameters).ok(),
        (BodyEncoding::Form, _) => serde_urlencoded::to_string(&parameters)
            .ok()
            .map(String::into_bytes),
    };
    // The cause is left out: it could quote what it failed to encode.
    let body = body.ok_or_else(|| Error::config("the request's body cannot be encoded"))?;
    Ok(Bytes::from_owner(Zeroizing::new(body)))
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
