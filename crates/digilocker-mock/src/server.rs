//! An HTTP server on its own thread. It knows nothing of the service that it serves.
//!
//! Not `httpmock`'s server: it cannot listen on a chosen port, blocks all requests while it delays
//! one, logs requests with their tokens, and reuses a server with its connections for other tests.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::TcpListener;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;
pub(crate) type ServedBody = UnsyncBoxBody<Bytes, BoxError>;
/// An error makes hyper close the connection without a response.
pub(crate) type Served = io::Result<Response<ServedBody>>;

/// A running server. Dropping it closes the port and every connection before it returns.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start<S, F>(listener: TcpListener, service: S) -> io::Result<Self>
    where
        S: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
        F: Future<Output = Served> + Send + 'static,
    {
        listener.set_nonblocking(true)?;
        let name = format!("sandbox-{}", listener.local_addr()?.port());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let entered = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        drop(entered);
        let accept = async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    // Most likely there are no more file descriptors: wait for others to be closed.
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                };
                // Only affects speed.
                let _ = stream.set_nodelay(true);
                let connection = http1::Builder::new()
                    .header_read_timeout(None)
                    .serve_connection(TokioIo::new(stream), service_fn(service.clone()));
                // Its error is a client that disconnected, or an injected disconnect.
                tokio::spawn(connection);
            }
        };
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name(name).spawn(move || {
            runtime.spawn(accept);
            // Nothing is ever sent: this returns when the sender is dropped.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
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
