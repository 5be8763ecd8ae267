//! The settings of the HTTP client.

use std::time::Duration;

use reqwest::Proxy;

/// The settings of the HTTP client.
#[derive(Default)]
pub(crate) struct HttpSettings {
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) user_agent: Option<String>,
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) proxies: Vec<Proxy>,
    /// Whether the server is called without TLS.
    pub(crate) is_plain: bool,
    /// Whether the builder is the caller's, which can be used once.
    pub(crate) is_custom: bool,
}

impl HttpSettings {
    pub(crate) fn is_tls_used(&self) -> bool {
        !self.is_plain || !self.proxies.is_empty()
    }
}
