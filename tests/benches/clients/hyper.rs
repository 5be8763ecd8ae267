//! `hyper` alone: the lower bound of the cost of a call over HTTP/1.1.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderMap, HeaderValue, Method};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{Body, PATH, Success, headers};
use crate::Outcome;

/// A client with a list of idle connections.
pub(crate) struct Hyper {
    server: SocketAddr,
    headers: HeaderMap,
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
}

impl Hyper {
    pub(crate) fn new(server: SocketAddr) -> Outcome<Self> {
        let mut headers = headers()?;
        headers.insert(HOST, HeaderValue::from_str(&server.to_string())?);
        Ok(Self {
            server,
            headers,
            idle: Mutex::new(Vec::new()),
        })
    }

    pub(crate) async fn call(&self, token: &str) -> Outcome<()> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut connection = match idle {
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
        let success: Success = serde_json::from_slice(&body)?;
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        success.check()
    }

    async fn connect(&self) -> Outcome<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(self.server).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }
}
