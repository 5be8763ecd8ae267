//! An endpoint with TLS, whose certificate no system trusts.

use std::path::PathBuf;
use std::thread;

use rcgen::generate_simple_self_signed;
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;

use crate::raw_server::{RawServer, Step};

pub(crate) struct TlsServer {
    server: RawServer,
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
        let response = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        let steps = vec![Step::Read, Step::Send(response.to_vec())];
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let acceptor = TlsAcceptor::from(std::sync::Arc::new(config));
        let server = runtime.block_on(RawServer::start_tls(acceptor, move |_| steps.clone()));
        thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
        Self { server, dir }
    }

    pub(crate) fn url(&self) -> String {
        self.server.tls_url("localhost")
    }

    /// A file with a root certificate: `root.pem` is the server's, `other.pem` is not.
    pub(crate) fn root(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}
