//! The clients that are compared. Each sends the same request, with HTTP Basic and a timeout of 15
//! seconds, requires a success status and, where it has a type for it, deserializes the response.

mod generated;
mod hyper;
mod oauth2;

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use serde::{Deserialize, Serialize};

use self::generated::Generated;
use self::hyper::Hyper;
use self::oauth2::Oauth2;
pub(crate) use self::oauth2::http_client as oauth2_http_client;
use crate::Outcome;

pub(crate) const ID: &str = "client-id";
pub(crate) const SECRET: &str = "client-secret-0123456789";
pub(crate) const TIMEOUT: Duration = Duration::from_secs(15);
const PATH: &str = "/public/oauth2/1/revoke";

pub(crate) const WRAPPER: &str = "digilocker";
pub(crate) const HAND_WRITTEN: &str = "hand-written";
pub(crate) const OAUTH2: &str = "oauth2";
pub(crate) const HYPER: &str = "hyper";

/// The clients in the order of the tables, with their titles.
pub(crate) const ALL: [(&str, &str); 6] = [
    (WRAPPER, "**`digilocker`**"),
    (HAND_WRITTEN, "`reqwest` 0.13, hand-written"),
    ("prebuilt", "hand-written, with a prebuilt request"),
    ("generated", "the generated client, without the wrapper"),
    (OAUTH2, "`oauth2` 5 with `reqwest` 0.12"),
    (HYPER, "`hyper`, without pool and timeout: the lower bound"),
];

pub(crate) enum Client {
    Digilocker(digilocker::Client),
    HandWritten(reqwest::Client, String),
    Prebuilt(reqwest::Client, reqwest::Url, HeaderMap),
    Generated(Generated),
    Oauth2(Box<Oauth2>),
    Hyper(Hyper),
}

#[derive(Serialize)]
struct Body<'a> {
    token: &'a str,
}

#[derive(Deserialize)]
struct Success {
    success: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    id: String,
    created_at: DateTime<Utc>,
}

impl Success {
    fn check(&self) -> Outcome<()> {
        let complete =
            self.success && !self.data.id.is_empty() && self.data.created_at.timestamp() > 0;
        complete
            .then_some(())
            .ok_or_else(|| "an incomplete response".into())
    }
}

fn basic() -> Outcome<HeaderValue> {
    let value = format!("Basic {}", BASE64_STANDARD.encode(format!("{ID}:{SECRET}")));
    Ok(HeaderValue::from_str(&value)?)
}

fn headers() -> Outcome<HeaderMap> {
    let json = HeaderValue::from_static("application/json");
    Ok(HeaderMap::from_iter([
        (AUTHORIZATION, basic()?),
        (ACCEPT, json.clone()),
        (CONTENT_TYPE, json),
    ]))
}

/// A token of forty bytes, a different one for each index.
pub(crate) fn token(index: u64) -> String {
    format!("{index:08}Zk7QmW2xRt9LpB4vNc8YsHd3GfJ1uEo5")
}

pub(crate) fn wrapper(server: SocketAddr) -> Outcome<digilocker::Client> {
    let builder = digilocker::Client::builder(format!("http://{server}").parse()?)
        .credentials(digilocker::Credentials::basic(ID, SECRET));
    Ok(builder.build()?)
}

impl Client {
    pub(crate) fn new(name: &str, server: SocketAddr) -> Outcome<Self> {
        let url = format!("http://{server}{PATH}");
        let http = reqwest::Client::builder;
        Ok(match name {
            WRAPPER => Self::Digilocker(wrapper(server)?),
            HAND_WRITTEN => Self::HandWritten(http().build()?, url),
            "prebuilt" => {
                Self::Prebuilt(http().timeout(TIMEOUT).build()?, url.parse()?, headers()?)
            }
            "generated" => Self::Generated(Generated::new(server)?),
            OAUTH2 => Self::Oauth2(Box::new(Oauth2::new(server)?)),
            HYPER => Self::Hyper(Hyper::new(server)?),
            _ => return Err(format!("no client `{name}`").into()),
        })
    }

    pub(crate) async fn call(&self, index: u64) -> Outcome<()> {
        let token = token(index);
        match self {
            Self::Digilocker(client) => digilocker(client, token).await,
            Self::HandWritten(http, url) => hand_written(http, url, token).await,
            Self::Prebuilt(http, url, headers) => prebuilt(http, url, headers, token).await,
            Self::Generated(client) => client.call(token).await,
            Self::Oauth2(client) => client.call(token).await,
            Self::Hyper(client) => client.call(&token).await,
        }
    }

    /// The call as a task: in memory of its size, as a runtime would spawn it. The future of [`Self::call`] has room
    /// for the largest client's.
    pub(crate) fn task(&self, index: u64) -> LocalBoxFuture<'_, Outcome<()>> {
        let token = token(index);
        match self {
            Self::Digilocker(client) => Box::pin(digilocker(client, token)),
            Self::HandWritten(http, url) => Box::pin(hand_written(http, url, token)),
            Self::Prebuilt(http, url, headers) => Box::pin(prebuilt(http, url, headers, token)),
            Self::Generated(client) => Box::pin(client.call(token)),
            Self::Oauth2(client) => Box::pin(client.call(token)),
            Self::Hyper(client) => Box::pin(async move { client.call(&token).await }),
        }
    }
}

async fn digilocker(client: &digilocker::Client, token: String) -> Outcome<()> {
    let revoked = client.revoke(digilocker::Token::new(token)?).await?;
    revoked.id().map(drop).ok_or_else(|| "no id".into())
}

async fn hand_written(http: &reqwest::Client, url: &str, token: String) -> Outcome<()> {
    let request = http.post(url).timeout(TIMEOUT);
    let request = request
        .basic_auth(ID, Some(SECRET))
        .json(&Body { token: &token });
    let response = request.send().await?.error_for_status()?;
    response.json::<Success>().await?.check()
}

async fn prebuilt(
    http: &reqwest::Client,
    url: &reqwest::Url,
    headers: &HeaderMap,
    token: String,
) -> Outcome<()> {
    let mut request = reqwest::Request::new(Method::POST, url.clone());
    request.headers_mut().clone_from(headers);
    *request.body_mut() = Some(serde_json::to_vec(&Body { token: &token })?.into());
    let response = http.execute(request).await?.error_for_status()?;
    serde_json::from_slice::<Success>(&response.bytes().await?)?.check()
}
