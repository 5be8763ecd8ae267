//! A revocation server that counts how often each token was sent.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

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

#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    pub(crate) token: &'a str,
    /// How often this token was sent, including this request.
    pub(crate) times: u32,
}

type Script = dyn Fn(Sent<'_>) -> Reply + Send + Sync;

#[derive(Default)]
struct State {
    /// The tokens in order of arrival.
    log: Vec<String>,
    times: HashMap<String, u32>,
    /// Requests that are counted and wait for a response.
    held: usize,
    is_held: bool,
    /// The client addresses of accepted connections.
    accepted: HashSet<SocketAddr>,
    open: usize,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct CountingServer {
    url: String,
    shared: Arc<Shared>,
}

impl CountingServer {
    /// Revokes each token.
    pub(crate) fn start() -> Self {
        Self::scripted(|_| Reply::Revoke)
    }

    pub(crate) fn scripted(script: impl Fn(Sent<'_>) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let (script, state): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&shared));
        thread::spawn(move || {
            while let Ok((stream, client)) = listener.accept() {
                let (script, state) = (Arc::clone(&script), Arc::clone(&state));
                {
                    let mut state = state.lock();
                    state.accepted.insert(client);
                    state.open += 1;
                }
                thread::spawn(move || {
                    // Fails if the client is killed.
                    let _ = serve(&stream, &*script, &state);
                    state.lock().open -= 1;
                    state.changed.notify_all();
                });
            }
        });
        Self { url, shared }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The tokens received so far, in order of arrival.
    pub(crate) fn log(&self) -> Vec<String> {
        self.shared.lock().log.clone()
    }

    pub(crate) fn requests(&self) -> usize {
        self.shared.lock().log.len()
    }

    /// How often a token was sent.
    pub(crate) fn times(&self, token: &str) -> u32 {
        self.shared.lock().times.get(token).copied().unwrap_or(0)
    }

    /// Delays all responses until [`release`](Self::release).
    pub(crate) fn hold(&self) {
        self.shared.lock().is_held = true;
    }

    pub(crate) fn release(&self) {
        self.shared.lock().is_held = false;
        self.shared.changed.notify_all();
    }

    /// Waits until this many requests were received, or until `give_up` returns true.
    pub(crate) fn wait_for(&self, requests: usize, mut give_up: impl FnMut() -> bool) {
        self.wait(|state| state.log.len() >= requests, &mut give_up);
    }

    /// Waits until this many requests are held.
    pub(crate) fn wait_for_held(&self, requests: usize) {
        self.wait(|state| state.held >= requests, &mut || false);
    }

    /// Waits until all requests of clients that have exited are counted.
    pub(crate) fn settle(&self) {
        let address = self.url.strip_prefix("http://").unwrap();
        let last = TcpStream::connect(address).unwrap();
        let address = last.local_addr().unwrap();
        drop(last);
        // Connections are accepted in order.
        let settled = |state: &State| state.accepted.contains(&address) && state.open == 0;
        self.wait(settled, &mut || false);
    }

    fn wait(&self, done: impl Fn(&State) -> bool, give_up: &mut dyn FnMut() -> bool) {
        let mut state = self.shared.lock();
        while !done(&state) && !give_up() {
            let poll = std::time::Duration::from_millis(5);
            state = (self.shared.changed.wait_timeout(state, poll).unwrap()).0;
        }
    }
}

fn serve(stream: &TcpStream, script: &Script, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(body) = read_request(&mut reader)? {
        let token = token(&body);
        let times = {
            let mut state = shared.lock();
            state.log.push(token.clone());
            let times = state.times.entry(token.clone()).or_default();
            *times += 1;
            let times = *times;
            state.held += 1;
            shared.changed.notify_all();
            let mut state = (shared.changed.wait_while(state, |state| state.is_held)).unwrap();
            state.held -= 1;
            times
        };
        let reply = script(Sent {
            token: &token,
            times,
        });
        let response = match reply {
            Reply::Close => return Ok(()),
            Reply::Revoke => {
                let body =
                    r#"{"success":true,"data":{"id":"1","created_at":"2026-01-01T00:00:00Z"}}"#;
                response(200, "", body)
            }
            Reply::Status(status) => response(status, "", "{}"),
            Reply::Error(status, code) => response(status, "", &format!(r#"{{"error":"{code}"}}"#)),
            Reply::Echo(status) => {
                let body =
                    format!(r#"{{"error":"invalid_client","error_description":"not {token}"}}"#);
                response(status, "", &body)
            }
            Reply::RetryAfter(status, seconds) => {
                response(status, &format!("retry-after: {seconds}\r\n"), "{}")
            }
        };
        (&*stream).write_all(response.as_bytes())?;
    }
    Ok(())
}

fn response(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn read_request(reader: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut length = 0;
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let text = line.trim_end().to_ascii_lowercase();
        if let Some(value) = text.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if text.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(body))
}

fn token(body: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap();
    value["token"].as_str().unwrap().to_owned()
}
