//! The settings of a client: server, credentials, HTTP and TLS, retries.

pub(crate) mod credentials;
pub(crate) mod environment;
pub(crate) mod http;
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
mod pem;
pub(crate) mod retry;

#[cfg(feature = "rustls-no-provider")]
#[path = "tls_rustls.rs"]
pub(crate) mod tls;
#[cfg(all(feature = "native-tls", not(feature = "rustls-no-provider")))]
#[path = "tls_native.rs"]
pub(crate) mod tls;
#[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
#[path = "tls_none.rs"]
pub(crate) mod tls;
