//! Records a request of the client and its response, which the client itself does not keep.

use std::error::Error;
use std::net::Ipv4Addr;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{self, HeaderMap, StatusCode, header};
use digilocker::reqwest::{self, redirect};
use digilocker::{RetryPolicy, Token};
use digilocker_mock::{Violation, response_violations};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use crate::connection::ConnectionArgs;

/// The client's limit of a response.
const MAX_BYTES: usize = 64 * 1024;
/// Headers whose values a record shows.
const SHOWN: &str = "accept cache-control connection content-encoding content-length content-type date \
                     retry-after server transfer-encoding user-agent via www-authenticate x-request-id";
const REDACTED: &str = "[redacted]";

pub(super) struct Exchange {
    request: http::Request<Bytes>,
    pub(super) response: http::Response<Vec<u8>>,
}

type Recorded = Result<Exchange, Box<dyn Error + Send + Sync>>;

/// Sends the client's request to a relay on loopback, which sends it to the server.
pub(super) async fn record(connection: &ConnectionArgs, token: Token) -> Recorded {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let relay = format!("http://{}", listener.local_addr()?).parse()?;
    let client = connection
        .client_for(relay)
        .map_err(|failure| failure.text())?;
    let http = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .timeout(connection.timeout)
        .build()?;
    let server = connection.env.base_url().trim_end_matches('/').to_owned();
    let (sender, mut receiver) = mpsc::channel(1);
    let relay = Router::new().fallback(async move |request: Request| {
        let _ = sender.try_send(forward(&http, &server, request).await);
        // The client needs none.
        StatusCode::NO_CONTENT
    });
    tokio::select! {
        _ = async { client.revoke(token).retry(RetryPolicy::none()).await } => {}
        ended = async { axum::serve(listener, relay).await } => ended?,
    }
    receiver.try_recv().map_err(|_| "nothing was sent")?
}

async fn forward(http: &reqwest::Client, server: &str, request: Request) -> Recorded {
    let (head, body) = request.into_parts();
    let request = http::Request::from_parts(head, to_bytes(body, MAX_BYTES).await?);
    let mut headers = request.headers().clone();
    headers.remove(header::HOST);
    let sent = http
        .request(
            request.method().clone(),
            format!("{server}{}", request.uri()),
        )
        .headers(headers)
        .body(request.body().clone())
        .send()
        .await;
    let mut received = sent.map_err(reqwest::Error::without_url)?;
    let mut body = Vec::new();
    while body.len() < MAX_BYTES
        && let Some(chunk) = received
            .chunk()
            .await
            .map_err(reqwest::Error::without_url)?
    {
        body.extend_from_slice(&chunk);
    }
    let mut response = http::Response::new(body);
    *response.status_mut() = received.status();
    *response.headers_mut() = std::mem::take(received.headers_mut());
    Ok(Exchange { request, response })
}

impl Exchange {
    /// `documented`, `rfc6749`, `partner` or `other`.
    pub(super) fn shape(&self) -> &'static str {
        let body = self.response.body();
        if body.is_empty() && self.response.status().is_success() {
            // RFC 7009 section 2.2.
            return "rfc6749";
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(body)) if body.contains_key("revoked") => "partner",
            Ok(Value::Object(body)) if body.get("success").is_some_and(Value::is_boolean) => {
                "documented"
            }
            Ok(Value::Object(body)) if body.get("error").is_some_and(Value::is_string) => "rfc6749",
            _ => "other",
        }
    }

    pub(super) fn departures(&self) -> Vec<Violation> {
        let content_type = self.response.headers().get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let status = self.response.status().as_u16();
        response_violations(status, content_type, self.response.body())
    }

    /// Without secrets, for an issue.
    pub(super) fn redacted(&self, secrets: &[Zeroizing<String>]) -> Value {
        let authorization = self.request.headers().get(header::AUTHORIZATION);
        let authorization = authorization.and_then(|value| value.to_str().ok()?.split(' ').nth(1));
        let secrets = secrets.iter().map(|text| text.as_str());
        let body = String::from_utf8_lossy(self.response.body()).into_owned();
        let body = secrets
            .chain(authorization)
            .fold(body, |text, secret| text.replace(secret, REDACTED));
        json!({
            "request": {
                "method": self.request.method().as_str(),
                "path": self.request.uri().path(),
                "headers": shown(self.request.headers()),
                "body": self.parameters(),
            },
            "response": {
                "status": self.response.status().as_u16(),
                "headers": shown(self.response.headers()),
                "body": body,
            },
            "departures": self.departures(),
        })
    }

    /// The parameters of the request without their values.
    fn parameters(&self) -> Value {
        let body = self.request.body();
        let names: Vec<String> = match serde_json::from_slice::<Map<String, Value>>(body) {
            Ok(members) => members.into_iter().map(|(name, _)| name).collect(),
            Err(_) => form_urlencoded::parse(body)
                .map(|(name, _)| name.into_owned())
                .collect(),
        };
        names.into_iter().map(|name| (name, REDACTED)).collect()
    }
}

fn shown(headers: &HeaderMap) -> Value {
    let shown = headers.iter().map(|(name, value)| {
        let is_shown = SHOWN.split(' ').any(|known| known == name);
        let value = if is_shown {
            String::from_utf8_lossy(value.as_bytes())
        } else {
            REDACTED.into()
        };
        (name.to_string(), value.into_owned())
    });
    shown.collect()
}
