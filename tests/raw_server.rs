//! A loopback server that sends exactly the scripted bytes, valid HTTP or not.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// One action of the server on a connection. After the last one it closes the connection.
#[derive(Clone, Debug)]
pub enum Step {
    /// Reads one request, head and body.
    Read,
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes, one every millisecond.
    Drip(Vec<u8>),
    /// Sends these bytes repeatedly, until the peer closes the connection.
    Flood(Vec<u8>),
    /// Sends nothing until the peer closes the connection.
    Stall,
    /// Closes the connection with a TCP reset.
    Reset,
}

/// The steps for each connection, by its number.
pub type Script = Arc<dyn Fn(usize) -> Vec<Step> + Send + Sync>;

/// The server. Dropping it stops it.
#[derive(Debug)]
pub struct RawServer {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl RawServer {
    /// Starts a server that plays `script` to each connection; connections are counted from 0.
    pub async fn start(script: impl Fn(usize) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::serve(Self::bind().await, Arc::new(script), None)
    }

    /// Starts a server that sends this response to each request on each connection.
    pub async fn respond_with(response: Vec<u8>) -> Self {
        Self::start(move |_| {
            [Step::Read, Step::Send(response.clone())]
                .into_iter()
                .cycle()
                .take(16)
                .collect()
        })
        .await
    }

    /// Like [`start`](Self::start), on a port on which connections were refused. In a runtime.
    pub fn start_on(
        port: ClosedPort,
        script: impl Fn(usize) -> Vec<Step> + Send + Sync + 'static,
    ) -> Self {
        Self::serve(port.0.listen(1024).unwrap(), Arc::new(script), None)
    }

    /// Like [`start`](Self::start), over TLS.
    pub async fn start_tls(
        tls: TlsAcceptor,
        script: impl Fn(usize) -> Vec<Step> + Send + Sync + 'static,
    ) -> Self {
        Self::serve(Self::bind().await, Arc::new(script), Some(tls))
    }

    async fn bind() -> TcpListener {
        TcpListener::bind("127.0.0.1:0").await.unwrap()
    }

    fn serve(listener: TcpListener, script: Script, tls: Option<TlsAcceptor>) -> Self {
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (count, seen) = (Arc::clone(&connections), Arc::clone(&requests));
        let server = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    return;
                };
                let steps = script(count.fetch_add(1, Ordering::SeqCst));
                let (seen, tls) = (Arc::clone(&seen), tls.clone());
                tokio::spawn(async move {
                    if let Some(tls) = tls {
                        if let Ok(stream) = tls.accept(stream).await {
                            play(stream, steps, &seen).await;
                        }
                    } else if matches!(steps.last(), Some(Step::Reset)) {
                        let mut stream = stream;
                        play(&mut stream, steps, &seen).await;
                        reset(stream);
                    } else {
                        play(stream, steps, &seen).await;
                    }
                });
            }
        });
        Self {
            address,
            connections,
            requests,
            server,
        }
    }

    /// The base URL for plain HTTP.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base URL for HTTPS, with this host.
    #[must_use]
    pub fn tls_url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.address.port())
    }

    /// The number of connections that were accepted.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The requests that were read, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A port on which connections are refused.
///
/// The port is bound without a listener, so no other process can use it.
#[derive(Debug)]
pub struct ClosedPort(TcpSocket);

impl ClosedPort {
    /// Binds a free port of the loopback interface.
    #[must_use]
    pub fn bind() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        Self(socket)
    }

    /// The base URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }
}

fn reset(stream: TcpStream) {
    // `SO_LINGER` of zero turns the close into a reset.
    let stream = stream.into_std().unwrap();
    socket2::SockRef::from(&stream)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
}

async fn play(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    steps: Vec<Step>,
    seen: &Mutex<Vec<String>>,
) {
    for step in steps {
        let done = match step {
            Step::Read => match read_request(&mut stream).await {
                Some(request) => {
                    seen.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(request);
                    Ok(())
                }
                None => return,
            },
            Step::Send(bytes) => stream.write_all(&bytes).await,
            Step::Drip(bytes) => drip(&mut stream, &bytes).await,
            Step::Flood(bytes) => loop {
                if let Err(error) = stream.write_all(&bytes).await {
                    break Err(error);
                }
            },
            Step::Stall => {
                let mut rest = Vec::new();
                stream.read_to_end(&mut rest).await.map(drop)
            }
            Step::Reset => return,
        };
        if done.is_err() {
            return;
        }
    }
    let _ = stream.shutdown().await;
}

async fn drip(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    for byte in bytes {
        stream.write_all(&[*byte]).await?;
        stream.flush().await?;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut request = Vec::new();
    let head = loop {
        if let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    };
    let length: usize = String::from_utf8_lossy(&request[..head])
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    while request.len() < head + length {
        if stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    }
    Some(String::from_utf8_lossy(&request).into_owned())
}
