//! A revocation server that counts how often each token was sent.

use std::collections::HashMap;
use std::io::{self, Read};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use serde_json::Value;
use tokio::sync::watch;

use crate::http_server::{Served, ServedBody, Server};
use crate::support::wait_until;

/// The body of the documented success.
pub(crate) const SUCCESS: &str =
    r#"{"success":true,"data":{"id":"1","created_at":"2026-01-01T00:00:00Z"}}"#;

/// How the server responds to a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    /// The documented success.
    Revoke,
    Status(u16),
    /// An error in the form of RFC 6749.
    Error(u16, &'static str),
    /// An error whose description contains the token.
    Echo(u16),
    /// A status, and the seconds of its `Retry-After`.
    RetryAfter(u16, u32),
    /// Closes the connection.
    Close,
}

/// The reply to a token, and to how often it was sent, including this request.
type Script = dyn Fn(&str, u32) -> Reply + Send + Sync;

#[derive(Default)]
struct Log {
    /// The tokens in order of arrival.
    tokens: Vec<String>,
    times: HashMap<String, u32>,
}

struct Shared {
    script: Box<Script>,
    log: Mutex<Log>,
    is_held: watch::Sender<bool>,
}

impl Shared {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct CountingServer {
    url: String,
    shared: Arc<Shared>,
    _server: Server,
}

impl CountingServer {
    pub(crate) fn start(script: impl Fn(&str, u32) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            script: Box::new(script),
            log: Mutex::default(),
            is_held: watch::Sender::new(false),
        });
        let of_server = Arc::clone(&shared);
        let service = move |request| respond(Arc::clone(&of_server), request);
        Self {
            url,
            shared,
            _server: Server::start(listener, service).unwrap(),
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The tokens received so far, in order of arrival.
    pub(crate) fn log(&self) -> Vec<String> {
        self.shared.log().tokens.clone()
    }

    pub(crate) fn requests(&self) -> usize {
        self.shared.log().tokens.len()
    }

    /// How often a token was sent.
    pub(crate) fn times(&self, token: &str) -> u32 {
        self.shared.log().times.get(token).copied().unwrap_or(0)
    }

    /// Delays all responses until [`release`](Self::release).
    pub(crate) fn hold(&self) {
        self.shared.is_held.send_replace(true);
    }

    pub(crate) fn release(&self) {
        self.shared.is_held.send_replace(false);
    }

    /// Waits until all requests of clients that have exited are counted.
    pub(crate) fn settle(&self) {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut last = TcpStream::connect(address).unwrap();
        last.shutdown(Shutdown::Write).unwrap();
        // Connections are accepted in order: when this one is closed, all earlier ones were accepted.
        assert_eq!(last.read(&mut [0]).unwrap(), 0);
        // Each open connection has a handle, besides this one and the listener's.
        wait_until(|| Arc::strong_count(&self.shared) == 2);
    }
}

async fn respond(shared: Arc<Shared>, request: Request<Incoming>) -> Served {
    let body = request.into_body().collect().await;
    let body: Value = serde_json::from_slice(&body.map_err(io::Error::other)?.to_bytes())?;
    let token = body["token"].as_str().unwrap();
    let times = {
        let mut log = shared.log();
        log.tokens.push(token.to_owned());
        let times = log.times.entry(token.to_owned()).or_default();
        *times += 1;
        *times
    };
    let mut is_held = shared.is_held.subscribe();
    drop(is_held.wait_for(|is_held| !is_held).await);
    let reply = (shared.script)(token, times);
    let mut response = match reply {
        Reply::Close => return Err(io::Error::other("closed by the script")),
        Reply::Revoke => response(200, SUCCESS),
        Reply::Status(status) | Reply::RetryAfter(status, _) => response(status, "{}"),
        Reply::Error(status, code) => response(status, format!(r#"{{"error":"{code}"}}"#)),
        Reply::Echo(status) => {
            let body = format!(r#"{{"error":"invalid_client","error_description":"not {token}"}}"#);
            response(status, body)
        }
    };
    if let Reply::RetryAfter(_, seconds) = reply {
        response.headers_mut().insert("retry-after", seconds.into());
    }
    Ok(response)
}

pub(crate) fn response(status: u16, body: impl Into<bytes::Bytes>) -> Response<ServedBody> {
    let body = Full::new(body.into()).map_err(|never| match never {});
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(body.boxed_unsync())
        .unwrap()
}
