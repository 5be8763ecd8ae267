//! The server: HTTP/1.1 and the documented success response.

use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::endpoint::Endpoint;
use crate::{Outcome, child, runtime};

/// As in DigiLocker's own example.
pub(crate) const SHORT_ID: &str = "abc123";
/// A realistic id: a client that searches ids for secrets has more to do.
pub(crate) const LONG_ID: &str = "6f1f0a52-3c1e-4d0b-9a53-2b7f5c1f8e41";

const ROOT: &str = "root.pem";

#[derive(Clone, Copy)]
struct Listener {
    id: &'static str,
    tls: bool,
    keep_alive: bool,
}

const LISTENERS: [Listener; 5] = [
    Listener {
        id: SHORT_ID,
        tls: false,
        keep_alive: true,
    },
    Listener {
        id: LONG_ID,
        tls: false,
        keep_alive: true,
    },
    Listener {
        id: LONG_ID,
        tls: true,
        keep_alive: true,
    },
    Listener {
        id: LONG_ID,
        tls: false,
        keep_alive: false,
    },
    Listener {
        id: LONG_ID,
        tls: true,
        keep_alive: false,
    },
];

/// A server in a separate process, so that a client process only counts the work of the client. Stopped on
/// drop.
pub(crate) struct Server {
    child: Child,
    _directory: TempDir,
    pub(crate) short_id: Endpoint,
    pub(crate) plain: Endpoint,
    pub(crate) tls: Endpoint,
    pub(crate) closing: Endpoint,
    pub(crate) closing_tls: Endpoint,
}

impl Server {
    pub(crate) fn start() -> Outcome<Self> {
        let directory = tempfile::tempdir()?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .arg(directory.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let line = child::first_line(&mut child)?;
        let addresses = line.split_whitespace().map(str::parse);
        let addresses: Vec<SocketAddr> = addresses.collect::<Result<_, _>>()?;
        let endpoint = |(address, listener): (&SocketAddr, &Listener)| {
            if listener.tls {
                Endpoint::tls(*address, directory.path().join(ROOT))
            } else {
                Endpoint::plain(*address)
            }
        };
        let endpoints: Vec<Endpoint> = addresses.iter().zip(&LISTENERS).map(endpoint).collect();
        let endpoints = <[Endpoint; LISTENERS.len()]>::try_from(endpoints);
        let [short_id, plain, tls, closing, closing_tls] =
            endpoints.map_err(|_| format!("the server printed {line:?}"))?;
        Ok(Self {
            child,
            _directory: directory,
            short_id,
            plain,
            tls,
            closing,
            closing_tls,
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
pub(crate) fn serve(directory: &Path) -> Outcome<()> {
    runtime()?.block_on(async {
        let acceptor = acceptor(&directory.join(ROOT))?;
        let mut out = std::io::stdout();
        for listener in LISTENERS {
            let socket = TcpListener::bind("127.0.0.1:0").await?;
            write!(out, "{} ", socket.local_addr()?)?;
            let acceptor = listener.tls.then(|| acceptor.clone());
            tokio::spawn(accept(socket, acceptor, listener));
        }
        writeln!(out)?;
        out.flush()?;
        tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
        Ok(())
    })
}

/// A certificate for 127.0.0.1 from a new authority, whose own certificate is written to `root`.
fn acceptor(root: &Path) -> Outcome<TlsAcceptor> {
    let authority_key = KeyPair::generate()?;
    let mut authority = CertificateParams::new([])?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    std::fs::write(root, authority.self_signed(&authority_key)?.pem())?;
    let issuer = Issuer::new(authority, authority_key);

    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()])?.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn accept(
    socket: TcpListener,
    acceptor: Option<TlsAcceptor>,
    listener: Listener,
) -> std::io::Result<()> {
    loop {
        let (stream, _) = socket.accept().await?;
        stream.set_nodelay(true)?;
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            // The client reports connection errors.
            match acceptor {
                None => serve_connection(stream, listener).await,
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve_connection(stream, listener).await;
                    }
                }
            }
        });
    }
}

async fn serve_connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    Listener { id, keep_alive, .. }: Listener,
) {
    let _ = hyper::server::conn::http1::Builder::new()
        .keep_alive(keep_alive)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(|request| respond(request, id)),
        )
        .await;
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
