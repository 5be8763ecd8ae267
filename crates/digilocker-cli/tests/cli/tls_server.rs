//! An endpoint with TLS, whose certificate no system trusts.

use std::path::PathBuf;
use std::thread;

use rcgen::generate_simple_self_signed;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;

pub(crate) struct TlsServer {
    url: String,
    dir: TempDir,
}

impl TlsServer {
    /// Responds to each request with 200 and without a body.
    pub(crate) fn start() -> Self {
        // They have the same name.
        let [own, other] =
            ["localhost"; 2].map(|name| generate_simple_self_signed([name.to_owned()]).unwrap());
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("root.pem"), own.cert.pem()).unwrap();
        std::fs::write(dir.path().join("other.pem"), other.cert.pem()).unwrap();
        let key = own.signing_key.serialize_der().try_into().unwrap();
        let config = ServerConfig::builder_with_provider(default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(std::sync::Arc::new(config));
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
