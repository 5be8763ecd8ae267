//! The HTTP server of a sandbox, on its own thread.
//!
//! Not `httpmock`'s server: it cannot listen on a chosen port, blocks all requests while it delays
//! one, logs requests with their tokens, and reuses a server with its connections for other tests.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

use crate::body::{MAX_BYTES, Received, Unreadable};
use crate::contract::Contract;
use crate::fallback::{BoxError, ResponseBody};
use crate::respond::{Reply, respond, status_key};
use crate::sandbox::Sandbox;
use crate::state::Shared;

/// A running server. Dropping it closes the port and every connection before it returns.
pub(crate) struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Port 0 is any free port.
    pub(crate) fn start(address: SocketAddr, shared: Arc<Shared>) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
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
                runtime.spawn(accept(listener, shared, base_url(address)));
                // Nothing is ever sent: this returns when the sender is dropped.
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
            // The thread returns nothing, and a panic was already printed.
            let _ = thread.join();
        }
    }
}

/// Replaces the unspecified address by loopback: not every system can connect to it.
fn base_url(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>, base_url: String) {
    let base_url: Arc<str> = base_url.into();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Most likely there are no more file descriptors: wait for others to be closed.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Only affects speed.
        let _ = stream.set_nodelay(true);
        let (shared, base_url) = (Arc::clone(&shared), Arc::clone(&base_url));
        tokio::spawn(async move {
            let service = service_fn(|request| serve(&shared, &base_url, request));
            // An error is a client that disconnected, or an injected disconnect.
            let _ = http1::Builder::new()
                .header_read_timeout(None)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn serve(
    shared: &Arc<Shared>,
    base_url: &str,
    mut request: Request<Incoming>,
) -> Result<Response<ResponseBody>, Disconnect> {
    if let Some(fallback) = &shared.config.fallback
        && request.uri().path() != Contract::get().path()
    {
        let head = head(&request);
        let sandbox = Sandbox::handle(Arc::clone(shared), base_url.to_owned());
        if let Some(response) = fallback.call(sandbox, request).await {
            return Ok(response);
        }
        return send(shared, respond(shared, &head)).await;
    }
    let body = receive(request.body_mut()).await;
    send(shared, respond(shared, &request.map(|_| body))).await
}

async fn receive(body: &mut Incoming) -> Received {
    match Limited::new(body, MAX_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unreadable::TooLarge),
        Err(_) => Err(Unreadable::Incomplete),
    }
}

/// The request without its body, which is not needed to refuse an unknown path.
fn head(request: &Request<Incoming>) -> Request<Received> {
    let mut head = Request::new(Ok(Bytes::new()));
    *head.method_mut() = request.method().clone();
    *head.uri_mut() = request.uri().clone();
    *head.headers_mut() = request.headers().clone();
    head
}

async fn send(shared: &Shared, reply: Reply) -> Result<Response<ResponseBody>, Disconnect> {
    let late = reply.release.is_some() || !reply.delay.is_zero();
    if let Some(mut release) = reply.release {
        // Never an error: the sender outlives the server.
        let _ = release.changed().await;
    }
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    let response = reply.response.ok_or(Disconnect)?;
    if late {
        shared.update(|state| state.counts.add([status_key(response.status())]));
    }
    Ok(response.map(|body| Full::new(body).map_err(BoxError::from).boxed_unsync()))
}

/// Makes hyper close the connection without a response.
#[derive(Debug)]
struct Disconnect;

impl fmt::Display for Disconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closed on purpose")
    }
}

impl std::error::Error for Disconnect {}
