//! The server: HTTP/1.1 and the documented success response.

use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::{Outcome, child, runtime};

/// As in DigiLocker's own example.
pub(crate) const SHORT_ID: &str = "abc123";
/// A realistic id: a client that searches ids for secrets has more to do.
pub(crate) const LONG_ID: &str = "6f1f0a52-3c1e-4d0b-9a53-2b7f5c1f8e41";

/// A server in a separate process, so that a client process only counts the work of the client. Stopped on
/// drop.
pub(crate) struct Server {
    child: Child,
    /// Where the response has the [short id](SHORT_ID).
    pub(crate) short_id: SocketAddr,
    /// Where the response has the [long id](LONG_ID).
    pub(crate) long_id: SocketAddr,
}

impl Server {
    pub(crate) fn start() -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let line = child::first_line(&mut child)?;
        let addresses = line.split_once(' ');
        let (short_id, long_id) =
            addresses.ok_or_else(|| format!("the server printed {line:?}"))?;
        Ok(Self {
            short_id: short_id.parse()?,
            long_id: long_id.parse()?,
            child,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Prints the addresses of the server, and serves until standard input is closed, which happens when the parent
/// process ends.
pub(crate) fn serve() -> Outcome<()> {
    runtime()?.block_on(async {
        let short_id = TcpListener::bind("127.0.0.1:0").await?;
        let long_id = TcpListener::bind("127.0.0.1:0").await?;
        let addresses = format!("{} {}\n", short_id.local_addr()?, long_id.local_addr()?);
        tokio::spawn(accept(short_id, SHORT_ID));
        tokio::spawn(accept(long_id, LONG_ID));
        let mut out = std::io::stdout();
        out.write_all(addresses.as_bytes())?;
        out.flush()?;
        tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
        Ok(())
    })
}

async fn accept(socket: TcpListener, id: &'static str) -> std::io::Result<()> {
    loop {
        let (stream, _) = socket.accept().await?;
        stream.set_nodelay(true)?;
        let service = service_fn(move |request| respond(request, id));
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service);
        // The client reports connection errors.
        tokio::spawn(connection);
    }
}

async fn respond(
    request: Request<Incoming>,
    id: &str,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let _ = request.into_body().collect().await;
    let mut response = Response::new(Full::from(body(id)));
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    Ok(response)
}

pub(crate) fn body(id: &str) -> String {
    format!(r#"{{"success":true,"data":{{"id":"{id}","created_at":"2025-01-01T00:00:00Z"}}}}"#)
}
