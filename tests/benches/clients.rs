//! The rivals: each sends the same request, with HTTP Basic and a deadline of 15 seconds, holds the
//! status to be a success, and, where it has one, reads the typed answer.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use digilocker_client::Bridge;
use digilocker_client::types::RevocationRequest;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use oauth2::{AsyncHttpClient as _, StandardRevocableToken};
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;

use crate::{Outcome, child};

pub(crate) const ID: &str = "client-id";
pub(crate) const SECRET: &str = "client-secret-0123456789";
const TIMEOUT: Duration = Duration::from_secs(15);
const PATH: &str = "/public/oauth2/1/revoke";

/// In the order of the tables.
pub(crate) const ALL: [(&str, &str); 6] = [
    ("digilocker", "**`digilocker`**"),
    ("hand", "`reqwest` 0.13, written by hand"),
    (
        "floor",
        "the same, with all that can be made before the call",
    ),
    ("generated", "the generated client, without the wrapper"),
    ("oauth2", "`oauth2` 5 over `reqwest` 0.12"),
    ("hyper", "`hyper`, no pool, no timer: the limit"),
];

pub(crate) enum Client {
    Digilocker(digilocker::Client),
    Hand(reqwest::Client, String),
    Floor(reqwest::Client, reqwest::Url, HeaderMap),
    Generated(digilocker_client::Client),
    Oauth2(Box<Oauth2>),
    Hyper(Hyper),
}

type Oauth2Client = oauth2::basic::BasicClient<
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointSet,
    oauth2::EndpointNotSet,
>;

pub(crate) struct Oauth2 {
    client: Oauth2Client,
    http: oauth2::reqwest::Client,
    uri: http::Uri,
}

/// Connections that are free, each for one call at a time.
pub(crate) struct Hyper {
    address: SocketAddr,
    headers: HeaderMap,
    free: Mutex<Vec<SendRequest<Full<Bytes>>>>,
}

#[derive(Serialize)]
struct Body<'a> {
    token: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    success: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    id: String,
    created_at: DateTime<Utc>,
}

impl Answer {
    fn check(&self) -> Outcome<()> {
        let whole =
            self.success && !self.data.id.is_empty() && self.data.created_at.timestamp() > 0;
        whole.then_some(()).ok_or_else(|| "a wrong answer".into())
    }
}

fn basic() -> Outcome<HeaderValue> {
    let value = format!("Basic {}", BASE64_STANDARD.encode(format!("{ID}:{SECRET}")));
    Ok(HeaderValue::from_str(&value)?)
}

/// Forty bytes, no two the same.
pub(crate) fn token(index: u64) -> String {
    format!("{index:08}Zk7QmW2xRt9LpB4vNc8YsHd3GfJ1uEo5")
}

/// Just the building of it, for what that costs.
pub(crate) fn build(name: &str) -> Outcome<Built> {
    Ok(match name {
        "digilocker" => Built::Digilocker(
            digilocker::Client::builder(digilocker::Environment::Production)
                .credentials(digilocker::Credentials::basic(ID, SECRET))
                .build()?,
        ),
        "reqwest" => Built::Reqwest(reqwest::Client::builder().timeout(TIMEOUT).build()?),
        "reqwest12" => Built::Reqwest12(
            oauth2::reqwest::Client::builder()
                .redirect(oauth2::reqwest::redirect::Policy::none())
                .timeout(TIMEOUT)
                .build()?,
        ),
        _ => return Err(format!("no client `{name}`").into()),
    })
}

pub(crate) enum Built {
    Digilocker(digilocker::Client),
    Reqwest(reqwest::Client),
    Reqwest12(oauth2::reqwest::Client),
}

impl Built {
    /// What clones take of resident memory: of the client itself, which this enum is larger than.
    pub(crate) fn kib_of_clones(&self, count: usize) -> Outcome<u32> {
        match self {
            Self::Digilocker(client) => kib_of_clones(client, count),
            Self::Reqwest(client) => kib_of_clones(client, count),
            Self::Reqwest12(client) => kib_of_clones(client, count),
        }
    }
}

fn kib_of_clones<T: Clone>(client: &T, count: usize) -> Outcome<u32> {
    let before = child::memory("VmRSS")?;
    let clones = vec![client.clone(); count];
    let after = child::memory("VmRSS")?;
    drop(clones);
    Ok(after - before)
}

