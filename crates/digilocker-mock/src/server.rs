//! The sandbox's thread, and the HTTP that it speaks.
//!
//! Not `httpmock`'s server: that one cannot listen on a chosen port, answers one late request at
//! the cost of all others, keeps the requests it has seen, writes them into the log with their
//! tokens, and goes on to serve the next test with connections of the last.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

use crate::answer;
use crate::contract::Contract;
use crate::fallback::{BoxError, ResponseBody};
use crate::sandbox::Sandbox;
use crate::state::State;

/// A running server. Dropping it closes the port and every connection before it returns.
pub(crate) struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on loopback; port 0 is any free one.
    pub(crate) fn start(port: u16, state: Arc<State>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name(format!("sandbox-{}", address.port()))
            .spawn(move || {
                runtime.spawn(accept(listener, state, base_url(address)));
                // Nothing is ever sent: it ends when the sender is dropped.
                let _ = runtime.block_on(stopped);
            })?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    pub(crate) fn base_url(&self) -> String {
        base_url(self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has no answer to give, and a panic of its own has been printed.
            let _ = thread.join();
        }
    }
}

fn base_url(address: SocketAddr) -> String {
    format!("http://{address}")
}

async fn accept(listener: tokio::net::TcpListener, state: Arc<State>, base_url: String) {
    let base_url: Arc<str> = base_url.into();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // No more file descriptors, most likely: they come back.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Only speed is lost if the socket refuses.
        let _ = stream.set_nodelay(true);
        let (state, base_url) = (Arc::clone(&state), Arc::clone(&base_url));
        tokio::spawn(async move {
            let service = service_fn(|request| respond(&state, &base_url, request));
            // An error is a client that went away, or a disconnection that a fault asked for.
            let _ = http1::Builder::new()
                .header_read_timeout(None)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn respond(
    state: &Arc<State>,
    base_url: &str,
    mut request: Request<Incoming>,
) -> Result<Response<ResponseBody>, Disconnect> {
    if let Some(fallback) = &state.rules.fallback
        && request.uri().path() != Contract::get().path()
    {
        let head = head(&request);
        let sandbox = Sandbox::handle(Arc::clone(state), base_url.to_owned());
        if let Some(response) = fallback.call(sandbox, request).await {
            return Ok(response);
        }
        return send(answer::answer(state, &head)).await;
    }
    let body = request.body_mut().collect().await;
    let body = body.map_err(|_| Disconnect)?.to_bytes();
    send(answer::answer(state, &request.map(|_| body))).await
}

/// The request without its body: no more is needed to refuse an unknown path.
fn head(request: &Request<Incoming>) -> Request<Bytes> {
    let mut head = Request::new(Bytes::new());
    *head.method_mut() = request.method().clone();
    *head.uri_mut() = request.uri().clone();
    *head.headers_mut() = request.headers().clone();
    head
}

async fn send(reply: answer::Reply) -> Result<Response<ResponseBody>, Disconnect> {
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    let response = reply.answer.ok_or(Disconnect)?;
    Ok(response.map(|body| Full::new(body).map_err(BoxError::from).boxed_unsync()))
}

/// Makes hyper close the connection without an answer.
#[derive(Debug)]
struct Disconnect;

impl fmt::Display for Disconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closed on purpose")
    }
}

impl std::error::Error for Disconnect {}
