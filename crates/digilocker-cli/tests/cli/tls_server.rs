//! An endpoint with TLS, whose authority no system trusts.

use std::path::PathBuf;
use std::thread;

use integration_tests::certificates::Authority;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub(crate) struct TlsServer {
    url: String,
    dir: TempDir,
}

impl TlsServer {
    /// Responds to each request with 200 and without a body.
    pub(crate) fn start() -> Self {
        let authority = Authority::new();
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, root: &str| std::fs::write(dir.path().join(name), root).unwrap();
        write("root.pem", authority.root());
        write("other.pem", Authority::new().root());
        let acceptor = authority.acceptor("localhost", |_| {});
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!(
            "https://localhost:{}",
            listener.local_addr().unwrap().port()
        );
        listener.set_nonblocking(true).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        thread::spawn(move || {
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    // Fails if the client does not trust the certificate.
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        continue;
                    };
                    let mut request = Vec::new();
                    while !request.ends_with(b"}")
                        && stream.read_buf(&mut request).await.unwrap_or(0) > 0
                    {
                    }
                    let response =
                        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                    let _ = stream.write_all(response).await;
                    let _ = stream.shutdown().await;
                }
            });
        });
        Self { url, dir }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A file with a root certificate: `root.pem` is the server's, `other.pem` is not.
    pub(crate) fn root(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}