impl Client {
    pub(crate) fn new(name: &str, address: SocketAddr) -> Outcome<Self> {
        let base = format!("http://{address}");
        let url = format!("{base}{PATH}");
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, basic()?);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let http = || reqwest::Client::builder().timeout(TIMEOUT).build();
        Ok(match name {
            "digilocker" => Self::Digilocker(
                digilocker::Client::builder(base.parse()?)
                    .credentials(digilocker::Credentials::basic(ID, SECRET))
                    .build()?,
            ),
            "hand" => Self::Hand(reqwest::Client::builder().build()?, url),
            "floor" => Self::Floor(http()?, url.parse()?, headers),
            "generated" => {
                let (wire, authorization) = (http()?, basic()?);
                let bridge = Bridge::new(move |mut request| {
                    request
                        .headers_mut()
                        .insert(AUTHORIZATION, authorization.clone());
                    Box::pin(wire.execute(request))
                });
                Self::Generated(digilocker_client::Client::new_with_client(
                    &base,
                    http()?,
                    bridge,
                ))
            }
            "oauth2" => Self::Oauth2(Box::new(Oauth2 {
                client: oauth2::basic::BasicClient::new(oauth2::ClientId::new(ID.to_owned()))
                    .set_client_secret(oauth2::ClientSecret::new(SECRET.to_owned()))
                    // It takes no other scheme; ours is put in its place on the way.
                    .set_revocation_url(oauth2::RevocationUrl::new(
                        url.replacen("http", "https", 1),
                    )?),
                http: oauth2::reqwest::Client::builder()
                    .redirect(oauth2::reqwest::redirect::Policy::none())
                    .timeout(TIMEOUT)
                    .build()?,
                uri: url.parse()?,
            })),
            "hyper" => {
                headers.insert(HOST, HeaderValue::from_str(&address.to_string())?);
                Self::Hyper(Hyper {
                    address,
                    headers,
                    free: Mutex::new(Vec::new()),
                })
            }
            _ => return Err(format!("no client `{name}`").into()),
        })
    }

    pub(crate) async fn call(&self, index: u64) -> Outcome<()> {
        let token = token(index);
        match self {
            Self::Digilocker(client) => {
                let revoked = client.revoke(digilocker::Token::new(token)?).await?;
                revoked.id().map(drop).ok_or_else(|| "no id".into())
            }
            Self::Hand(http, url) => {
                let response = http
                    .post(url)
                    .timeout(TIMEOUT)
                    .basic_auth(ID, Some(SECRET))
                    .json(&Body { token: &token })
                    .send()
                    .await?;
                response.error_for_status()?.json::<Answer>().await?.check()
            }
            Self::Floor(http, url, headers) => {
                let mut request = reqwest::Request::new(Method::POST, url.clone());
                request.headers_mut().clone_from(headers);
                *request.body_mut() = Some(serde_json::to_vec(&Body { token: &token })?.into());
                let response = http.execute(request).await?.error_for_status()?;
                serde_json::from_slice::<Answer>(&response.bytes().await?)?.check()
            }
            Self::Generated(client) => {
                let body = RevocationRequest {
                    token: digilocker_client::Token::new(token)?,
                    token_type_hint: None,
                };
                let answer = client.revoke_token(&body).await;
                let answer = answer.map_err(|_| "the generated client failed")?;
                (!answer.data.id.is_empty())
                    .then_some(())
                    .ok_or_else(|| "no id".into())
            }
            Self::Oauth2(oauth2) => oauth2.call(token).await,
            Self::Hyper(hyper) => hyper.call(&token).await,
        }
    }
}

impl Oauth2 {
    async fn call(&self, token: String) -> Outcome<()> {
        let token = StandardRevocableToken::AccessToken(oauth2::AccessToken::new(token));
        let to_server = |mut request: oauth2::HttpRequest| {
            request.uri_mut().clone_from(&self.uri);
            self.http.call(request)
        };
        self.client
            .revoke_token(token)?
            .request_async(&to_server)
            .await?;
        Ok(())
    }
}

impl Hyper {
    async fn call(&self, token: &str) -> Outcome<()> {
        let free = self
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut connection = match free {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        connection.ready().await?;
        let body = serde_json::to_vec(&Body { token })?;
        let mut request = http::Request::new(Full::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = http::Uri::from_static(PATH);
        request.headers_mut().clone_from(&self.headers);
        let response = connection.send_request(request).await?;
        if !response.status().is_success() {
            return Err(response.status().to_string().into());
        }
        let body = response.into_body().collect().await?.to_bytes();
        let answer: Answer = serde_json::from_slice(&body)?;
        self.free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        answer.check()
    }

    async fn connect(&self) -> Outcome<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }
}
