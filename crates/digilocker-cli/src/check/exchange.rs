//! Records a request of the client and its response, which the client itself does not keep.

use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use digilocker::reqwest::{self, redirect};
use digilocker::{RetryPolicy, Token};
use digilocker_mock::{Violation, response_violations};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use crate::connection::ConnectionArgs;
use crate::exit::{Exit, Failure};

/// The client's limit of a response.
const MAX_BYTES: usize = 64 * 1024;
/// Headers whose values a record shows.
const SHOWN: &str = "accept cache-control connection content-encoding content-length content-type date \
                     retry-after server transfer-encoding user-agent via www-authenticate x-request-id";
const REDACTED: &str = "[redacted]";

pub(super) struct Exchange {
    request: Parts,
    request_body: Bytes,
    pub(super) status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
    /// Texts that a record must not contain.
    secrets: Vec<Zeroizing<String>>,
}

struct Relay {
    http: reqwest::Client,
    server: String,
    /// The request and its response.
    sent: mpsc::Sender<reqwest::Result<(Parts, Bytes, reqwest::Response)>>,
}

/// Sends the client's request to a relay on loopback, which sends it to the server.
pub(super) async fn record(connection: &ConnectionArgs, token: Token) -> Result<Exchange, Failure> {
    let secrets = connection.secrets(&token)?;
    let failed = |error: Box<dyn Error>| {
        Failure::new(Exit::Live, format!("cannot record the response: {error}"))
    };
    let (request, request_body, mut response) = relay(connection, token).await.map_err(failed)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    while body.len() < MAX_BYTES
        && let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| failed(error.without_url().into()))?
    {
        body.extend_from_slice(&chunk);
    }
    Ok(Exchange {
        request,
        request_body,
        status,
        headers,
        body,
        secrets,
    })
}

async fn relay(
    connection: &ConnectionArgs,
    token: Token,
) -> Result<(Parts, Bytes, reqwest::Response), Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let environment = format!("http://{}", listener.local_addr()?).parse()?;
    let client = connection
        .client_for(environment)
        .map_err(|failure| failure.text())?;
    let http = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .timeout(connection.timeout);
    let (sent, mut received) = mpsc::channel(1);
    let relay = Arc::new(Relay {
        http: http.build()?,
        server: connection
            .environment()
            .base_url()
            .trim_end_matches('/')
            .to_owned(),
        sent,
    });
    let router = Router::new().fallback(forward).with_state(relay);
    tokio::select! {
        _ = async { client.revoke(token).retry(RetryPolicy::none()).await } => {}
        served = async { axum::serve(listener, router).await } => served?,
    }
    let sent = received.try_recv().map_err(|_| "nothing was sent")?;
    Ok(sent.map_err(reqwest::Error::without_url)?)
}

/// Sends the request to the server. Its response is recorded, and the client gets none.
async fn forward(State(relay): State<Arc<Relay>>, request: Request) -> StatusCode {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    let mut headers = head.headers.clone();
    headers.remove(header::HOST);
    let url = format!("{}{}", relay.server, head.uri);
    let request = relay
        .http
        .request(head.method.clone(), url)
        .headers(headers);
    let response = request.body(body.clone()).send().await;
    let response = response.map(|response| (head, body, response));
    let _ = relay.sent.try_send(response);
    StatusCode::NO_CONTENT
}

impl Exchange {
    /// `documented`, `rfc6749`, `partner` or `other`.
    pub(super) fn shape(&self) -> &'static str {
        if self.body.is_empty() && (200..300).contains(&self.status) {
            // RFC 7009 section 2.2.
            return "rfc6749";
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(body)) if body.contains_key("revoked") => "partner",
            Ok(Value::Object(body)) if body.get("success").is_some_and(Value::is_boolean) => {
                "documented"
            }
            Ok(Value::Object(body)) if body.get("error").is_some_and(Value::is_string) => "rfc6749",
            _ => "other",
        }
    }

    pub(super) fn departures(&self) -> Vec<Violation> {
        let content_type = self.headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        response_violations(self.status, content_type, &self.body)
    }

    /// Without secrets, for an issue.
    pub(super) fn redacted(&self) -> Value {
        let authorization = self.request.headers.get(header::AUTHORIZATION);
        let authorization = authorization.and_then(|value| value.to_str().ok()?.split(' ').nth(1));
        let secrets = self.secrets.iter().map(|text| text.as_str());
        let body = String::from_utf8_lossy(&self.body).into_owned();
        let body = secrets
            .chain(authorization)
            .fold(body, |text, secret| text.replace(secret, REDACTED));
        json!({
            "request": {
                "method": self.request.method.as_str(),
                "path": self.request.uri.path(),
                "headers": shown(&self.request.headers),
                "body": self.parameters(),
            },
            "response": {
                "status": self.status,
                "headers": shown(&self.headers),
                "body": body,
            },
            "departures": self.departures(),
        })
    }

    /// The parameters of the request without their values.
    fn parameters(&self) -> Value {
        let body = &self.request_body;
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
